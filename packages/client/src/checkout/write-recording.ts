import { close, constants, copyFileSync, fstat, linkSync, open, rename, unlink, write } from 'node:fs';
import { dirname, join } from 'node:path';
import { Folders } from './folders.js';
import { ensureStateFolder, STATE_FOLDER } from './sync-state.js';
import { temporaryName } from './unfinished-writes.js';

/**
 * Writes a recording beside its place and renames it, so that nobody ever sees half of it. It is never executable. That no link has come
 * into its way is looked at before the file is made and after: a link that is there only in between would have to be gone again
 * by then, and the renaming then finds nothing to rename.
 * @param path relative to the directory, already checked; its folder is there
 * @returns the file's time in milliseconds, by which it is recognised later
 */
export function writeRecording(
  directory: string,
  path: string,
  bytes: Uint8Array,
  folders: Folders,
): Promise<number> {
  const target = join(directory, path);
  const temporary = join(dirname(target), temporaryName());
  // Callbacks, not promises: with thousands of small files the difference is a third of the time.
  return new Promise((resolve, reject) => {
    const give = (error: Error) => unlink(temporary, () => reject(error));
    folders.requireSame(path);
    open(temporary, 'wx', 0o666, (error, descriptor) => {
      if (error) return reject(error);
      try {
        folders.requireSame(path);
      } catch (moved) {
        return close(descriptor, () => give(moved as Error));
      }
      writeAll(descriptor, bytes, 0, (failure) => {
        fstat(descriptor, (_, stats) => {
          close(descriptor, (notClosed) => {
            if (failure ?? notClosed) return give((failure ?? notClosed) as Error);
            rename(temporary, target, (notRenamed) => {
              if (notRenamed) give(notRenamed);
              else resolve(stats.mtimeMs);
            });
          });
        });
      });
    });
  });
}

function writeAll(
  descriptor: number,
  bytes: Uint8Array,
  offset: number,
  done: (error: Error | null) => void,
): void {
  write(descriptor, bytes, offset, bytes.byteLength - offset, null, (error, count) => {
    if (error || offset + count === bytes.byteLength) done(error);
    else writeAll(descriptor, bytes, offset + count, done);
  });
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
