import { setImmediate } from 'node:timers/promises';

/** Items that are processed in one step of the event loop. Longer lists are processed in slices. */
const ONE_STEP = 5_000;

/** Items of one slice: a costly step over so many takes about ten milliseconds. */
const SLICE = 2_000;

/** The turns of all lists that wait for their next slice, one after the other. */
let turns: Promise<void> = Promise.resolve();

/**
 * Yields a long list in slices. Between two slices the event loop serves other requests; however many lists
 * are being processed, it runs one slice per iteration. A list of up to `oneStep` items is yielded whole and
 * without a pause.
 */
export async function* slicesOf<Item>(
  items: readonly Item[],
  { oneStep = ONE_STEP, size = SLICE } = {},
): AsyncGenerator<readonly Item[]> {
  if (items.length <= oneStep) {
    yield items;
    return;
  }
  for (let start = 0; start < items.length; start += size) {
    await nextTurn();
    yield items.slice(start, start + size);
  }
}

function nextTurn(): Promise<void> {
  turns = turns.then(() => setImmediate());
  return turns;
}
