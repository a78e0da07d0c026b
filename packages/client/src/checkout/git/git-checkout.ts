import { execFile } from 'node:child_process';
import type { Repository } from '../../connection/registry/connection.js';

/*
 * Git is optional. If it is not installed, or there is no repository or commit, these functions
 * return null or an empty list, and the caller says which option to use instead.
 */

const MAX_CANDIDATES = 100;

/** The id of the commit that is checked out. */
export async function headCommit(directory: string): Promise<string | null> {
  return commitId(directory, 'HEAD');
}

/** The full id of a commit, given as any revision that git accepts. */
export async function commitId(directory: string, name: string): Promise<string | null> {
  if (name.startsWith('-')) return null;
  return git(directory, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`);
}

/**
 * Whether the checked-out commit has a file or folder: `./a` relative to the directory, `a` to the
 * root.
 */
export async function commitHas(directory: string, path: string): Promise<boolean> {
  return (await git(directory, 'cat-file', '-t', `HEAD:${path}`)) !== null;
}

/** The branch that is checked out; null for a detached HEAD. */
export async function currentBranch(directory: string): Promise<string | null> {
  return git(directory, 'symbolic-ref', '--quiet', '--short', 'HEAD');
}

/** The default branch of the remote `origin`, as of the last clone. */
export async function defaultBranch(directory: string): Promise<string | null> {
  const name = await git(directory, 'symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD');
  return name?.replace(/^origin\//, '') ?? null;
}

/** The repository of the remote `origin`. */
export async function remoteRepository(directory: string): Promise<Repository | null> {
  const address = await remoteAddress(directory);
  return address === null ? null : parseRemote(address);
}

/** The address of the remote `origin`. It may contain a password. */
export async function remoteAddress(directory: string): Promise<string | null> {
  return git(directory, 'remote', 'get-url', 'origin');
}

/** Whether git knows the branch, locally or at `origin`. */
export async function knowsBranch(directory: string, branch: string): Promise<boolean> {
  const refs = [`refs/heads/${branch}`, `refs/remotes/origin/${branch}`];
  const found = await Promise.all(refs.map((ref) => git(directory, 'rev-parse', '--verify', '--quiet', ref)));
  return found.some((id) => id !== null);
}

/**
 * A commit and its first-parent ancestors, nearest first, at most 100: the candidates for the
 * baseline.
 */
export async function ancestors(directory: string, commit = 'HEAD'): Promise<string[]> {
  if (commit.startsWith('-')) return [];
  const list = await git(directory, 'rev-list', '--first-parent', '-n', `${MAX_CANDIDATES}`, commit, '--');
  return list === null || list === '' ? [] : list.split('\n');
}

/** The merge base of two commits. */
export async function mergeBase(directory: string, one: string, other: string): Promise<string | null> {
  if (one.startsWith('-') || other.startsWith('-')) return null;
  return git(directory, 'merge-base', one, other);
}

/** The merge base of HEAD and a branch: the branch of `origin`, else the local one. */
export async function forkPoint(directory: string, branch: string): Promise<string | null> {
  return (
    (await mergeBase(directory, 'HEAD', `refs/remotes/origin/${branch}`)) ??
    (await mergeBase(directory, 'HEAD', `refs/heads/${branch}`))
  );
}

/**
 * Parses the address of a remote: `https://host/owner/name.git`, `git@host:owner/name`, `ssh://…`.
 */
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
