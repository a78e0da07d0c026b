import { describe, expect, it } from 'vitest';
import type { ExchangeChange, ExchangeChangeKind } from '../../../review/differences/drift.js';
import type { Exchange, ExchangeReading } from '../../../vocabulary/recording.js';
import { arrangeCalls, countCalls, describeHeaders } from './arrange-calls.js';

const exchanges = (count: number, headers: Exchange['responseHeaders'] = null) =>
  Array.from({ length: count }, (_, position) => ({ position, responseHeaders: headers }) as Exchange);

function change(kind: ExchangeChangeKind, before: number | null, after: number | null): ExchangeChange {
  const at = (position: number | null) => (position === null ? null : ({ position } as ExchangeReading));
  return {
    ...{ kind, level: 'BEHAVIOUR', before: at(before), after: at(after), summary: '', words: '' },
    ...{ reasons: [], requestChange: null, texts: [], failure: null, failedBefore: false },
  };
}

describe('the calls of a change', () => {
  it.each<[string, ExchangeChange[], number, number, object]>([
    ['no change', [], 2, 2, { changed: [], moved: 0, same: [0, 1] }],
    ['a changed one', [change('CHANGED', 1, 1)], 2, 2, { changed: [[1, 1]], moved: 0, same: [0] }],
    ['a new one', [change('ADDED', null, 0)], 1, 2, { changed: [[null, 0]], moved: 0, same: [1] }],
    ['a removed one', [change('REMOVED', 0, null)], 2, 1, { changed: [[0, null]], moved: 0, same: [0] }],
    ['a moved one', [change('MOVED', 1, 0)], 2, 2, { changed: [], moved: 1, same: [1] }],
    [
      'one that the content lacks',
      [change('CHANGED', 7, 8)],
      1,
      1,
      { changed: [[null, null]], moved: 0, same: [0] },
    ],
  ])('with %s', (_what, changes, before, after, expected) => {
    const { changed, moved, same } = arrangeCalls(changes, exchanges(before), exchanges(after));
    expect({
      changed: changed.map((call) => [call.before?.position ?? null, call.after?.position ?? null]),
      moved: moved.length,
      same: same.map(({ position }) => position),
    }).toEqual(expected);
  });

  it('that do not differ are unknown where the report lists only some of those that do', () => {
    const changes = Array.from({ length: 200 }, (_, index) => change('CHANGED', index, index));
    expect(arrangeCalls(changes, exchanges(300), exchanges(300)).same).toEqual([]);
    expect(countCalls({ kind: 'CHANGED', replaces: null, exchanges: changes, calls: 300 })).toBe(
      '200 or more of 300 calls differ',
    );
  });

  it.each<[string, Parameters<typeof countCalls>[0], string | null]>([
    [
      'the only one',
      { kind: 'CHANGED', replaces: null, exchanges: [change('CHANGED', 0, 0)], calls: 1 },
      null,
    ],
    ['none', { kind: 'CHANGED', replaces: null, exchanges: [], calls: 2 }, null],
    [
      'one',
      { kind: 'CHANGED', replaces: null, exchanges: [change('CHANGED', 0, 0)], calls: 3 },
      '1 of 3 calls differs',
    ],
    [
      'a removed one',
      {
        kind: 'CHANGED',
        replaces: null,
        exchanges: [change('REMOVED', 1, null), change('ADDED', null, 0)],
        calls: 1,
      },
      '2 of 2 calls differ',
    ],
    [
      'a failed one',
      { kind: 'ADDED', replaces: null, exchanges: [change('ADDED', null, 0)], calls: 2 },
      '1 of 2 calls failed',
    ],
  ])('are counted with %s', (_what, counted, words) => {
    expect(countCalls(counted)).toBe(words);
  });

  it.each<[string, Exchange['responseHeaders'], Exchange['responseHeaders'], string | null]>([
    ['not recorded', null, { a: ['1'] }, null],
    ['equal', { a: ['1'], b: ['2'] }, { b: ['2'], a: ['1'] }, null],
    ['different', { a: ['1'], b: ['2'], c: ['3'] }, { a: ['0'], b: ['2'], d: ['4'] }, 'a, c and d'],
  ])('with headers that are %s', (_what, before, after, expected) => {
    const [[from], [to]] = [exchanges(1, before), exchanges(1, after)];
    expect(describeHeaders({ before: from ?? null, after: to ?? null })).toBe(expected);
  });
});
