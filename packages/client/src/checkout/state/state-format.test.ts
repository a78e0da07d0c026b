import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatState, parseState } from './state-format.js';
import type { SyncState } from './sync-state.js';

const DIGEST = 'a'.repeat(64);

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
    const state: fc.Arbitrary<SyncState> = fc.record({
      ...{ registry: fc.string(), repository: fc.string(), target: fc.string() },
      ...{ selection: text, snapshot: text, baseline: text, version: fc.option(fc.nat()) },
      since: fc.record({ snapshot: fc.string(), at: text }),
      ...{ files, remaining: files, pulled: fc.boolean() },
    });
    fc.assert(
      fc.property(state, (original) => {
        const positive = JSON.parse(JSON.stringify(Array.from(original.files))) as [string, unknown][];
        const read = parseState(formatState(original)) as SyncState;
        expect(JSON.parse(JSON.stringify(Array.from(read.files)))).toEqual(positive);
        expect({ ...read, files: 0, remaining: 0 }).toEqual({ ...original, files: 0, remaining: 0 });
        expect([...read.remaining.keys()]).toEqual([...original.remaining.keys()]);
      }),
    );
  });

  const good = {
    ...{ format: 1, registry: 'r', repository: 'o/n', target: 't', selection: null },
    ...{ snapshot: 's', baseline: null, version: 1, files: [['a', DIGEST, 1, 2, 1]], others: [] },
  };

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
