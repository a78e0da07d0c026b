import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitmapOf, countBits, hasBit, parseBitmap, unite } from './bitmap.js';

const positions = fc.uniqueArray(fc.nat(99), { maxLength: 40 });
const ascending = (one: number, other: number) => one - other;
const bitsOf = (bitmap: Uint8Array) =>
  Array.from({ length: bitmap.length * 8 }, (_, n) => n).filter((n) => hasBit(bitmap, n));

describe('a bitmap', () => {
  it('has the first recording in the lowest bit of the first byte', () => {
    expect([...bitmapOf([0, 3, 8], 9)]).toEqual([0b1001, 0b1]);
  });

  it('comes back from base64', () => {
    fc.assert(
      fc.property(positions, (set) => {
        const parsed = parseBitmap(Buffer.from(bitmapOf(set, 100)).toString('base64'), 100);
        if ('problem' in parsed) throw new Error(parsed.problem);
        expect(bitsOf(parsed)).toEqual(set.toSorted(ascending));
        expect(countBits(parsed)).toBe(set.length);
      }),
    );
  });

  it('is the same whatever the order in which the jobs of a matrix are united', () => {
    const shuffled = fc
      .array(positions, { minLength: 1, maxLength: 6 })
      .chain((jobs) =>
        fc.tuple(fc.constant(jobs), fc.shuffledSubarray([...jobs, ...jobs], { minLength: 2 * jobs.length })),
      );
    const united = (jobs: number[][]) =>
      jobs.map((job) => bitmapOf(job, 100)).reduce(unite, bitmapOf([], 100));
    fc.assert(
      fc.property(shuffled, ([jobs, retried]) => {
        expect([...united(retried)]).toEqual([...united(jobs)]);
        expect(bitsOf(united(jobs))).toEqual([...new Set(jobs.flat())].sort(ascending));
      }),
    );
  });

  it('ignores the bits after the last recording', () => {
    expect(parseBitmap(Buffer.from([0xff]).toString('base64'), 3)).toEqual(Buffer.from([0b111]));
  });

  it.each([
    ['is too short', 'AA==', 9, 'has 1 bytes; 9 recordings need 2'],
    ['is too long', 'AAA=', 8, 'has 2 bytes; 8 recordings need 1'],
    ['is not base64', 'A*==', 8, 'is not base64'],
    ['is missing', '', 1, 'has 0 bytes; 1 recordings need 1'],
  ])('is refused when it %s', (_name, text, recordings, problem) => {
    expect(parseBitmap(text, recordings)).toEqual({ problem });
  });

  it('of no recordings is empty', () => {
    expect(parseBitmap('', 0)).toEqual(Buffer.alloc(0));
  });
});
