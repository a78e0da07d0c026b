import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ancestors, headCommit, mergeBase } from '@fixture-registry/client';

const run = promisify(execFile);

/** The questions about history that the checkout itself may answer; null or empty where git cannot tell. */
export interface LocalGit {
  /** The checked-out commit and its parents as the commit names them. */
  head(): Promise<{ sha: string; parents: string[] } | null>;
  mergeBase(one: string, other: string): Promise<string | null>;
  /** A commit and its first-parent ancestors, nearest first, at most 100. */
  line(sha: string): Promise<string[]>;
}

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

/** `rev-list --parents` hides what lies beyond the edge of a shallow clone, and a job's checkout is one; the commit object does not. */
async function parentsOf(directory: string, sha: string): Promise<string[]> {
  try {
    const { stdout } = await run('git', ['-C', directory, 'cat-file', 'commit', sha]);
    const header = stdout.split('\n\n', 1)[0] ?? '';
    return [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map((match) => match[1] ?? '');
  } catch {
    return [];
  }
}
