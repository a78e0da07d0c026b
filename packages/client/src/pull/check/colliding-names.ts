import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { foldedPath } from '@fixture-registry/protocol';
import { LocalError } from '../../checkout/local-error.js';
import { ensureStateFolder, STATE_FOLDER } from '../../checkout/state/sync-state.js';

/*
 * `a.json` and `A.json` are two recordings where they were pushed from Linux, and one file on most Macs and on Windows: the second to be
 * written would take the first one's place unseen. Whether that is so, only the file system at hand knows.
 */

/**
 * Pairs of paths that a careless file system takes for one: two files, or a file and the folder of another. Of each file at most one.
 */
export function collidingPaths(files: { path: string }[]): [string, string][] {
  const pairs: [string, string][] = [];
  const byFold = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const { path } of files) {
    const folded = foldedPath(path);
    const other = byFold.get(folded);
    if (other === undefined) byFold.set(folded, path);
    else pairs.push([other, path]);
    for (let end = folded.lastIndexOf('/'); end > 0; end = folded.lastIndexOf('/', end - 1)) {
      const folder = folded.slice(0, end);
      if (folders.has(folder)) break;
      folders.set(folder, path);
    }
  }
  for (const [folded, path] of byFold) {
    const inside = folders.get(folded);
    if (inside !== undefined)
      pairs.push([path, inside.split('/').slice(0, path.split('/').length).join('/')]);
  }
  return pairs;
}

/**
 * @param tellsApart whether two names in one folder are two files; asks the file system unless given
 * @throws LocalError when two of the files would be one here
 */
export function requireTellingApart(
  directory: string,
  files: { path: string }[],
  tellsApart: (one: string, other: string) => boolean = (one, other) => areTwoFiles(directory, one, other),
): void {
  const known = new Map<string, boolean>();
  for (const [one, other] of collidingPaths(files)) {
    const apart = segmentPairs(one, other).some(([name, otherName]) => {
      const pair = `${name}/${otherName}`;
      const answer = known.get(pair) ?? tellsApart(name, otherName);
      known.set(pair, answer);
      return answer;
    });
    if (apart) continue;
    throw new LocalError(
      `The recordings ${JSON.stringify(one)} and ${JSON.stringify(other)} are one file on this file system, which does not tell ` +
        'their names apart. Nothing was written. Pull only one of them with --paths, or rename one where it was recorded.',
      other,
    );
  }
}

/** The folder or file names in which two paths of the same depth differ. */
function segmentPairs(one: string, other: string): [string, string][] {
  const others = other.split('/');
  return one
    .split('/')
    .map((name, index): [string, string] => [name, others[index] ?? ''])
    .filter(([name, otherName]) => name !== otherName);
}

function areTwoFiles(directory: string, one: string, other: string): boolean {
  ensureStateFolder(directory);
  const folder = join(directory, STATE_FOLDER, `names-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder);
  try {
    writeFileSync(join(folder, one), '', { flag: 'wx' });
    return !existsSync(join(folder, other));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
