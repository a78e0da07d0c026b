import { closeSync, constants, fstatSync, lutimesSync, openSync, type Stats } from 'node:fs';

// Linux alone has it, and permits it to the owner of the file.
const NO_ACCESS_TIME: number | null = constants.O_NOATIME ?? null;

/**
 * Opens a file, so that reading it does not look like a test that uses it: without changing the
 * access time where the system can do that, else by setting it back afterwards.
 * @param flags for `open`
 * @param read receives the open file, and its stats before the first read
 * @param noAccessTime the flag for `open` that leaves the access time alone; null where the system
 *   has none
 * @throws what `open` and `read` throw
 */
export function readUnnoticed<T>(
  file: string,
  flags: number,
  read: (descriptor: number, stats: Stats) => T,
  noAccessTime = NO_ACCESS_TIME,
): T {
  const { descriptor, isUnnoticed } = open(file, flags, noAccessTime);
  try {
    const before = fstatSync(descriptor);
    try {
      return read(descriptor, before);
    } finally {
      if (!isUnnoticed && !isRead(before)) restoreTimes(file, before, fstatSync(descriptor));
    }
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Whether a file was read since it was written or marked as unread, on a file system that notes
 * reads. Written files have an access time at or before their modification time.
 */
export function isRead({ atimeMs, mtimeMs }: Pick<Stats, 'atimeMs' | 'mtimeMs'>): boolean {
  return atimeMs > mtimeMs;
}

function open(
  file: string,
  flags: number,
  noAccessTime: number | null,
): { descriptor: number; isUnnoticed: boolean } {
  if (noAccessTime !== null) {
    try {
      return { descriptor: openSync(file, flags | noAccessTime), isUnnoticed: true };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    }
  }
  return { descriptor: openSync(file, flags), isUnnoticed: false };
}

function restoreTimes(file: string, before: Stats, after: Stats): void {
  const wasModified = after.mtimeMs !== before.mtimeMs || after.size !== before.size;
  if (wasModified || after.atimeMs === before.atimeMs) return;
  try {
    lutimesSync(file, before.atimeMs / 1000, before.mtimeMs / 1000);
  } catch {
    // Another user's file. It counts as used, which keeps it; the opposite would not.
  }
}
