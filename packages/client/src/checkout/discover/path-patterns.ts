import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { expandBraces, refusedPathPattern } from '@fixture-registry/protocol';
import { LocalError } from '../local-error.js';

/**
 * Expands `{a,b}` in path patterns. In the result only `*` is special.
 * @param directory tells whether a pattern without wildcard names a file or a folder; null if there
 *   is none on disk
 * @throws LocalError for a pattern in another syntax or for a folder, with the pattern to use
 *   instead
 */
export function readPathPatterns(given: string[], directory: string | null): string[] {
  const isFile = (path: string) => directory !== null && isFileAt(directory, path);
  const patterns = new Set<string>();
  for (const pattern of given) {
    const refused = refusedPathPattern(pattern, isFile);
    if (refused !== null) throw new LocalError(refused);
    for (const each of expandBraces(pattern) ?? []) {
      if (!each.includes('*') && isFolderAt(directory, each)) {
        throw new LocalError(
          `The path pattern ${JSON.stringify(pattern)} names a folder. Write ${each}/** for all files in it.`,
        );
      }
      patterns.add(each);
    }
  }
  return [...patterns];
}

function isFileAt(directory: string, path: string): boolean {
  return lstatSync(join(directory, path), { throwIfNoEntry: false })?.isFile() === true;
}

function isFolderAt(directory: string | null, path: string): boolean {
  return (
    directory !== null && lstatSync(join(directory, path), { throwIfNoEntry: false })?.isDirectory() === true
  );
}
