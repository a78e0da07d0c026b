import { setImmediate } from 'node:timers/promises';

/** Items of one slice: even a costly step over so many takes a few tens of milliseconds. */
const SLICE = 5_000;

/**
 * Gives a long list in slices and lets the event loop serve other requests between them. A list of one slice is given
 * without a pause.
 */
export async function* slicesOf<Item>(items: readonly Item[], size = SLICE): AsyncGenerator<readonly Item[]> {
  if (items.length <= size) {
    yield items;
    return;
  }
  for (let start = 0; start < items.length; start += size) {
    if (start > 0) await setImmediate();
    yield items.slice(start, start + size);
  }
}
