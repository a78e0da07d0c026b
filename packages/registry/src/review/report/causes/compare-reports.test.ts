import { expect, it } from 'vitest';
import { type ChangeSpec, changeOf } from '../../../../test/report-changes.js';
import { compareReports } from './compare-reports.js';

const error: ChangeSpec = { level: 'BEHAVIOUR', failure: { kind: 'ERROR', status: 400 } };
const peru: ChangeSpec = { level: 'CONTENT', rule: 'text', words: '`Bolivia` → `Peru`' };
const chile: ChangeSpec = { level: 'CONTENT', rule: 'text', words: '`Bolivia` → `Chile`' };
const other = (spec: ChangeSpec): ChangeSpec => ({ ...spec, test: 'b.py::two' });

it.each<[string, ChangeSpec[], ChangeSpec[], [fixed: number, fresh: number]]>([
  ['nothing changed', [error], [error], [0, 0]],
  ['the same respect with another value', [peru], [chile], [0, 0]],
  ['fixed', [error, other(error)], [other(error)], [1, 0]],
  ['new', [], [error, peru], [0, 2]],
  ['an error became a content change', [error], [peru], [1, 1]],
  ['another status', [error], [{ ...error, failure: { kind: 'ERROR', status: 500 } }], [1, 1]],
  [
    'what a test does not notice',
    [{ level: 'COSMETIC' }],
    [{ level: 'METADATA' }, { kind: 'ADDED' }],
    [0, 0],
  ],
  ['one of two of the same test', [error, error], [error], [1, 0]],
])('%s', (_name, before, after, [fixed, fresh]) => {
  expect(compareReports(before.map(changeOf), after.map(changeOf))).toEqual({ fixed, fresh });
});
