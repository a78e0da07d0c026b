import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KnownMigrations, readKnownMigrations } from './known-migrations.js';
import { type Compatibility, compareSchema, compatibilityAfter, refusalOf } from './schema-state.js';

/** A build with the migrations 1 to `newest`. */
const build = (newest: number, contracts: [at: number, oldest: number][] = []): KnownMigrations => ({
  migrations: Array.from({ length: newest }, (_, index) => ({
    name: `m${index + 1}`,
    when: index + 1,
    hash: '',
    statements: [],
  })),
  contracts: contracts
    .filter(([at]) => at <= newest)
    .map(([at, oldest]) => ({ migration: `m${at}`, oldest: `m${oldest}` })),
});

const worksFrom = (oldest: number, newest = 9): Compatibility => ({
  oldest: { name: `m${oldest}`, when: oldest },
  newest: `m${newest}`,
  version: '2.0.0',
});

it.each([
  ['an empty database', 3, null, null, 'behind', 'm1, m2, m3'],
  ['one that lacks the last two', 3, 1, null, 'behind', 'm2, m3'],
  ['one with the same migrations', 3, 3, null, 'current', null],
  ['one with the same, and a note', 3, 3, worksFrom(3, 3), 'current', null],
  ['a newer one without a note', 3, 9, null, 'ahead', null],
  ['a newer one that only expanded', 3, 9, worksFrom(2), 'ahead', null],
  ['a newer one whose contract allows this build', 3, 9, worksFrom(3), 'ahead', null],
  ['a newer one whose contract does not', 3, 9, worksFrom(4), 'too-old', 'migrated it to m9'],
  ['one that lacks some and needs a newer build', 3, 2, worksFrom(4), 'too-old', 'knows m4'],
])('classifies %s', (_, known, newest, compatibility, kind, reason) => {
  const state = compareSchema(build(known), { newest, compatibility });
  expect(state.kind).toBe(kind);
  if (reason === null) expect(refusalOf(state)).toBeNull();
  else expect(refusalOf(state)).toContain(reason);
});

it('names both builds and what to do', () => {
  const state = compareSchema(build(3), { newest: 9, compatibility: worksFrom(4) });
  expect(refusalOf(state)).toBe(
    'the database is too new for this build: Fixture Registry 2.0.0 migrated it to m9, which needs a build ' +
      'that knows m4, and this build knows migrations up to m3. Start a newer build, or restore the backup ' +
      'that was made before the upgrade (docs/upgrading.md)',
  );
});

describe('the compatibility note', () => {
  it.each([
    ['without contracts', build(3), null, 'm1'],
    ['with a contract', build(5, [[4, 3]]), null, 'm3'],
    [
      'with several contracts',
      build(5, [
        [2, 2],
        [4, 3],
      ]),
      null,
      'm3',
    ],
    ['over a note that asks for more', build(5, [[4, 3]]), worksFrom(5), 'm5'],
    ['over a note that asks for less', build(5, [[4, 3]]), worksFrom(2), 'm3'],
  ])('%s names the oldest build that works', (_, known, before, oldest) => {
    expect(compatibilityAfter(known, before, '1.0.0').oldest.name).toBe(oldest);
  });

  it('never locks out the build that wrote it, and locks out no build that its contracts allow', () => {
    const contract = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(contract.map(([a, b]) => [Math.max(a, b), Math.min(a, b)] as [number, number])),
        (older, newer, contracts) => {
          const writer = build(newer, contracts);
          const found = { newest: newer, compatibility: compatibilityAfter(writer, null, '1.0.0') };
          expect(compareSchema(writer, found).kind).toBe('current');
          if (older >= newer) return;
          const works = contracts.every(([at, oldest]) => at > newer || oldest <= older);
          expect(compareSchema(build(older, contracts), found).kind).toBe(works ? 'ahead' : 'too-old');
        },
      ),
    );
  });

  it('can be written for the migrations of this build', () => {
    const known = readKnownMigrations();
    expect(known.migrations[0]?.name).toBe('0000_start');
    expect(compatibilityAfter(known, null, '1.0.0').newest).toBe(known.migrations.at(-1)?.name);
  });
});
