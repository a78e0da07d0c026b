import { lstatSync, readFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '@fixture-registry/protocol';
import type { KnownFile } from './sync-state.js';

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

/** Reads a file whole; recordings are bounded in size, and one is held at a time. */
export function readRecording(directory: string, path: string): { bytes: Buffer; digest: string } {
  const bytes = readFileSync(join(directory, path));
  return { bytes, digest: digestOf(bytes) };
}
