import { MAXIMUM_READ_BYTES } from '../../recordings/documents/document.js';
import type { DriftSide, LoadContents } from './drift.js';

/** Bytes of content in memory at once. */
const BATCH_BYTES = 16 * 1024 * 1024;
const BATCH_ITEMS = 100;

/** Bytes loaded for a side: 0 when its content is too large to be compared. */
export function comparableSize(side: DriftSide): number {
  return side.size > MAXIMUM_READ_BYTES ? 0 : side.size;
}

/** Loads the contents of sides by digest, except for those that are too large to be compared. */
export async function loadComparable(
  sides: DriftSide[],
  load: LoadContents,
): Promise<Map<string, Uint8Array>> {
  const digests = new Set(sides.filter((side) => side.size <= MAXIMUM_READ_BYTES).map((side) => side.digest));
  return digests.size === 0 ? new Map() : await load([...digests]);
}

/** Splits a list into batches of at most 100 items and about 16 MiB, to bound memory. */
export function* batches<Item>(items: Item[], sizeOf: (item: Item) => number): Generator<Item[]> {
  let batch: Item[] = [];
  let size = 0;
  for (const item of items) {
    const added = sizeOf(item);
    if (batch.length > 0 && (size + added > BATCH_BYTES || batch.length >= BATCH_ITEMS)) {
      yield batch;
      [batch, size] = [[], 0];
    }
    batch.push(item);
    size += added;
  }
  if (batch.length > 0) yield batch;
}
