import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { expandBraces, refusedPathPattern } from '@fixture-registry/protocol';
import { LocalError } from '../local-error.js';

/** A path pattern is refused: it is in another syntax, or names a folder. The command was used wrongly. */
export class PatternError extends LocalError {}

/**
 * Expands `{a,b}` in path patterns. In the result only `*` is special.
 * @param directory tells whether a pattern without wildcard names a file or a folder; null if there
 *   is none on disk
 * @throws PatternError for a pattern in another syntax or for a folder, with the pattern to use
 *   instead
 */
export function readPathPatterns(given: readonly string[], directory: string | null): string[] {
  const isFile = (path: string) => directory !== null && isFileAt(directory, path);
  const patterns = new Set<string>();
  for (const pattern of given) {
    const refused = refusedPathPattern(pattern, isFile);
    if (refused !== null) throw new PatternError(refused);
    for (const each of expandBraces(pattern) ?? []) {
      if (!each.includes('*') && isFolderAt(directory, each)) {
        throw new PatternError(
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
