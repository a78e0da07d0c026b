import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { expandBraces, refusedPathPattern } from '@fixture-registry/protocol';
import { LocalError } from '../local-error.js';

/**
 * The patterns that `{a,b}` in the given ones stand for, in which only `*` is special.
 * @param directory where a name without wildcard may be a file rather than a folder; null where nothing is on disk
 * @throws LocalError for a pattern in another syntax, with what to write instead
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
