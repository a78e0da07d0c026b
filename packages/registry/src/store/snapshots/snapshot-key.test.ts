import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeSnapshotKey,
  encodeSnapshotKey,
  means,
  type SnapshotKey,
  type SnapshotName,
  sameSnapshot,
} from './snapshot-key.js';

const SEALS = ['9f2c1ab34d5e', '0b7d6e5f4a3c', 'ffffffffffff'];

const seal = fc.constantFrom(...SEALS);
const layer = fc.record({ refId: fc.nat(), version: fc.nat(999_999_999), seal });
const key: fc.Arbitrary<SnapshotKey> = fc.record({
  repositoryId: fc.nat(),
  layers: fc.array(layer, { maxLength: 8 }),
});
const name: fc.Arbitrary<SnapshotName> = fc.record({
  repositoryId: fc.nat(),
  layers: fc.array(fc.record({ ...{ refId: fc.nat(), version: fc.nat(999) }, seal: fc.option(seal) }), {
    maxLength: 8,
  }),
});

const withoutSeals = ({ repositoryId, layers }: SnapshotKey): SnapshotName => ({
  repositoryId,
  layers: layers.map((each) => ({ ...each, seal: null })),
});

describe("a snapshot's key as text", () => {
  it('is read as it was written, with all seals, some or none', () => {
    fc.assert(
      fc.property(fc.oneof(key, name), (original) => {
        expect(decodeSnapshotKey(encodeSnapshotKey(original))).toEqual(original);
      }),
    );
  });

  it.each<[string, string, SnapshotName['layers']]>([
    ['the empty state', '5:', []],
    ['a branch, by an earlier release', '5:7.41', [{ refId: 7, version: 41, seal: null }]],
    [
      'a pull request, by an earlier release',
      '5:12.3,7.41',
      [
        { refId: 12, version: 3, seal: null },
        { refId: 7, version: 41, seal: null },
      ],
    ],
    ['a branch', '5:7.41-0b7d6e5f4a3c', [{ refId: 7, version: 41, seal: '0b7d6e5f4a3c' }]],
    [
      'a pull request',
      '5:12.3-9f2c1ab34d5e,7.41-0b7d6e5f4a3c',
      [
        { refId: 12, version: 3, seal: '9f2c1ab34d5e' },
        { refId: 7, version: 41, seal: '0b7d6e5f4a3c' },
      ],
    ],
  ])('%s: %s', (_, text, layers) => {
    expect(decodeSnapshotKey(text)).toEqual({ repositoryId: 5, layers });
    expect(encodeSnapshotKey({ repositoryId: 5, layers })).toBe(text);
  });

  it.each([
    ...['', '5', '5:x', '5:1', '5:1.2.3', '5:1.2,', '5:,1.2', ' 5:1.2', '5:1.2\n', '-5:1.2', '5:1.-2'],
    ...['5:1.2-', '5:1.2-9f2c1ab34d5', '5:1.2-9f2c1ab34d5ee', '5:1.2-9F2C1AB34D5E', '5:1.2-9f2c1ab34d5g'],
    ...['5:1.2-9f2c1ab34d5e-9f2c1ab34d5e', `5:${Array.from({ length: 9 }, () => '1.2').join()}`],
    ...['5:1.1234567890', '1234567890123456:1.2'],
  ])('%j is none', (text) => {
    expect(decodeSnapshotKey(text)).toBeNull();
  });
});

describe('what a name proves', () => {
  it('of the same state: that it is the same, unless it is of an earlier release', () => {
    fc.assert(
      fc.property(key, (state) => {
        expect([sameSnapshot(state, state), means(state, state)]).toEqual([true, true]);
        // The empty state has no layers, and is the same everywhere.
        expect(sameSnapshot(withoutSeals(state), state)).toBe(state.layers.length === 0);
        expect(means(withoutSeals(state), state)).toBe(true);
      }),
    );
  });

  it('of a state with the same numbers after a restore: that it is another', () => {
    fc.assert(
      fc.property(key, fc.nat(7), (state, at) => {
        fc.pre(at < state.layers.length);
        const other = state.layers.map((each, depth) =>
          depth === at
            ? { ...each, seal: each.seal.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }
            : each,
        );
        const restored = { ...state, layers: other };
        expect([sameSnapshot(state, restored), means(state, restored)]).toEqual([false, false]);
      }),
    );
  });

  it('of more or fewer layers: that it is another', () => {
    fc.assert(
      fc.property(key, layer, (state, more) => {
        const longer = { ...state, layers: [...state.layers, more] };
        for (const [one, other] of [
          [state, longer],
          [longer, state],
        ] as const) {
          expect([sameSnapshot(one, other), means(one, other), means(withoutSeals(one), other)]).toEqual([
            false,
            false,
            false,
          ]);
        }
      }),
    );
  });
});
