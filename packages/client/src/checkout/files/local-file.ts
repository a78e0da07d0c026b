import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { digestOf, LIMITS } from '@fixture-registry/protocol';
import { LocalError } from '../local-error.js';
import type { KnownFile } from '../state/sync-state.js';

// Windows knows neither flag.
const READING = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Whether a file is still what state remembers, without reading it: same size, same time, and that time lies before
 * the state was written. A file written in the very tick in which the state was may have changed again within it unseen
 * (git calls that "racily clean"), so it is read.
 */
export function isTrusted(
  known: KnownFile | undefined,
  stats: Pick<Stats, 'size' | 'mtimeMs'>,
  stateWrittenMs: number,
): known is KnownFile {
  return (
    known !== undefined &&
    known.size === stats.size &&
    known.mtimeMs === stats.mtimeMs &&
    stats.mtimeMs < stateWrittenMs
  );
}

/** The file's stats, null when nothing is there. A symbolic link is not followed. */
export function statsOf(directory: string, path: string): Stats | null {
  return lstatSync(join(directory, path), { throwIfNoEntry: false }) ?? null;
}

/**
 * Reads a file whole; recordings are bounded in size, and one is held at a time. A link that took the file's place since it was looked
 * at is not followed, nor is a pipe waited for.
 * @throws LocalError when it cannot be read as a file of a recording's size
 */
export function readRecording(directory: string, path: string): { bytes: Buffer; digest: string } {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(join(directory, path), READING);
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new Error('it is no file');
    if (stats.size > LIMITS.recordingBytes)
      throw new Error(`it has more than ${LIMITS.recordingBytes} bytes`);
    const bytes = readFileSync(descriptor);
    return { bytes, digest: digestOf(bytes) };
  } catch (error) {
    throw new LocalError(`${path} cannot be read: ${(error as Error).message}.`, path);
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}
