import { type Block, packBlockAsync, planBlocks } from '@fixture-registry/protocol';
import { readRecording } from '../checkout/local-file.js';
import { LocalError } from '../local-error.js';
import type { PlannedFile } from '../pull/plan.js';

/** Blocks that are packed at once, in Node's own threads, while earlier ones are on their way: one on each core of a small machine. */
const PACKED_AT_ONCE = 2;

/**
 * Packs files into blocks, one content each, and gives the blocks in order. Only those being packed are in memory.
 * @throws LocalError when a file is no longer what was named
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
      if (packing.length === PACKED_AT_ONCE) yield await (packing.shift() as Promise<Block>);
    }
    for (const block of packing.splice(0)) yield await block;
  } finally {
    // A caller that stops early waits for none of them; their failures must not end the process.
    for (const block of packing) block.catch(() => undefined);
  }
}

function read(directory: string, { path, digest }: PlannedFile): Uint8Array {
  const { bytes, digest: digestNow } = readNow(directory, path);
  if (digestNow !== digest) throw new LocalError(`${path} changed while it was pushed. Push again.`, path);
  return bytes;
}

function readNow(directory: string, path: string): { bytes: Buffer; digest: string } {
  try {
    return readRecording(directory, path);
  } catch (error) {
    throw new LocalError(`${path} can no longer be read: ${(error as Error).message}. Push again.`, path);
  }
}
