import { expect, it } from 'vitest';
import { LargeAnswers } from './large-answers.js';

it('lets few go on at once, in their order, and each only once', async () => {
  const answers = new LargeAnswers();
  const turns = Array.from({ length: 5 }, () => answers.turn());
  const begun: number[] = [];
  for (const [number, turn] of turns.entries()) {
    void turn.take().then(() => begun.push(number));
    // Asked for twice in one request, it is the same turn.
    void turn.take();
  }
  // One that never needed a turn gives none back.
  answers.turn().release();
  await settled();
  expect(begun).toEqual([0, 1]);
  turns[1]?.release();
  await settled();
  expect(begun).toEqual([0, 1, 2]);
  // A request that ends before its turn came passes it on.
  turns[3]?.release();
  turns[0]?.release();
  await settled();
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
