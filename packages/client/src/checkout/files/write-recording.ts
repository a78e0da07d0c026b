import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  linkSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureStateFolder, STATE_FOLDER } from '../state/state-folder.js';
import { Folders } from './folders.js';
import { temporaryName } from './unfinished-writes.js';

/**
 * Writes a recording atomically: under a temporary name beside its path, then renamed. It is never
 * executable.
 *
 * The folder is checked before and after the temporary file is created. A symbolic link that exists
 * only in between makes the rename fail, because the temporary file is then not in the folder.
 *
 * Synchronous on purpose: thousands of small files take about two thirds of the time that callbacks
 * need.
 * @param path relative to the directory, already checked; its folder exists
 * @param temporary see `temporaryName`
 * @returns the modification time in milliseconds, for the sync state
 */
export function writeRecording(
  directory: string,
  path: string,
  bytes: Uint8Array,
  folders: Folders,
  temporary: string = temporaryName(),
): number {
  const target = join(directory, path);
  const unfinished = join(dirname(target), temporary);
  folders.requireUnchanged(path);
  const modified = writeNew(unfinished, bytes, () => folders.requireUnchanged(path));
  try {
    renameSync(unfinished, target);
    return modified;
  } catch (error) {
    unlinkSync(unfinished);
    throw error;
  }
}

/**
 * Writes a file that does not exist yet. Removes it again if anything fails.
 * @param check runs after the file is created and before bytes are written to it
 * @returns the modification time in milliseconds
 */
export function writeNew(file: string, bytes: Uint8Array, check: () => void = () => {}): number {
  const descriptor = openSync(file, 'wx', 0o666);
  try {
    return fill(descriptor, bytes, check);
  } catch (error) {
    unlinkSync(file);
    throw error;
  }
}

function fill(descriptor: number, bytes: Uint8Array, check: () => void): number {
  try {
    check();
    for (let written = 0; written < bytes.byteLength; ) {
      written += writeSync(descriptor, bytes, written);
    }
    return fstatSync(descriptor).mtimeMs;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Backs up a local file that a pull is about to replace, as `.fixtures/replaced/<path>`, with a
 * number appended if that name is taken. The file itself stays in place.
 */
export function backUpFile(directory: string, path: string): void {
  ensureStateFolder(directory);
  const backup = `${STATE_FOLDER}/replaced/${path}`;
  new Folders(directory).create(backup);
  const kept = join(directory, backup);
  for (let number = 1; ; number++) {
    try {
      link(join(directory, path), number === 1 ? kept : `${kept}.${number}`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // Not every file system has hard links.
    copyFileSync(from, to, constants.COPYFILE_EXCL);
  }
}
