import { expect, test } from 'vitest';
import type { Playable } from '../../vocabulary/recording.js';
import type { DriftSide } from '../differences/drift.js';
import { compareNames } from './compare-names.js';

const side = (playable: Playable, more: Partial<DriftSide> = {}): DriftSide => ({
  path: `tests/recordings/${'a'.repeat(64)}.json`,
  digest: 'd',
  size: 1,
  testId: 'tests/test_a.py::test_a',
  model: null,
  endpoint: null,
  hash: 'a'.repeat(64),
  hashStatus: playable === 'MISNAMED' ? 'MISMATCHED' : playable === 'UNKNOWN' ? 'UNKNOWN' : 'VERIFIED',
  playable,
  ...more,
});
const withoutTest = { testId: null, hashStatus: 'MISMATCHED' as const };
const purged = { purged: { at: 0, by: 'x', reason: 'y' } };

test.each<[string, DriftSide, DriftSide, boolean, rule: string | null, words?: string]>([
  ['found before and after', side('YES'), side('YES'), true, null],
  ['its request was edited', side('YES'), side('MISNAMED'), true, 'unplayable', 'does not match its request'],
  [
    'renamed as an old recorder did',
    side('YES'),
    side('OUTDATED'),
    false,
    'unplayable',
    'only an older version',
  ],
  [
    'moved to another folder',
    side('YES'),
    side('MISPLACED'),
    false,
    'unplayable',
    'does not search this folder',
  ],
  ['lost before', side('MISNAMED'), side('MISNAMED'), true, null],
  ['lost before, in another way', side('OUTDATED'), side('MISPLACED'), false, null],
  ['unknown before', side('UNKNOWN'), side('MISNAMED'), false, null],
  ['no longer a recording', side('YES'), side('UNKNOWN'), true, null],
  [
    'another recording answers',
    side('YES'),
    side('MISNAMED', { answeredBy: 'tests/recordings/other.json' }),
    true,
    'answered',
    'another recording answers this request',
  ],
  [
    'the name is right again',
    side('MISNAMED'),
    side('YES'),
    true,
    'playable',
    'its file name matches its request',
  ],
  [
    'renamed for the newest recorder',
    side('OUTDATED'),
    side('YES'),
    false,
    'playable',
    'its newest version computes',
  ],
  ['moved back', side('MISPLACED'), side('YES'), false, 'playable', 'it searches this folder'],
  ['its test id was added', side('UNKNOWN', withoutTest), side('YES'), true, 'playable', 'find it again'],
  [
    'its test id was removed',
    side('YES'),
    side('UNKNOWN', withoutTest),
    true,
    'unplayable',
    'does not match',
  ],
  [
    'its test id is missing',
    side('YES'),
    side('UNKNOWN', withoutTest),
    false,
    'unverified name',
    'cannot be verified',
  ],
  ['purged', side('YES'), side('MISNAMED', purged), true, null],
])('%s', (_what, before, after, samePath, rule, words) => {
  const { unplayable, reason } = compareNames(before, after, samePath);
  expect(reason?.rule ?? null).toBe(rule);
  expect(unplayable).toBe(rule === 'unplayable');
  expect(reason?.level ?? null).toBe(rule === null ? null : rule === 'unplayable' ? 'BEHAVIOUR' : 'METADATA');
  if (words !== undefined) expect(reason?.words).toContain(words);
});
