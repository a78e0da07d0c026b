import { describe, expect, it } from 'vitest';
import { CallerLeft } from '../../database/statements/leaving-caller.js';
import { FairTurns, TooManyWaiting, type Turn } from './fair-turns.js';

/** Takes turns for callers; gives the turns and the numbers of those that have begun, in order. */
function taken(turns: FairTurns, callers: string, left?: () => AbortSignal) {
  const begun: number[] = [];
  const refused: unknown[] = [];
  const all: Turn[] = [...callers].map((caller, index) => {
    const turn = turns.turn(caller, left);
    turn.take().then(
      () => begun.push(index),
      (error: unknown) => refused.push(error),
    );
    // Asked for twice in one request, it is the same turn.
    turn.take().catch(() => {});
    return turn;
  });
  return { all, begun, refused };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('turns', () => {
  it('go to few at once, and to one caller in the order of its requests', async () => {
    const turns = new FairTurns({ atOnce: 2, perCaller: 2, waiting: 10 });
    const { all, begun } = taken(turns, 'aaaaa');
    // One that never needed a turn gives none back.
    turns.turn('a').release();
    await settled();
    expect(begun).toEqual([0, 1]);
    all[1]?.release();
    // Released twice, it is one turn.
    all[1]?.release();
    await settled();
    expect(begun).toEqual([0, 1, 2]);
    // A request that ends before its turn came gives up its place.
    all[3]?.release();
    all[0]?.release();
    await settled();
    expect(begun).toEqual([0, 1, 2, 4]);
  });

  it('are not all held by one caller', async () => {
    const turns = new FairTurns({ atOnce: 3, perCaller: 2, waiting: 100 });
    const { begun } = taken(turns, `${'a'.repeat(50)}b`);
    await settled();
    expect(begun).toEqual([0, 1, 50]);
  });

  it('go to the callers in rotation, however many requests one of them sent before', async () => {
    const turns = new FairTurns({ atOnce: 1, perCaller: 1, waiting: 100 });
    const { all, begun } = taken(turns, 'aaaabbc');
    const order: (number | undefined)[] = [];
    for (let index = 0; index < all.length; index++) {
      await settled();
      order.push(begun.at(-1));
      all[begun.at(-1) ?? 0]?.release();
    }
    expect(order).toEqual([0, 1, 4, 6, 2, 5, 3]);
  });

  it('are refused to a caller of whom too many wait, and to nobody else', async () => {
    const turns = new FairTurns({ atOnce: 1, perCaller: 1, waiting: 2 });
    const { all, begun, refused } = taken(turns, 'aaaaabb');
    await settled();
    expect(refused).toEqual([expect.any(TooManyWaiting), expect.any(TooManyWaiting)]);
    for (const index of [0, 1, 5, 2, 6]) {
      expect(begun.at(-1)).toBe(index);
      all[index]?.release();
      await settled();
    }
  });

  it('are not given to a caller who left, and leave no place behind', async () => {
    const turns = new FairTurns({ atOnce: 1, perCaller: 1, waiting: 2 });
    const holder = taken(turns, 'b');
    const leaving = new AbortController();
    const { begun, refused } = taken(turns, 'aa', () => leaving.signal);
    await settled();
    leaving.abort();
    await settled();
    expect(refused).toEqual([expect.any(CallerLeft), expect.any(CallerLeft)]);
    const later = taken(turns, 'aa');
    holder.all[0]?.release();
    await settled();
    expect(begun).toEqual([]);
    expect(later.begun).toEqual([0]);
    expect(later.refused).toEqual([]);
  });
});
