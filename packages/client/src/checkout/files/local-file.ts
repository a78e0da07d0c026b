import { constants, lstatSync, readFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { digestOf, LIMITS } from '@fixture-registry/protocol';
import { LocalError } from '../local-error.js';
import type { KnownFile } from '../state/sync-state.js';
import { readUnnoticed } from './read-unnoticed.js';

// Windows has neither O_NOFOLLOW nor O_NONBLOCK.
const READING = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Whether a file is unchanged since the state was written, judged by its size and time without
 * reading it. A file modified in the same tick as the state may have changed again unnoticed (git
 * calls it "racily clean"): false.
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

/** The stats of a file, null if it does not exist. Symbolic links are not followed. */
export function statsOf(directory: string, path: string): Stats | null {
  return lstatSync(join(directory, path), { throwIfNoEntry: false }) ?? null;
}

/**
 * Reads a whole file, without looking like a test that uses it (see `readUnnoticed`). Does not follow
 * a symbolic link that replaced the file meanwhile, and does not block on a pipe.
 * @throws LocalError if it is not a readable regular file of at most `LIMITS.recordingBytes`
 */
export function readRecording(directory: string, path: string): { bytes: Buffer; digest: string } {
  try {
    return readUnnoticed(join(directory, path), READING, (descriptor, stats) => {
      if (!stats.isFile()) throw new Error('it is not a regular file');
      if (stats.size > LIMITS.recordingBytes)
        throw new Error(`it has more than ${LIMITS.recordingBytes} bytes`);
      const bytes = readFileSync(descriptor);
      return { bytes, digest: digestOf(bytes) };
    });
  } catch (error) {
    throw new LocalError(`${path} cannot be read: ${(error as Error).message}.`, path);
  }
}
