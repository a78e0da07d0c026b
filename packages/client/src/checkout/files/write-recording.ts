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
import { ensureStateFolder, STATE_FOLDER } from '../state/sync-state.js';
import { Folders } from './folders.js';
import { temporaryName } from './unfinished-writes.js';

/**
 * Writes a recording beside its place and renames it, so that nobody ever sees half of it. It is never executable. That no link has come
 * into its way is looked at before the file is made and after: a link that is there only in between would have to be gone again
 * by then, and the renaming then finds nothing to rename.
 *
 * Each step waits for the system. Thousands of small files are written that way in about two thirds of the time that callbacks
 * take, because handing each step to another thread costs more than the step.
 * @param path relative to the directory, already checked; its folder is there
 * @param temporary the name to write it under, see `temporaryName`
 * @returns the file's time in milliseconds, by which it is recognised later
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
  folders.requireSame(path);
  const modified = writeNew(unfinished, bytes, () => folders.requireSame(path));
  try {
    renameSync(unfinished, target);
    return modified;
  } catch (error) {
    unlinkSync(unfinished);
    throw error;
  }
}

/**
 * Writes a file that is not there yet, whole or not at all.
 * @param look is called when the file is made and nothing is in it yet
 * @returns the file's time in milliseconds
 */
export function writeNew(file: string, bytes: Uint8Array, look: () => void = () => {}): number {
  const descriptor = openSync(file, 'wx', 0o666);
  try {
    return fill(descriptor, bytes, look);
  } catch (error) {
    unlinkSync(file);
    throw error;
  }
}

function fill(descriptor: number, bytes: Uint8Array, look: () => void): number {
  try {
    look();
    for (let written = 0; written < bytes.byteLength; ) {
      written += writeSync(descriptor, bytes, written);
    }
    return fstatSync(descriptor).mtimeMs;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Keeps a local file that a pull is about to replace: `.fixtures/replaced/<path>`, with a number where one is kept already.
 * The file itself stays until the new one takes its place.
 */
export function keepReplaced(directory: string, path: string): void {
  ensureStateFolder(directory);
  const place = `${STATE_FOLDER}/replaced/${path}`;
  new Folders(directory).make(place);
  const kept = join(directory, place);
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
