import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LocalError } from '../local-error.js';
import { STATE_FOLDER } from '../state/sync-state.js';
import { DEFAULT_PATHS, recordingPlaces } from './recording-places.js';

/** Folders in which nobody keeps recordings, and which may hold many files. */
const LEFT_OUT = new Set(['.git', 'node_modules', STATE_FOLDER]);
/** What a pull is writing, or left behind when it was killed: files, and whole folders. */
const UNFINISHED = /^\.fixtures-.*\.tmp$/;

/**
 * Finds the files that any of the patterns matches: paths relative to the directory, with `/`, sorted. Symbolic links are
 * neither followed nor found, for their content lies elsewhere; nor is what tools load or run (see `recordingPlaces`), for no pull
 * would take it. Folders that may not be read are passed over.
 * @param patterns see `pathPattern`: only `*` is special
 * @param onLink is told each symbolic link that discovery passes by
 */
export function discover(
  directory: string,
  patterns: string[] = DEFAULT_PATHS,
  onLink: (path: string) => void = () => undefined,
): string[] {
  const refusal = recordingPlaces(patterns.map(usable));
  const beginnings = patterns.map(fixedFolders);
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const entry of entriesOf(join(directory, folder))) {
      const path = folder + entry.name;
      if (UNFINISHED.test(entry.name)) continue;
      if (entry.isSymbolicLink()) {
        if (!LEFT_OUT.has(entry.name)) onLink(path);
      } else if (entry.isFile()) {
        if (refusal(path) === null) found.push(path);
      } else if (entry.isDirectory() && !LEFT_OUT.has(entry.name)) {
        const inner = `${path}/`;
        if (beginnings.some((fixed) => fixed.startsWith(inner) || inner.startsWith(fixed))) walk(inner);
      }
    }
  };
  walk('');
  return found.sort();
}

function usable(pattern: string): string {
  if (pattern === '' || pattern.startsWith('/') || pattern.split('/').includes('..')) {
    throw new LocalError(
      `The path pattern "${pattern}" must be relative to the directory and stay in it, e.g. tests/**/*.json`,
    );
  }
  return pattern;
}

/** The folders that a pattern names before its first `*`: nothing that it matches lies elsewhere. */
function fixedFolders(pattern: string): string {
  const [fixed = ''] = pattern.split('*');
  return fixed.slice(0, fixed.lastIndexOf('/') + 1);
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
