import { lstatSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTracked } from '../git/tracked-files.js';
import { LocalError } from '../local-error.js';
import { ensureStateFolder, requireStateFolder, STATE_FOLDER } from './state-folder.js';
import { formatState, parseState } from './state-format.js';
import type { StoredState, SyncState } from './sync-state.js';

// More than a million files with long paths need.
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * Reads the state of a directory for a registry and repository; null if there is none that can be
 * used. Without state, files are read instead of trusted, and nothing is removed.
 * @param expected null: whichever registry and repository it is for
 * @param onIgnored receives, for people, the reason why existing state is ignored
 * @throws LocalError if `.fixtures` is not a folder
 */
export function readState(
  directory: string,
  expected: { registry: string; repository: string } | null,
  onIgnored: (line: string) => void,
): StoredState | null {
  const file = join(directory, STATE_FOLDER, 'state.json');
  let text: string;
  let writtenMs: number;
  try {
    requireStateFolder(directory);
    const stats = lstatSync(file);
    if (!stats.isFile() || stats.size > MAX_BYTES) throw new Error('it is not a state file');
    text = readFileSync(file, 'utf8');
    writtenMs = statSync(file).mtimeMs;
  } catch (error) {
    if (error instanceof LocalError) throw error;
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      onIgnored(`${file} cannot be read (${(error as Error).message}); every file is compared instead.`);
    }
    return null;
  }
  // The folder's .gitignore excludes the state, so a tracked one came with the checkout.
  if (isTracked(directory, `${STATE_FOLDER}/state.json`)) {
    onIgnored(
      `${file} is tracked by git and describes another directory, so it is ignored. ` +
        `Remove it from git: git rm --cached ${STATE_FOLDER}/state.json`,
    );
    return null;
  }
  const state = parseState(text);
  if (state === null) {
    onIgnored(`${file} is damaged or from another version; every file is compared instead.`);
    return null;
  }
  const isExpected =
    expected === null || (state.registry === expected.registry && state.repository === expected.repository);
  if (!isExpected) {
    onIgnored(`${file} is for ${state.repository} at ${state.registry}; every file is compared instead.`);
    return null;
  }
  return { ...state, writtenMs };
}

/** Replaces the state atomically. */
export function writeState(directory: string, state: SyncState): void {
  const folder = join(directory, STATE_FOLDER);
  ensureStateFolder(directory);
  const temporary = join(folder, `state.${process.pid}.tmp`);
  // Removes what a killed process left, or a symbolic link that must not be written through.
  rmSync(temporary, { force: true });
  writeFileSync(temporary, formatState(state), { flag: 'wx' });
  renameSync(temporary, join(folder, 'state.json'));
}
