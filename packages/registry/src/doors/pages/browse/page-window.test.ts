import { expect, it } from 'vitest';
import { type KeysetPage, loadWindow } from './page-window.js';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

async function load({ after, before, limit, fromEnd }: KeysetPage): Promise<string[]> {
  const among = KEYS.filter((key) => (after === null || key > after) && (before === null || key < before));
  return (fromEnd ? among.reverse() : among).slice(0, limit);
}

const page = (position: { after?: string; before?: string }) =>
  loadWindow({ after: null, before: null, size: 3, ...position }, (row: string) => row, load);

it('walks forwards to the end and back to the beginning, every row once', async () => {
  const first = await page({});
  expect(first).toEqual({ rows: ['a', 'b', 'c'], before: null, after: 'c' });
  const second = await page({ after: 'c' });
  expect(second).toEqual({ rows: ['d', 'e', 'f'], before: 'd', after: 'f' });
  const last = await page({ after: 'f' });
  expect(last).toEqual({ rows: ['g'], before: 'g', after: null });
  expect(await page({ before: 'g' })).toEqual(second);
  expect(await page({ before: 'd' })).toEqual(first);
});

it('has no other page when one contains all rows', async () => {
  const all = await loadWindow({ after: null, before: null, size: 7 }, (row: string) => row, load);
  expect(all).toEqual({ rows: KEYS, before: null, after: null });
});
