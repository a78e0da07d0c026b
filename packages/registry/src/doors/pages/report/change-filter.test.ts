import { expect, it } from 'vitest';
import type { DriftChange } from '../../../review/differences/drift.js';
import { filterChanges, modelsOfChanges, readFilter, sharedRequests } from './change-filter.js';

const change = (given: Partial<DriftChange>): DriftChange =>
  ({
    kind: 'CHANGED',
    level: 'CONTENT',
    path: 'r/a.json',
    previousPath: null,
    testId: null,
    model: null,
    requestChange: null,
    ...given,
  }) as DriftChange;

const filterOf = (query: string) => {
  const parameters = new URLSearchParams(query);
  return readFilter((name) => parameters.get(name));
};

const CHANGES = [
  change({ path: 'r/a.json', testId: 'tests/A.py::one', model: 'm', level: 'BEHAVIOUR' }),
  change({
    path: 'r/b.json',
    previousPath: 'old/b.json',
    kind: 'REKEYED',
    model: 'n',
    requestChange: request('k'),
  }),
  change({ path: 'r/c.json', kind: 'ADDED', level: null, model: 'n', requestChange: request('k') }),
  change({ path: 'r/d.json', kind: 'REKEYED', requestChange: request('alone') }),
];

function request(key: string) {
  return { key, shape: '', words: [`${key} changed`] };
}

it.each([
  ['', 'abcd'],
  ['level=BEHAVIOUR', 'a'],
  ['kind=REKEYED', 'bd'],
  ['model=n', 'bc'],
  ['model=N', ''],
  ['test=a.PY', 'a'],
  ['test=OLD/', 'b'],
  ['request=k', 'bc'],
  ['kind=REKEYED&model=n', 'b'],
  ['kind=constructor&level=behaviour', 'abcd'],
])('%j shows %j', (query, expected) => {
  const shown = filterChanges(CHANGES, filterOf(query)).map(({ path }) => path.slice(2, 3));
  expect(shown.join('')).toBe(expected);
});

it('lists a request change once, and only when several recordings share it', () => {
  expect(sharedRequests(CHANGES)).toEqual([{ key: 'k', words: ['k changed'], recordings: 2 }]);
});

it('lists each model once', () => {
  expect(modelsOfChanges(CHANGES)).toEqual(['m', 'n']);
});
