import { LIMITS } from '@fixture-registry/protocol';
import { withRetries } from '../../connection/http/retry.js';
import type { Connection } from '../../connection/registry/connection.js';
import { RegistryError } from '../../connection/registry/registry-error.js';
import { type DownloadedBlock, receiveBlocks } from './receive-blocks.js';

/**
 * Downloads contents, in one request, and passes on the blocks that they arrive in. After a broken
 * connection or a damaged block, requests only what is missing.
 * @param sizes the contents to download: digest → bytes
 * @param maxBlocks how many blocks may be in `store` at the same time, which bounds the memory
 * @param store verifies the contents of a block and stores them; rejects with a TransientError if
 *   they are damaged
 * @throws RegistryError, with the code GONE if the registry no longer has a content
 */
export async function download(
  connection: Connection,
  sizes: Map<string, number>,
  maxBlocks: number,
  store: (block: DownloadedBlock) => Promise<void>,
): Promise<void> {
  // After an attempt in which presigned URLs brought no block, the registry sends the bytes itself.
  let presigned = true;
  for (const part of partsOf([...sizes.keys()], LIMITS.downloadDigests)) {
    const missing = new Set(part);
    await withRetries(connection, async (progressed) => {
      let storedBlocks = 0;
      const storing = new Set<Promise<void>>();
      try {
        for await (const block of receiveBlocks(connection, missing, sizes, presigned)) {
          const digests = block.wanted.map(({ digest }) => digest);
          const stored = store(block).then(
            () => {
              storing.delete(stored);
              storedBlocks++;
              progressed();
            },
            (error: unknown) => {
              for (const digest of digests) missing.add(digest);
              throw error;
            },
          );
          // Awaited below; until then a failure must not count as unhandled.
          stored.catch(() => undefined);
          storing.add(stored);
          if (storing.size >= maxBlocks) await Promise.race(storing);
        }
        await Promise.all(storing);
      } catch (error) {
        // Wait for the blocks that are being stored, so that nothing is written after the failure.
        await Promise.allSettled(storing);
        presigned &&= storedBlocks > 0;
        throw error;
      }
    });
    const [lost] = missing;
    if (lost !== undefined) {
      throw new RegistryError(
        'GONE',
        `The registry no longer has ${missing.size} of the contents, the first is ${lost}. Pull again.`,
      );
    }
  }
}

function* partsOf<T>(items: T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
