import { statfsSync } from 'node:fs';

/**
 * Bytes that must stay free on the disk. PGlite aborts when it cannot extend its log, which grows in files of
 * 16 MiB, and a statement may write some MiB after the last check.
 */
const RESERVE = 32 * 1024 * 1024;

/** Writes resume above the reserve plus a margin, so that they do not flip on and off. */
const ENOUGH = RESERVE + 4 * 1024 * 1024;

/** A checkpoint may start a new log file and write pages whose disk space is not allocated yet. */
const CHECKPOINT_ROOM = 17 * 1024 * 1024;

export const hasRoomForCheckpoint = (directory: string) => freeBytes(directory) >= CHECKPOINT_ROOM;

/**
 * The reason to refuse writes, or null when there is enough space.
 * @param wasRefused whether they are refused now
 */
export function refusalFor(directory: string, wasRefused: boolean): string | null {
  return refusalOf(freeBytes(directory), wasRefused, directory);
}

/** The rule behind `refusalFor`, on a given number of free bytes. */
export function refusalOf(free: number, wasRefused: boolean, directory: string): string | null {
  const needed = wasRefused ? ENOUGH : RESERVE;
  if (free >= needed) return null;
  return (
    `the disk of the data directory ${directory} is full: ${mebibytes(free)} are free and ` +
    `${mebibytes(ENOUGH)} are needed. Reads still work; free some space to allow writes again`
  );
}

/** The bytes that this user can still write to the disk of a directory. */
export function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

const mebibytes = (bytes: number) => `${Math.floor(bytes / (1024 * 1024))} MiB`;
