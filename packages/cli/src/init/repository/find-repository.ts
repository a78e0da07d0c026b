import { realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { repositoryRoot } from '@fixture-registry/client/checkout';
import {
  currentBranch,
  defaultBranch,
  knowsBranch,
  LocalError,
  remoteAddress,
} from '@fixture-registry/client/core';
import { requireDirectory } from '../../options/require-directory.js';

/** The git repository to set up. */
export interface GitRepository {
  /** The absolute path of its root. */
  root: string;
  /** The folder to set up, relative to the root, with `/`; empty for the whole repository. */
  folder: string;
  /** The default branch: that of the remote, else `main`, `master`, or the branch that is checked out. */
  branch: string;
  /** The branch that is checked out; null for a detached HEAD. */
  currentBranch: string | null;
  /** The host of the remote; null without a remote. */
  host: string | null;
}

/**
 * Finds the repository that contains a directory.
 * @throws UsageError if the directory does not exist; LocalError if git has no working tree there
 */
export async function findRepository(directory: string): Promise<GitRepository> {
  requireDirectory(directory);
  const root = repositoryRoot(directory);
  if (root === null) {
    throw new LocalError(
      `${resolve(directory)} is not in a git repository. Run the command in a clone of the repository ` +
        'whose tests make the recordings, or name the clone with --directory. `git init` creates a repository.',
    );
  }
  const current = await currentBranch(directory);
  return {
    root,
    folder: relative(realpathSync(root), realpathSync(directory)).split(sep).join('/'),
    branch: await mainBranch(directory, current),
    currentBranch: current,
    host: hostOf(await remoteAddress(directory)),
  };
}

/** The first push makes this the default branch in the registry, so it must not be a feature branch. */
async function mainBranch(directory: string, current: string | null): Promise<string> {
  const ofRemote = await defaultBranch(directory);
  if (ofRemote !== null) return ofRemote;
  for (const name of ['main', 'master']) {
    if (await knowsBranch(directory, name)) return name;
  }
  return current ?? 'main';
}

/** Hosts that do not run GitHub Actions. Any other host may be a GitHub Enterprise Server. */
const OTHER_HOSTS = /(?:^|\.)(?:gitlab|bitbucket|codeberg|gitea|sourcehut|sr\.ht|dev\.azure|visualstudio)\b/;

/** Whether GitHub Actions may run the workflows of a repository with this remote. */
export function mayRunActions(host: string | null): boolean {
  return host === null || !OTHER_HOSTS.test(host);
}

/** The host of a remote's address; null for a path on this machine. */
export function hostOf(address: string | null): string | null {
  const [, host = null] =
    /^(?:https?|ssh|git):\/\/(?:[^@/]*@)?([^/:]+)/.exec(address ?? '') ??
    /^(?:[^@/:]+@)?([^/:]{2,}):(?!\/\/)/.exec(address ?? '') ??
    [];
  return host?.toLowerCase() ?? null;
}
