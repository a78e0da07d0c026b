import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyChange, type ChangeSpec, changeOf } from '../../../../test/report-changes.js';
import type { DriftLevel } from '../../../vocabulary/level.js';
import { findCauses } from './find-causes.js';

const lines = (specs: ChangeSpec[]) =>
  findCauses(specs.map(changeOf)).map(
    ({ mark, category, words, changes }) => `${mark} ${category} ${changes.length}: ${words}`,
  );
const inTest = (name: string, spec: ChangeSpec): ChangeSpec => ({
  test: `a.py::${name}`,
  path: `${name}.json`,
  ...spec,
});

describe('findCauses', () => {
  it('orders by mark, category and number of recordings', () => {
    expect(
      lines([
        { kind: 'REMOVED', path: 'z' },
        { level: 'COSMETIC', path: 'y' },
        { kind: 'ADDED', path: 'x' },
        { level: 'METADATA', path: 'w', rule: 'served model', words: 'served model `a` → `b`' },
        { level: 'CONTENT', path: 'v', rule: 'text', words: 'answer in other words' },
        { level: 'CONTENT', path: 'u', rule: 'text', words: '`Bolivia` → `Peru`' },
        { level: 'BEHAVIOUR', path: 't', rule: 'refusal', words: 'refusal added: `no`' },
        { level: 'BEHAVIOUR', path: 's', failure: { kind: 'ERROR', status: 400, text: 'bad' } },
        {
          level: 'BEHAVIOUR',
          path: 'r',
          unplayable: true,
          rule: 'unplayable',
          words: 'no recorder will find it',
        },
      ]),
    ).toEqual([
      '🔴 unplayable 1: no recorder will find it',
      '🔴 failure 1: is an error (400): `bad`',
      '🔴 behaviour 1: refusal added: `no`',
      '🟡 content 1: `Bolivia` → `Peru`',
      '🟡 reworded 1: answer in other words',
      ' metadata 1: served model `a` → `b`',
      ' new 1: new, without an older recording to compare with',
      ' removed 1: removed',
      ' cosmetic 1: only ids, timestamps, layout and the like',
    ]);
  });

  it('merges errors whose messages differ in ids and numbers', () => {
    const error = (id: string): ChangeSpec => ({
      kind: 'ADDED',
      level: 'BEHAVIOUR',
      failure: { kind: 'ERROR', status: 400, text: `unknown tool (request ${id})` },
    });
    expect(lines([inTest('one', error('req-01ab9')), inTest('two', error('req-77c'))])).toEqual([
      '🔴 failure 2: is an error (400): `unknown tool (request req-01ab9)`; all new',
    ]);
  });

  it('keeps errors as before, and leftovers, apart from new errors', () => {
    const failure = { kind: 'ERROR', status: 400, text: 'bad' } as const;
    expect(
      lines([
        inTest('one', { level: 'BEHAVIOUR', failure }),
        inTest('two', { level: 'COSMETIC', failure, failedBefore: true }),
        inTest('three', { kind: 'ADDED', level: 'BEHAVIOUR', failure, leftoverBeside: 'good.json' }),
      ]),
    ).toEqual([
      '🔴 failure 1: is an error (400): `bad`',
      '🔴 stray 1: is an error (400): `bad`, next to a good recording of the same test: probably left over; new recording',
      ' failed before 1: is an error (400): `bad`, as before',
    ]);
  });

  it('is one line for a tool that several tests no longer call, with what follows from it', () => {
    const reasons: ChangeSpec['reasons'] = [
      ['finish reason', 'BEHAVIOUR', 'finish reason `tool_calls` → `stop`'],
    ];
    const gone = (city: string): ChangeSpec => ({
      level: 'BEHAVIOUR',
      rule: 'tool call',
      words: `no longer calls \`get_weather(city: "${city}")\``,
      reasons,
    });
    expect(lines([inTest('one', gone('Paris')), inTest('two', gone('Rome'))])).toEqual([
      '🔴 behaviour 2: no longer calls `get_weather(…)`; finish reason `tool_calls` → `stop`',
    ]);
    expect(lines([inTest('one', gone('Paris'))])).toEqual([
      '🔴 behaviour 1: no longer calls `get_weather(city: "Paris")`; finish reason `tool_calls` → `stop`',
    ]);
  });

  it('does not call an edited request a changed fact, and leaves out similarities', () => {
    expect(
      lines([
        {
          level: 'CONTENT',
          rule: 'text',
          words: 'answer reworded (90% similar)',
          reasons: [['request in place', 'CONTENT', 'test id `a` → `b`']],
        },
      ]),
    ).toEqual(['🟡 reworded 1: answer reworded']);
  });

  it('is one line for calls of a tool with other arguments, which has what they share once', () => {
    const query = (number: number): ChangeSpec =>
      inTest(`t${number}`, {
        kind: 'ADDED',
        replaces: true,
        level: 'BEHAVIOUR',
        rule: 'tool call',
        words: `calls \`search\` with \`query: "a${number}"\` instead of \`"b${number}"\``,
      });
    expect(lines([1, 2, 3, 4, 5].map(query))).toEqual([
      '🔴 behaviour 5: calls `search` with `query: "a1"` instead of `"b1"`, `query: "a2"` instead of `"b2"`, ' +
        '`query: "a3"` instead of `"b3"` and 2 more; new recordings in place of older ones',
    ]);
    const renamed = (test: string, from: string): ChangeSpec =>
      inTest(test, {
        level: 'BEHAVIOUR',
        rule: 'tool call',
        words: `calls \`search\` instead of \`${from}\``,
      });
    expect(lines(['a', 'b', 'c', 'd'].map((from) => renamed(from, from)))).toHaveLength(4);
  });

  it('is one cause for model lists, whatever their entries', () => {
    const list = (number: number): ChangeSpec =>
      inTest(`t${number}`, {
        level: 'CONTENT',
        rule: 'model entry',
        words: 'model entry `context_length` removed: `4096`',
        reasons: [['model list', 'CONTENT', `${number} models added (\`m${number}\`)`]],
      });
    expect(lines([1, 2, 3, 4, 5].map(list))).toEqual([
      '🟡 content 5: 1 models added (`m1`), 2 models added (`m2`), 3 models added (`m3`) and 2 more',
    ]);
  });

  it('names each value while there are few, and three of many', () => {
    const fact = (number: number) =>
      inTest(`t${number}`, { level: 'CONTENT', rule: 'text', words: `\`${number}\` → \`${number + 1}\`` });
    expect(lines([1, 2, 3].map(fact))).toHaveLength(3);
    expect(lines([1, 2, 3, 4, 5].map(fact))).toEqual([
      '🟡 content 5: `1` → `2`, `2` → `3`, `3` → `4` and 2 more',
    ]);
  });

  it('reports a renamed model once, as a cause or as a fact of another one', () => {
    const renamed: ChangeSpec = {
      kind: 'REKEYED',
      model: 'b',
      modelBefore: 'a',
      request: '`model` `a` → `b`',
    };
    const begins: ChangeSpec = {
      level: 'CONTENT',
      rule: 'text',
      words: 'answer now begins with `<reasoning>`',
    };
    expect(
      lines([
        inTest('one', { ...renamed, level: 'COSMETIC' }),
        inTest('two', { ...renamed, ...begins }),
        inTest('three', { ...renamed, ...begins }),
      ]),
    ).toEqual([
      '🟡 content 2: answer now begins with `<reasoning>`; model `a` renamed to `b`',
      ' request 1: request: model `a` renamed to `b`',
    ]);
  });

  it('marks what tests share and what breaks a chain, whatever the level', () => {
    expect(
      lines([
        inTest('one', { level: 'COSMETIC', sharedWith: ['b.py::other'] }),
        inTest('two', { level: 'COSMETIC', brokenFollowUps: ['next.json'] }),
      ]),
    ).toEqual([
      '🟡 chain 1: the follow-up call will not be found: its recording quotes a replaced value',
      '🟡 shared 1: overwrites a recording that is shared by 2 tests',
    ]);
  });

  it('has each change in exactly one cause, with unique keys that do not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 30 }), (specs) => {
        const changes = specs.map((spec, index) => changeOf({ ...spec, path: `${index}.json` }));
        const causes = findCauses(changes);
        const all = causes.flatMap((cause) => cause.changes);
        expect(all).toHaveLength(changes.length);
        expect(new Set(all)).toEqual(new Set(changes));
        const keys = causes.map((cause) => cause.key);
        expect(new Set(keys).size).toBe(keys.length);
        expect(new Set(findCauses([...changes].reverse()).map((cause) => cause.key))).toEqual(new Set(keys));
        for (const level of ['BEHAVIOUR', 'CONTENT'] satisfies DriftLevel[]) {
          const marked = causes.filter((cause) => cause.changes.some((change) => change.level === level));
          expect(marked.every(({ mark }) => mark === '🔴' || (mark === '🟡' && level === 'CONTENT'))).toBe(
            true,
          );
        }
        expect(causes.every(({ words, changes: own }) => words !== '' && own.length > 0)).toBe(true);
      }),
    );
  });
});
