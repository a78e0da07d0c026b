import { constants, copyFileSync, linkSync, readFileSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path/posix';
import { readUnnoticed } from '../../checkout/files/read-unnoticed.js';
import { LocalError } from '../../checkout/local-error.js';

/** The names that a recorder gives: the only ones that a rename may create. */
const RECORDER_NAME = /^(?:models-)?[0-9a-f]{12,64}(?:-[0-9a-f]+)?\.json$/;

/**
 * Renames a recording within its folder, never over another file.
 * @returns null if it was renamed; `to` if another file has that name
 * @throws LocalError if the file cannot be renamed
 */
export function renameFile(directory: string, from: string, to: string): string | null {
  const [source, target] = [join(directory, from), join(directory, to)];
  try {
    create(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return to;
    throw new LocalError(`${from} cannot be renamed to ${to}: ${(error as Error).message}.`, from);
  }
  unlinkSync(source);
  return null;
}

/** Whether both files have the same bytes. */
export function haveSameBytes(directory: string, one: string, other: string): boolean {
  const read = (path: string) =>
    readUnnoticed(join(directory, path), constants.O_RDONLY, (descriptor) => readFileSync(descriptor));
  return read(one).equals(read(other));
}

/**
 * The new name comes from the registry, so it is checked like any input.
 * @throws LocalError if it is not the name of a recording in the same folder
 */
export function requireNeighbour(from: string, to: string): void {
  if (dirname(from) === dirname(to) && RECORDER_NAME.test(basename(to))) return;
  throw new LocalError(`The registry sent ${JSON.stringify(to)} as the name of ${from}. It is not a name.`);
}

/** Fails with EEXIST instead of replacing a file, which a rename would do. */
function create(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // Not every file system has hard links.
    copyFileSync(source, target, constants.COPYFILE_EXCL);
  }
}
