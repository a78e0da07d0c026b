import { execFile } from 'node:child_process';
import type { Repository } from '../../connection/registry/connection.js';

/*
 * What the local git knows. Git is a convenience: where it is not installed, or there is no repository or commit, the answer
 * is null or empty, and what needs it says which option to give instead.
 */

const MOST_CANDIDATES = 100;

/** The id of the commit that is checked out. */
export async function headCommit(directory: string): Promise<string | null> {
  return commitId(directory, 'HEAD');
}

/** The full id of a commit named in any way git understands. */
export async function commitId(directory: string, name: string): Promise<string | null> {
  if (name.startsWith('-')) return null;
  return git(directory, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`);
}

/** Whether the checked-out commit has a file or folder: `./a` from the directory, `a` from the root. */
export async function commitHolds(directory: string, path: string): Promise<boolean> {
  return (await git(directory, 'cat-file', '-t', `HEAD:${path}`)) !== null;
}

/** The branch that is checked out; null when a commit is checked out without one. */
export async function currentBranch(directory: string): Promise<string | null> {
  return git(directory, 'symbolic-ref', '--quiet', '--short', 'HEAD');
}

/** The branch that the remote `origin` checks out by default; known after a clone. */
export async function defaultBranch(directory: string): Promise<string | null> {
  const name = await git(directory, 'symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD');
  return name?.replace(/^origin\//, '') ?? null;
}

/** The repository that the remote `origin` names. */
export async function remoteRepository(directory: string): Promise<Repository | null> {
  const address = await git(directory, 'remote', 'get-url', 'origin');
  return address === null ? null : parseRemote(address);
}

/** A commit and its first parents, nearest first, at most 100: among them the registry looks for a snapshot. */
export async function ancestors(directory: string, commit = 'HEAD'): Promise<string[]> {
  if (commit.startsWith('-')) return [];
  const list = await git(directory, 'rev-list', '--first-parent', '-n', `${MOST_CANDIDATES}`, commit, '--');
  return list === null || list === '' ? [] : list.split('\n');
}

/** The commit from which two commits went apart. */
export async function mergeBase(directory: string, one: string, other: string): Promise<string | null> {
  if (one.startsWith('-') || other.startsWith('-')) return null;
  return git(directory, 'merge-base', one, other);
}

/** Where HEAD left a branch, as the remote has it or else as it is here. */
export async function forkPoint(directory: string, branch: string): Promise<string | null> {
  return (
    (await mergeBase(directory, 'HEAD', `refs/remotes/origin/${branch}`)) ??
    (await mergeBase(directory, 'HEAD', `refs/heads/${branch}`))
  );
}

/** Reads `owner/name` off a remote's address: `https://host/owner/name.git`, `git@host:owner/name`, `ssh://…`. */
export function parseRemote(address: string): Repository | null {
  const [, path] =
    /^(?:https?|ssh|git):\/\/[^/]+\/(.+)$/.exec(address) ?? /^[^/:]+:(?!\/\/)(.+)$/.exec(address) ?? [];
  const [, owner, name] =
    /^\/?([^/\s]+)\/([^/\s]+?)\/?$/.exec(path?.replace(/(?:\.git)?\/?$/, '') ?? '') ?? [];
  return owner === undefined || name === undefined ? null : { owner, name };
}

function git(directory: string, ...arguments_: string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('git', arguments_, { cwd: directory, maxBuffer: 1024 * 1024 }, (error, stdout) => {
      resolve(error === null ? stdout.trim() : null);
    });
  });
}
