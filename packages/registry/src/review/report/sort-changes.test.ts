import { expect, it } from 'vitest';
import type { DriftChange } from '../differences/drift.js';
import { compareChanges, sortKey } from './sort-changes.js';

const change = (of: Partial<DriftChange>) => ({ unplayable: false, path: 'p', ...of }) as DriftChange;

it('sorts unplayable recordings first, then by level, kind and path', () => {
  const sorted = [
    change({ kind: 'CHANGED', level: 'BEHAVIOUR', unplayable: true }),
    change({ kind: 'CHANGED', level: 'BEHAVIOUR', path: 'a' }),
    change({ kind: 'CHANGED', level: 'BEHAVIOUR', path: 'b' }),
    change({ kind: 'REKEYED', level: 'BEHAVIOUR', path: 'a' }),
    change({ kind: 'CHANGED', level: 'CONTENT' }),
    change({ kind: 'CHANGED', level: 'METADATA' }),
    change({ kind: 'CHANGED', level: 'COSMETIC' }),
    // New ones were never found, so nothing is lost.
    change({ kind: 'ADDED', level: null, unplayable: true }),
    change({ kind: 'REMOVED', level: null }),
  ];
  expect([...sorted].reverse().sort(compareChanges)).toEqual(sorted);
  expect(new Set(sorted.map(sortKey)).size).toBe(sorted.length);
});
