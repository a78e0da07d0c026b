import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatState, parseState } from './state-format.js';
import type { PulledPlan, SyncState } from './sync-state.js';

const DIGEST = 'a'.repeat(64);

/** A plan without the order of its files and what the state adds to them. */
function readable(plan: PulledPlan | null): unknown {
  if (plan === null) return null;
  const rows = Array.from(plan.files, ([path, { digest, mtimeMs }]) => [path, digest, mtimeMs]);
  return JSON.parse(JSON.stringify({ ...plan, files: rows.sort() }));
}

describe('state', () => {
  it('is parsed as it was formatted', () => {
    const file = fc.record({
      digest: fc.stringMatching(/^[0-9a-f]{64}$/),
      size: fc.nat(),
      mtimeMs: fc.double({ min: 0, max: 2e12, noNaN: true }),
      written: fc.boolean(),
    });
    const path = fc.constantFrom('a', '__proto__', 'constructor', 'x/y z.json', 'ü/日本');
    const files = fc.array(fc.tuple(path, file)).map((entries) => new Map(entries));
    const text = fc.option(fc.string());
    const texts = fc.array(fc.string());
    const plan: fc.Arbitrary<PulledPlan> = fc.record({
      ...{ snapshot: fc.string(), files, purged: fc.array(path), notesReads: fc.boolean() },
      selection: fc.option(fc.record({ tests: texts, models: texts, paths: texts }, { requiredKeys: [] })),
    });
    const state: fc.Arbitrary<SyncState> = fc.record({
      ...{ registry: fc.string(), repository: fc.string(), target: fc.string() },
      ...{ selection: text, snapshot: text, baseline: text, version: fc.option(fc.nat()) },
      since: fc.record({ snapshot: fc.string(), at: text }),
      ...{ files, remaining: files, pulled: fc.boolean(), plan: fc.option(plan) },
    });
    fc.assert(
      fc.property(state, (original) => {
        const positive = JSON.parse(JSON.stringify(Array.from(original.files))) as [string, unknown][];
        const read = parseState(formatState(original)) as SyncState;
        expect(JSON.parse(JSON.stringify(Array.from(read.files)))).toEqual(positive);
        const rest = { files: 0, remaining: 0, plan: 0 };
        expect({ ...read, ...rest }).toEqual({ ...original, ...rest });
        expect(readable(read.plan)).toEqual(readable(original.plan));
        expect([...read.remaining.keys()]).toEqual([...original.remaining.keys()]);
      }),
    );
  });

  const good = {
    ...{ format: 1, registry: 'r', repository: 'o/n', target: 't', selection: null },
    ...{ snapshot: 's', baseline: null, version: 1, files: [['a', DIGEST, 1, 2, 1]], others: [] },
  };

  it('stores of the plan of a pull only what differs from the files', () => {
    const files = new Map([['a', { digest: DIGEST, size: 1, mtimeMs: 2, written: true }]]);
    const plan = { snapshot: 's', selection: null, files, purged: ['p'], notesReads: true };
    const state = { ...(parseState(JSON.stringify(good)) as SyncState), files, plan };
    const stored = JSON.parse(formatState(state));
    expect(stored.plan).toEqual({
      ...{ snapshot: 's', selection: null, purged: ['p'], notesReads: true },
      ...{ added: [], changed: [] },
    });
  });

  it('of an earlier release has no plan', () => {
    expect(parseState(JSON.stringify(good))).toMatchObject({ plan: null });
  });

  const goodPlan = {
    ...{ snapshot: 's', selection: null, purged: [], notesReads: true },
    ...{ added: [], changed: [] },
  };

  it.each([
    ['a purged path that leaves the directory', { purged: ['../a'] }],
    ['a changed path that leaves the directory', { changed: [['/etc/passwd', DIGEST, 1]] }],
    ['a changed file without a time', { changed: [['a', DIGEST]] }],
    ['a selection that is none', { selection: { tests: 'a' } }],
    ['an unknown part of a selection', { selection: { other: ['a'] } }],
    ['no snapshot', { snapshot: null }],
  ])('ignores a plan with %s', (_, change) => {
    expect(parseState(JSON.stringify({ ...good, plan: goodPlan }))?.plan).not.toBeNull();
    expect(parseState(JSON.stringify({ ...good, plan: { ...goodPlan, ...change } }))?.plan).toBeNull();
  });

  it('is accepted in its current form', () => {
    expect(parseState(JSON.stringify(good))?.files.get('a')).toEqual({
      ...{ digest: DIGEST, size: 1, mtimeMs: 2, written: true },
    });
  });

  it.each([
    ['the snapshot', {}, 's'],
    ['no snapshot', { snapshot: null }, ''],
  ])('of an earlier release with %s has no time of its last push', (_, change, snapshot) => {
    expect(parseState(JSON.stringify({ ...good, ...change }))?.since).toEqual({ snapshot, at: null });
  });

  it.each([
    ['a path that leaves the directory', { files: [['../a', DIGEST, 1, 2, 1]] }],
    ['an absolute path among the remaining files', { others: [['/etc/passwd', DIGEST, 1, 2, 1]] }],
    ['something else than a digest', { files: [['a', 'x', 1, 2, 1]] }],
    ['an invalid size', { files: [['a', DIGEST, '1', 2, 1]] }],
    ['files by path', { files: { a: [DIGEST, 1, 2, 1] } }],
    ['a row that is none', { files: ['a'] }],
    ['another format', { format: 2 }],
    ['an invalid registry', { registry: 5 }],
    ['a snapshot that is none', { snapshot: 5 }],
    ['a snapshot to differ from that is none', { since: 's' }],
    ['a snapshot to differ from without an id', { since: { at: null } }],
    ['a version that is none', { version: '1' }],
  ])('is refused with %s', (_, change) => {
    expect(parseState(JSON.stringify({ ...good, ...change }))).toBeNull();
  });

  it.each(['', '{', '[]', '"x"', '5', 'null'])('is not %j', (text) => {
    expect(parseState(text)).toBeNull();
  });
});
