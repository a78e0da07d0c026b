import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ancestors, headCommit, mergeBase } from '@fixture-registry/client';

const run = promisify(execFile);

/** The git history of the checkout, which may be shallow; null or empty where git does not know. */
export interface LocalGit {
  /** The checked-out commit and the parents that its commit object lists. */
  head(): Promise<{ sha: string; parents: string[] } | null>;
  mergeBase(one: string, other: string): Promise<string | null>;
  /** A commit and its first-parent ancestors, nearest first, at most 100. */
  line(sha: string): Promise<string[]>;
}

/** The git history of a folder. */
export function localGit(directory: string): LocalGit {
  return {
    async head() {
      const sha = await headCommit(directory);
      return sha === null ? null : { sha, parents: await parentsOf(directory, sha) };
    },
    mergeBase: (one, other) => mergeBase(directory, one, other),
    line: (sha) => ancestors(directory, sha),
  };
}

/** Reads the commit object, because `rev-list --parents` hides parents beyond the edge of a shallow clone. */
async function parentsOf(directory: string, sha: string): Promise<string[]> {
  try {
    const { stdout } = await run('git', ['-C', directory, 'cat-file', 'commit', sha]);
    const header = stdout.split('\n\n', 1)[0] ?? '';
    return [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map((match) => match[1] ?? '');
  } catch {
    return [];
  }
}
