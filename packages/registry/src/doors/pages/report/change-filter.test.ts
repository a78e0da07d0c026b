import { expect, it } from 'vitest';
import type { DriftChange } from '../../../review/differences/drift.js';
import { matches, modelsOfChanges, readFilter, sharedRequests } from './change-filter.js';

const change = (given: Partial<DriftChange>): DriftChange =>
  ({
    kind: 'CHANGED',
    level: 'CONTENT',
    path: 'r/a.json',
    previousPath: null,
    testId: null,
    model: null,
    requestChange: null,
    failure: null,
    unplayable: false,
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
    unplayable: true,
  }),
  change({
    path: 'r/c.json',
    kind: 'ADDED',
    level: null,
    model: 'n',
    requestChange: request('k'),
    failure: { kind: 'TOOL_ERROR', status: null, tool: 'search', text: 'no key' },
  }),
  change({
    path: 'r/d.json',
    kind: 'REKEYED',
    requestChange: request('alone'),
    failure: { kind: 'CUT_OFF', status: null, tool: null, text: '' },
  }),
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
  ['only=errors', 'c'],
  ['only=unplayable', 'b'],
  ['only=nonsense', 'abcd'],
  ['kind=constructor&level=behaviour', 'abcd'],
])('%j shows %j', (query, expected) => {
  const shown = CHANGES.filter((each) => matches(each, filterOf(query))).map(({ path }) => path.slice(2, 3));
  expect(shown.join('')).toBe(expected);
});

it('lists a request change once, and only when several recordings share it', () => {
  expect(sharedRequests(CHANGES)).toEqual([{ key: 'k', words: ['k changed'], recordings: 2 }]);
});

it('lists each model once', () => {
  expect(modelsOfChanges(CHANGES)).toEqual(['m', 'n']);
});
