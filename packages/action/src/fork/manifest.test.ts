import { describe, expect, it } from 'vitest';
import { manifestText, readManifest } from './manifest.js';

const DIGEST = 'a'.repeat(64);
const MANIFEST = {
  recordings: [{ path: 'tests/recordings/a "quoted" [{x}].json', digest: DIGEST, size: 3 }],
  removed: ['tests/recordings/gone.json'],
};
const read = (value: unknown) =>
  readManifest(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
const changed = (change: object) => ({ ...JSON.parse(manifestText(MANIFEST)), ...change });

describe('a manifest', () => {
  it('is read as it was written', () => {
    expect(read(manifestText(MANIFEST))).toEqual({ manifest: MANIFEST });
  });

  it('drops unknown fields', () => {
    const recordings = [{ ...MANIFEST.recordings[0], commit: 'x' }];
    expect(read(changed({ pullRequest: 1, recordings }))).toEqual({ manifest: MANIFEST });
  });

  it.each([
    ['an array', '[]', 'is not an object'],
    ['null', 'null', 'is not an object'],
    ['no list', changed({ removed: null }), 'lacks the list'],
    [
      'a digest in capitals',
      changed({ recordings: [{ path: 'a', digest: 'A'.repeat(64), size: 1 }] }),
      'without a',
    ],
    ['a size in parts', changed({ recordings: [{ path: 'a', digest: DIGEST, size: 1.5 }] }), 'without a'],
    ['depth that strings hide', `{"a\\"":${'['.repeat(9)}${']'.repeat(9)}}`, 'nested too deep'],
  ])('with %s is refused', (_, value, problem) => {
    expect(read(value)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
