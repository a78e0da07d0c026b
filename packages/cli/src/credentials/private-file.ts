import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { LocalError } from '@fixture-registry/client/core';

const OWNER_ONLY = 0o600;
const FOLDER_OWNER_ONLY = 0o700;
/** A container may run as a user who cannot open the home folder; nothing is stored there then. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'EACCES']);
/** Permission bits of the group and of all others. */
const OTHERS = 0o077;

/**
 * Reads a file that only its owner may read, as ssh does with a private key. Windows protects the
 * user's folder by other means.
 * @returns null if there is no such file
 * @throws LocalError if others may read or write the file, or if it belongs to another user
 */
export function readPrivateFile(file: string): string | null {
  let opened: number;
  try {
    opened = openSync(file, 'r');
  } catch (error) {
    if (ABSENT.has(String((error as NodeJS.ErrnoException).code))) return null;
    throw new LocalError(`${file} cannot be read: ${(error as Error).message}.`);
  }
  try {
    // Of the opened file: the one at the path may be replaced meanwhile.
    const { mode, uid } = fstatSync(opened);
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
      const found = (mode & 0o777).toString(8);
      throw new LocalError(
        `${file} has the mode ${found}, so other users may read its tokens. Run \`chmod 600 ${file}\`, or ` +
          'revoke the tokens and run `fixtures login` again.',
      );
    }
    const user = process.getuid?.();
    if (user !== undefined && uid !== user) {
      throw new LocalError(
        `${file} belongs to another user, so its tokens are not used. Run the command as that user, or set ` +
          'XDG_CONFIG_HOME to a folder of your own.',
      );
    }
    return readFileSync(opened, 'utf8');
  } finally {
    closeSync(opened);
  }
}

/**
 * Writes a file that only its owner may read, in a folder that only its owner may open. Other
 * processes see the old or the new content, never a part.
 * @throws LocalError if it cannot be written
 */
export function writePrivateFile(file: string, content: string): void {
  const folder = dirname(file);
  let created = false;
  const unfinished = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_OWNER_ONLY });
    if (process.platform !== 'win32') chmodSync(folder, FOLDER_OWNER_ONLY);
    const opened = openSync(unfinished, 'wx', OWNER_ONLY);
    created = true;
    try {
      fchmodSync(opened, OWNER_ONLY);
      // Unlike `writeSync`, it continues after a partial write.
      writeFileSync(opened, content);
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
    renameSync(unfinished, file);
  } catch (error) {
    if (created) rmSync(unfinished, { force: true });
    throw new LocalError(`${file} cannot be written: ${(error as Error).message}.`);
  }
}
