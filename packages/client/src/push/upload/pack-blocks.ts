import { type Block, packBlockAsync, planBlocks } from '@fixture-registry/protocol';
import { readRecording } from '../../checkout/files/local-file.js';
import { LocalError } from '../../checkout/local-error.js';
import type { PlannedFile } from '../../checkout/plan/plan.js';

/**
 * How many blocks Node's thread pool packs in parallel, while earlier ones are uploaded: one per
 * core of a small machine.
 */
const MAX_PARALLEL = 2;

/**
 * Packs files, one per content, into blocks and yields these in order. Only the blocks being packed
 * are in memory.
 * @throws LocalError if a file has changed since it was digested
 */
export async function* packBlocks(directory: string, files: PlannedFile[]): AsyncGenerator<Block> {
  const packing: Promise<Block>[] = [];
  try {
    for (const planned of planBlocks(files.map((file) => ({ ...file, name: file.path })))) {
      packing.push(
        packBlockAsync(
          planned.map((file) => ({ digest: file.digest, path: file.path, bytes: read(directory, file) })),
        ),
      );
      if (packing.length === MAX_PARALLEL) yield await (packing.shift() as Promise<Block>);
    }
    for (const block of packing.splice(0)) yield await block;
  } finally {
    // If the caller stops early, nobody awaits these; their failures must not end the process.
    for (const block of packing) block.catch(() => undefined);
  }
}

function read(directory: string, { path, digest }: PlannedFile): Uint8Array {
  const { bytes, digest: currentDigest } = readAgain(directory, path);
  if (currentDigest !== digest)
    throw new LocalError(`${path} changed while it was pushed. Push again.`, path);
  return bytes;
}

function readAgain(directory: string, path: string): { bytes: Buffer; digest: string } {
  try {
    return readRecording(directory, path);
  } catch (error) {
    throw new LocalError(`${path} can no longer be read: ${(error as Error).message}. Push again.`, path);
  }
}
