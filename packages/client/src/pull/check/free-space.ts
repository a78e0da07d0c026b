import { statfsSync } from 'node:fs';
import { LocalError } from '../../checkout/local-error.js';

const MIB = 1024 * 1024;

/**
 * Checks that the disk has space for all files before the first is written.
 * @param files with their size in bytes
 * @throws LocalError if it has not
 */
export function requireFreeSpace(directory: string, files: { size: number }[]): void {
  const needed = files.reduce((sum, { size }) => sum + size, 0);
  const free = freeBytes(directory);
  if (free === null || needed <= free) return;
  throw new LocalError(
    `The recordings need ${Math.ceil(needed / MIB)} MiB, and ${directory} has ` +
      `${Math.floor(free / MIB)} MiB free. ` +
      'Nothing was written. Free some space, or pull fewer recordings with --tests, --models or --paths.',
  );
}

/** Null if the file system does not report it. */
function freeBytes(directory: string): number | null {
  try {
    const { bavail, bsize, blocks } = statfsSync(directory);
    return blocks === 0 ? null : bavail * bsize;
  } catch {
    return null;
  }
}
