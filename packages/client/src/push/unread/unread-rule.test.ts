import { describe, expect, it } from 'vitest';
import { chooseUnread, refusedRemoval, type UnreadFacts } from './unread-rule.js';

const PATH = 'tests/recordings/a.json';
const FACTS: UnreadFacts = {
  held: new Map([[PATH, 'd1']]),
  onDisk: new Map(),
  fixed: new Map(),
  patterns: ['**/recordings/**'],
};

describe('chooseUnread', () => {
  it.each<[string, Partial<UnreadFacts>, 'remove' | 'skip' | RegExp]>([
    ['in the pull request, not on disk', {}, 'remove'],
    ['what a pull wrote', { onDisk: new Map([[PATH, { written: true }]]) }, 'remove'],
    ['another file on disk', { onDisk: new Map([[PATH, { written: false }]]) }, /not what a pull wrote/],
    ['recorded again in the pull request', { held: new Map([[PATH, 'd2']]) }, /another version/],
    ['tracked by git', { fixed: new Map([[PATH, 'git tracks the file']]) }, /git tracks/],
    ['not in the pull request', { held: new Map() }, 'skip'],
    ['outside of the paths', { patterns: ['other/**'] }, 'skip'],
  ])('%s', (_, facts, expected) => {
    const recording = { path: PATH, digest: 'd1', words: 'words' };
    const { remove, kept } = chooseUnread([recording], { ...FACTS, ...facts });
    expect(remove).toEqual(expected === 'remove' ? [recording] : []);
    if (expected instanceof RegExp)
      expect(kept).toMatchObject([{ path: PATH, reason: expect.stringMatching(expected) }]);
    else expect(kept).toEqual([]);
  });
});

describe('refusedRemoval', () => {
  it.each([
    [{ covered: 4, removed: 2 }, null],
    [{ covered: 4, removed: 3 }, /would remove 3 of 4 recordings .* more than half.*=force/],
    [{ covered: 1, removed: 1 }, /1 of 1 recording of/],
    [{ covered: 4, removed: 3, force: true }, null],
    [{ covered: 4, removed: 1, pullFailed: true }, /last pull .* failed.*=force/],
    [{ covered: 4, removed: 0, pullFailed: true }, null],
  ])('%j: %s', (limits, expected) => {
    const command = { command: 'push --prune-unused', forced: 'push --prune-unused=force' };
    const refused = refusedRemoval({ ...command, pullFailed: false, force: false, ...limits });
    if (expected === null) expect(refused).toBeNull();
    else expect(refused).toMatch(expected);
  });
});
