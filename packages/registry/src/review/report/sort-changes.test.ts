import { expect, it } from 'vitest';
import type { DriftChange } from '../differences/drift.js';
import { compareChanges, sortKey } from './sort-changes.js';

const change = (of: Partial<DriftChange>) => ({ unplayable: false, path: 'p', ...of }) as DriftChange;

it('tells what is lost first, then by level, kind and path', () => {
  const told = [
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
  expect([...told].reverse().sort(compareChanges)).toEqual(told);
  expect(new Set(told.map(sortKey)).size).toBe(told.length);
});
