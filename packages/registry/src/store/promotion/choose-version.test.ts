import { describe, expect, it } from 'vitest';
import { type PromotionFacts, versionToPromote } from './choose-version.js';

const HEAD = 'a'.repeat(40);
const FACTS: PromotionFacts = { newest: 5, head: HEAD, notedForHead: 5, before: null, again: false };
const before = { version: 3, as: 9 };

describe('the version that a promotion brings', () => {
  it.each([
    ['that of the merged head commit', {}, { kind: 'promote', version: 5, warnings: [] }],
    [
      'that of the head commit, though another commit pushed later',
      { notedForHead: 4 },
      { kind: 'promote', version: 4, warnings: [expect.stringContaining('only version 4 is')] },
    ],
    [
      'none, where no run of the head commit pushed',
      { notedForHead: null },
      { kind: 'head-unknown', head: HEAD },
    ],
    [
      'the newest, where the head commit is not named, and it says so',
      { head: null, notedForHead: null },
      { kind: 'promote', version: 5, warnings: [expect.stringContaining('was not named')] },
    ],
    [
      'none after a promotion by a workflow, whatever was pushed since',
      { before },
      { kind: 'promoted-before', before, warnings: [expect.stringContaining('only version 3 is')] },
    ],
    [
      'none after a promotion by a workflow that does not name the head',
      { before, head: null, notedForHead: null },
      { kind: 'promoted-before', before, warnings: [expect.stringContaining('up to version 5')] },
    ],
    [
      'what was pushed since, where a token promotes again',
      { before, again: true, head: null, notedForHead: null },
      { kind: 'promote', version: 5, warnings: [expect.any(String)] },
    ],
    [
      'none, where a token promotes the same again',
      { before: { version: 5, as: 9 }, again: true, head: null, notedForHead: null },
      { kind: 'promoted-before', before: { version: 5, as: 9 }, warnings: [] },
    ],
    [
      'none, where a token promotes an older head again',
      { before, again: true, notedForHead: 2 },
      { kind: 'promoted-before', before, warnings: [] },
    ],
  ])('is %s', (_name, facts, expected) => {
    expect(versionToPromote({ ...FACTS, ...facts })).toEqual(expected);
  });
});
