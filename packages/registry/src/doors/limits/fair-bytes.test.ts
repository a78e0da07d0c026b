import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CallerLeft } from '../../database/statements/leaving-caller.js';
import type { HeldMemory } from '../../store/contents/memory.js';
import { FairBytes } from './fair-bytes.js';

const LIMITS = { all: 256, perCaller: 64 };

/** Asks for memory, in order; `a40` are 40 bytes for the caller a. Keeps what each got, and who left. */
function asking(memory: FairBytes, requests: string[]) {
  const begun: number[] = [];
  const all = requests.map((request, index) => {
    const end = new AbortController();
    const asked = { end, held: null as HeldMemory | null, error: null as unknown };
    memory
      .share(request.charAt(0), end.signal)
      .hold(Number(request.slice(1)))
      .then(
        (held) => {
          asked.held = held;
          begun.push(index);
        },
        (error: unknown) => {
          asked.error = error;
        },
      );
    return asked;
  });
  return { all, begun };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('lets one caller hold its share, and other callers theirs', async () => {
  const memory = new FairBytes(LIMITS);
  const { all, begun } = asking(memory, ['a40', 'a40', 'a20', 'b40', 'c60', 'd64']);
  await settled();
  // The third of a would fit, but waits for the second: its requests go in their order.
  expect(begun).toEqual([0, 3, 4, 5]);
  expect(memory.held).toBe(40 + 40 + 60 + 64);
  all[0]?.held?.release();
  all[0]?.held?.release();
  await settled();
  expect(begun).toEqual([0, 3, 4, 5, 1, 2]);
});

it('lets one go that is larger than the share of its caller, or than everything, and no second one', async () => {
  const memory = new FairBytes(LIMITS);
  const { all, begun } = asking(memory, ['a200', 'a1', 'b200', 'c50', 'd900', 'e6']);
  await settled();
  expect(begun).toEqual([0, 3, 5]);
  all[0]?.held?.release();
  await settled();
  // The one that is larger than everything waits until nothing is held.
  expect(begun).toEqual([0, 3, 5, 1]);
  for (const index of [1, 3, 5]) all[index]?.held?.release();
  await settled();
  expect(begun).toEqual([0, 3, 5, 1, 2]);
  all[2]?.held?.release();
  await settled();
  expect(begun).toEqual([0, 3, 5, 1, 2, 4]);
});

it('goes round the callers, however many requests one of them sent before', async () => {
  const memory = new FairBytes({ all: 10, perCaller: 10 });
  const { all, begun } = asking(memory, ['a10', 'a10', 'a10', 'b10', 'c10', 'b10']);
  for (let index = 0; index < 6; index++) {
    await settled();
    all[begun.at(-1) ?? 0]?.held?.release();
  }
  expect(begun).toEqual([0, 1, 3, 4, 2, 5]);
});

it('gives what a request no longer needs to the next one', async () => {
  const memory = new FairBytes(LIMITS);
  const { all, begun } = asking(memory, ['a60', 'a30']);
  await settled();
  all[0]?.held?.shrink(40);
  await settled();
  expect(begun).toEqual([0]);
  all[0]?.held?.shrink(34);
  await settled();
  expect(begun).toEqual([0, 1]);
  expect(memory.held).toBe(64);
});

it('takes back what a caller that left holds, and removes it from the queue', async () => {
  const memory = new FairBytes({ all: 10, perCaller: 10 });
  const { all, begun } = asking(memory, ['a10', 'b10', 'c10']);
  await settled();
  all[1]?.end.abort();
  all[0]?.end.abort();
  await settled();
  expect(all[1]?.error).toBeInstanceOf(CallerLeft);
  expect(begun).toEqual([0, 2]);
  all[0]?.held?.release();
  expect(memory.held).toBe(10);
  all[2]?.end.abort();
  expect(memory.held).toBe(0);
});

it('never holds more than its limit unless one goes alone, and lets everybody go in the end', async () => {
  const request = fc.record({
    caller: fc.constantFrom('a', 'b', 'c'),
    bytes: fc.integer({ min: 1, max: 300 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { maxLength: 40 }),
      fc.infiniteStream(fc.nat()),
      async (asked, choices) => {
        const memory = new FairBytes(LIMITS);
        const { all, begun } = asking(
          memory,
          asked.map(({ caller, bytes }) => `${caller}${bytes}`),
        );
        const released = new Set<number>();
        for (;;) {
          await settled();
          const holding = begun.filter((index) => !released.has(index));
          const bytes = holding.reduce((sum, index) => sum + (asked[index]?.bytes ?? 0), 0);
          expect(memory.held).toBe(bytes);
          if (holding.length > 1) expect(bytes).toBeLessThanOrEqual(LIMITS.all);
          for (const caller of 'abc') {
            const own = holding.filter((index) => asked[index]?.caller === caller);
            const held = own.reduce((sum, index) => sum + (asked[index]?.bytes ?? 0), 0);
            if (own.length > 1) expect(held).toBeLessThanOrEqual(LIMITS.perCaller);
          }
          if (holding.length === 0) break;
          const index = holding[Number(choices.next().value) % holding.length] ?? 0;
          all[index]?.held?.release();
          released.add(index);
        }
        expect(begun).toHaveLength(asked.length);
      },
    ),
    { numRuns: 100 },
  );
});
