import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalError } from '../local-error.js';

/** The client's folder in the directory. It is never pushed, and git ignores it. */
export const STATE_FOLDER = '.fixtures';

/**
 * Creates the client's folder, with a `.gitignore` that excludes all of it.
 * @throws LocalError as `requireStateFolder`
 */
export function ensureStateFolder(directory: string): void {
  const folder = join(directory, STATE_FOLDER);
  requireStateFolder(directory);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Checks that the client's folder, if it exists, is a folder. A checkout may contain `.fixtures` as
 * a symbolic link, through which the client would write outside the directory.
 * @throws LocalError
 */
export function requireStateFolder(directory: string): void {
  const stats = lstatSync(join(directory, STATE_FOLDER), { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory()) return;
  const what = stats.isSymbolicLink() ? 'a symbolic link' : 'a file';
  throw new LocalError(`${STATE_FOLDER} is ${what}, not the client's own folder. Remove it, then try again.`);
}
