import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.js';
import { planBlocks } from './plan-blocks.js';

const KIB = 1024;
const of = (size: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ size, name: `${size} ${String(index).padStart(5, '0')}` }));
const sizes = (blocks: { size: number }[][]) => blocks.map((block) => block.length);

describe('planBlocks', () => {
  it('puts each content into one block, and every block is within the limits', () => {
    const size = fc.oneof(fc.nat(100), fc.nat(80 * KIB), fc.nat(6 * 1024 * KIB));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 200 }), (wanted) => {
        const items = wanted.map((bytes, index) => ({ size: bytes, name: `${index}` }));
        const blocks = planBlocks(items);
        expect(
          blocks
            .flat()
            .map(({ name }) => Number(name))
            .sort((a, b) => a - b),
        ).toEqual([...items.keys()]);
        for (const block of blocks) {
          const bytes = block.reduce((sum, item) => sum + item.size, 0);
          expect(block.length).toBeGreaterThan(0);
          expect(block.length === 1 || bytes <= LIMITS.blockBytes).toBe(true);
          const small = block.filter((item) => item.size < 64 * KIB);
          expect(small.length === 0 || (small.length === block.length && bytes <= 256 * KIB)).toBe(true);
        }
      }),
    );
  });

  it('closes a block of small contents at 256 KiB and one of large ones at 4 MiB', () => {
    expect(sizes(planBlocks(of(16 * KIB, 40)))).toEqual([16, 16, 8]);
    expect(sizes(planBlocks(of(512 * KIB, 12)))).toEqual([8, 4]);
    expect(sizes(planBlocks([...of(10, 3), ...of(64 * KIB, 2)]))).toEqual([3, 2]);
  });

  it('gives a content above 4 MiB its own block, and puts at most 1,000 into one', () => {
    expect(sizes(planBlocks(of(5 * 1024 * KIB, 2)))).toEqual([1, 1]);
    expect(sizes(planBlocks(of(1, 2_500)))).toEqual([1_000, 1_000, 500]);
  });

  it('depends on sizes and names, not on the order', () => {
    const items = [...of(100, 3), ...of(50, 2), ...of(70_000, 2)];
    expect(planBlocks([...items].reverse())).toEqual(planBlocks(items));
  });
});
