import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { foldedPath } from '@fixture-registry/protocol';
import { LocalError } from '../../checkout/local-error.js';
import { ensureStateFolder, STATE_FOLDER } from '../../checkout/state/state-folder.js';

/*
 * `a.json` and `A.json` are two files on Linux, and one file on most Macs and on Windows, where the
 * second would silently overwrite the first. Only the file system itself knows, so it is probed
 * with temporary files.
 */

/**
 * Pairs of paths that a case-insensitive file system may treat as one: two files, or a file and the
 * folder of another file. Each file is in at most one pair.
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
 * Checks that the file system keeps all these paths apart.
 * @param areDistinct whether two names in one folder are two files; probes the file system by
 *   default
 * @throws LocalError if two of the paths are one file
 */
export function requireDistinctPaths(
  directory: string,
  files: { path: string }[],
  areDistinct: (one: string, other: string) => boolean = (one, other) => areTwoFiles(directory, one, other),
): void {
  const known = new Map<string, boolean>();
  for (const [one, other] of collidingPaths(files)) {
    const distinct = differingSegments(one, other).some(([name, otherName]) => {
      const pair = `${name}/${otherName}`;
      const result = known.get(pair) ?? areDistinct(name, otherName);
      known.set(pair, result);
      return result;
    });
    if (distinct) continue;
    throw new LocalError(
      `The recordings ${JSON.stringify(one)} and ${JSON.stringify(other)} are one file on this file ` +
        'system, which ignores the difference between their names. Nothing was written. Pull only one ' +
        'of them with --paths, or rename one where it was recorded.',
      other,
    );
  }
}

/** The folder or file names in which two paths of the same depth differ. */
function differingSegments(one: string, other: string): [string, string][] {
  const otherSegments = other.split('/');
  return one
    .split('/')
    .map((name, index): [string, string] => [name, otherSegments[index] ?? ''])
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
