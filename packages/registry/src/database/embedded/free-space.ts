import { statfsSync } from 'node:fs';

/**
 * Bytes that stay free on the disk. PGlite aborts when it cannot write its log, which grows by files of 16 MiB, and
 * a statement may write some MiB after the last look.
 */
const RESERVE = 32 * 1024 * 1024;

/** More than the reserve must be free until writes are allowed again, so that they do not alternate. */
const ENOUGH = RESERVE + 4 * 1024 * 1024;

/** A checkpoint may begin a new file of the log, and writes pages whose place was only promised so far. */
const CHECKPOINT_ROOM = 17 * 1024 * 1024;

export const hasRoomForCheckpoint = (directory: string) => freeBytes(directory) >= CHECKPOINT_ROOM;

/** Why the database may not grow, or null when there is room. @param wasRefused whether it was refused so far */
export function refusalFor(directory: string, wasRefused: boolean): string | null {
  return refusalOf(freeBytes(directory), wasRefused, directory);
}

/** The rule of `refusalFor`, without the disk. */
export function refusalOf(free: number, wasRefused: boolean, directory: string): string | null {
  const needed = wasRefused ? ENOUGH : RESERVE;
  if (free >= needed) return null;
  return (
    `the disk of the data directory ${directory} is full: ${mebibytes(free)} are free and ` +
    `${mebibytes(ENOUGH)} are needed. Reads go on; make room and writes are accepted again`
  );
}

function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

const mebibytes = (bytes: number) => `${Math.floor(bytes / (1024 * 1024))} MiB`;
