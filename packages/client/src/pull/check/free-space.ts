import { statfsSync } from 'node:fs';
import { LocalError } from '../../checkout/local-error.js';

const MIB = 1024 * 1024;

/**
 * @param files what is to be written, with its bytes
 * @throws LocalError when the disk has not room for all of it: nothing is begun that cannot end
 */
export function requireRoom(directory: string, files: { size: number }[]): void {
  const wanted = files.reduce((sum, { size }) => sum + size, 0);
  const free = freeBytes(directory);
  if (free === null || wanted <= free) return;
  throw new LocalError(
    `The recordings to write have ${Math.ceil(wanted / MIB)} MiB, and ${directory} has room for ${Math.floor(free / MIB)} MiB. ` +
      'Nothing was written. Make room, or pull fewer with --tests, --models or --paths.',
  );
}

/** Null where the file system does not tell. */
function freeBytes(directory: string): number | null {
  try {
    const { bavail, bsize, blocks } = statfsSync(directory);
    return blocks === 0 ? null : bavail * bsize;
  } catch {
    return null;
  }
}
