import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_PATTERNS } from '@fixture-registry/protocol';
import { LocalError } from '../local-error.js';
import { STATE_FOLDER } from '../state/state-folder.js';
import { isToolFolder, recordingPlaces } from './recording-places.js';

/** Folders that are not searched: they contain no recordings and often many files. */
const EXCLUDED = new Set(['.git', 'node_modules', STATE_FOLDER]);
/** Files and folders that a pull is writing, or that a killed pull left behind. */
const UNFINISHED = /^\.fixtures-.*\.tmp$/;

/**
 * Finds the files that match any of the patterns: paths relative to the directory, with `/`,
 * sorted.
 *
 * Leaves out symbolic links, files that tools load or run (see `recordingPlaces`) because no pull
 * would write them, and folders that cannot be read.
 * @param patterns see `pathPattern`: only `*` is special
 * @param onLink receives the path of each symbolic link that is left out
 * @throws LocalError for a pattern that is absolute or leaves the directory
 */
export function discover(
  directory: string,
  patterns: readonly string[] = DEFAULT_PATTERNS,
  onLink: (path: string) => void = () => undefined,
): string[] {
  const refusal = recordingPlaces(patterns.map(requireRelative));
  const prefixes = [...new Set(patterns.map(fixedFolders))];
  const excluded = (name: string) => EXCLUDED.has(name) || isToolFolder(name, patterns);
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const entry of entriesOf(join(directory, folder))) {
      const path = folder + entry.name;
      if (UNFINISHED.test(entry.name)) continue;
      if (entry.isSymbolicLink()) {
        if (!excluded(entry.name)) onLink(path);
      } else if (entry.isFile()) {
        if (refusal(path) === null) found.push(path);
      } else if (entry.isDirectory() && !excluded(entry.name)) {
        const inner = `${path}/`;
        if (prefixes.some((prefix) => prefix.startsWith(inner) || inner.startsWith(prefix))) walk(inner);
      }
    }
  };
  walk('');
  return found.sort();
}

function requireRelative(pattern: string): string {
  if (pattern === '' || pattern.startsWith('/') || pattern.split('/').includes('..')) {
    throw new LocalError(
      `The path pattern "${pattern}" must be relative to the directory and stay in it, e.g. tests/**/*.json`,
    );
  }
  return pattern;
}

/** The folders before the first `*` of a pattern; every match is in them. */
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
