import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rank } from '../../vocabulary/level.js';
import type { Answer, JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { compareAnswers } from './compare-answers.js';

function chat(body: JsonValue, rest: Partial<Answer> = {}): Answer {
  return { shape: 'chat', outcome: 'SUCCESS', isStreaming: false, status: null, body, text: null, ...rest };
}

interface Parts {
  id: string;
  created: number;
  content: string;
  city: string;
  finish: string;
}

const parts = fc.record<Parts>({
  id: fc.string(),
  created: fc.nat(),
  content: fc.string({ minLength: 1 }).filter((text) => text.trim() !== ''),
  city: fc.string(),
  finish: fc.constantFrom('stop', 'length', 'tool_calls'),
});

function completion({ id, created, content, city, finish }: Parts): JsonObject {
  const called = {
    id: `call_${id}`,
    type: 'function',
    function: { name: 'go', arguments: JSON.stringify({ city }) },
  };
  const message = { role: 'assistant', content, tool_calls: [called], refusal: null };
  return {
    id,
    created,
    object: 'chat.completion',
    system_fingerprint: `fp_${id}`,
    choices: [{ index: 0, finish_reason: finish, message }],
  };
}

/** The same value with the keys of every object turned round, and a null field in each. */
function rearranged(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(rearranged);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, JsonValue] => [key, rearranged(inner)]);
  return Object.fromEntries([['never_there', null], ...entries.reverse()]);
}

function highest(before: Answer, after: Answer): string | null {
  const { reasons } = compareAnswers(before, after);
  return reasons.toSorted((a, b) => rank(b.level) - rank(a.level))[0]?.level ?? null;
}

describe('compareAnswers', () => {
  it('finds no difference in the order of keys and in null fields', () => {
    fc.assert(
      fc.property(parts, (given) => {
        expect(compareAnswers(chat(completion(given)), chat(rearranged(completion(given)))).reasons).toEqual(
          [],
        );
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const body = value as JsonValue;
        const [a, b] = [chat(body, { shape: 'unknown' }), chat(rearranged(body), { shape: 'unknown' })];
        expect(compareAnswers(a, b).reasons).toEqual([]);
      }),
    );
  });

  it('reports changed ids and timestamps as cosmetic at most', () => {
    fc.assert(
      fc.property(parts, fc.string(), fc.nat(), (given, id, created) => {
        const level = highest(chat(completion(given)), chat(completion({ ...given, id, created })));
        expect([null, 'COSMETIC']).toContain(level);
      }),
    );
  });

  it('reports every changed text, argument and finish reason at its level', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const of = (changed: Partial<Parts>) =>
          highest(chat(completion(a)), chat(completion({ ...a, ...changed })));
        expect(of({ content: b.content })).toBe(a.content === b.content ? null : 'CONTENT');
        expect(of({ city: b.city })).toBe(a.city === b.city ? null : 'BEHAVIOUR');
        expect(of({ finish: b.finish })).toBe(a.finish === b.finish ? null : 'BEHAVIOUR');
      }),
    );
  });

  it('finds a difference exactly when two values differ', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const [before, after] = [
          chat(a as JsonValue, { shape: 'tool' }),
          chat(b as JsonValue, { shape: 'tool' }),
        ];
        const forwards = compareAnswers(before, after).reasons.length > 0;
        expect(compareAnswers(after, before).reasons.length > 0).toBe(forwards);
        if (!forwards) expect(withoutNulls(a as JsonValue)).toEqual(withoutNulls(b as JsonValue));
      }),
    );
  });

  it('reports success and failure as behaviour, with the error', () => {
    const body = { type: 'BadRequestError', message: 'max_tokens is too large' };
    const failed = chat(body, { shape: 'exception', outcome: 'ERROR' });
    expect(compareAnswers(chat({}), failed).reasons).toEqual([
      {
        rule: 'outcome',
        level: 'BEHAVIOUR',
        path: '',
        words: 'now fails: `BadRequestError: max_tokens is too large`',
      },
    ]);
    expect(compareAnswers(failed, chat({})).reasons[0]?.words).toMatch(/^no longer fails/);
  });

  it('reports a changed status and response type as behaviour', () => {
    expect(highest(chat({}, { status: 200 }), chat({}, { status: 404 }))).toBe('BEHAVIOUR');
    expect(highest(chat({}), chat({}, { status: 200 }))).toBe('METADATA');
    expect(highest(chat({}), chat({}, { isStreaming: true }))).toBe('BEHAVIOUR');
    expect(highest(chat({}), chat({}, { shape: 'completion' }))).toBe('BEHAVIOUR');
  });

  it('describes added and removed calls with their arguments', () => {
    const call = { id: 'x', function: { name: 'go', arguments: '{"city":"Paris"}' } };
    const [quiet, calling] = [{ content: '' }, { content: '', tool_calls: [call] }].map((message) =>
      chat({ choices: [{ message }] }),
    );
    if (!quiet || !calling) throw new Error('two answers were made');
    expect(compareAnswers(quiet, calling).reasons[0]?.words).toBe('now calls `go(city: "Paris")`');
    expect(compareAnswers(calling, quiet).reasons[0]?.words).toBe('no longer calls `go(city: "Paris")`');
  });

  const call = (id: string, name: string, given: string): JsonObject => ({
    id,
    function: { name, arguments: given },
  });
  const calling = (...calls: JsonObject[]) =>
    chat({ choices: [{ message: { content: '', tool_calls: calls } }] });
  const london = (id: string) => call(id, 'go', '{"city":"London"}');
  const paris = (id: string) => call(id, 'go', '{"city":"Paris"}');
  const wordsAt = (level: string, before: Answer, after: Answer) =>
    compareAnswers(before, after)
      .reasons.filter((reason) => reason.level === level)
      .map(({ words }) => words);

  it('reports the order of calls as order, not as calls that go and come', () => {
    const [before, after] = [calling(london('a'), paris('b')), calling(paris('c'), london('d'))];
    expect(wordsAt('BEHAVIOUR', before, after)).toEqual(['order of tool calls changed']);
    expect(wordsAt('COSMETIC', before, after)).toEqual(['ids', 'ids']);
    expect(wordsAt('CONTENT', before, after)).toEqual([]);
  });

  it('reports the order of output items at the level of what a test sees at their places', () => {
    const output = (...items: JsonObject[]) => chat({ output: items }, { shape: 'response' });
    const item = { type: 'function_call', name: 'go', arguments: '{}' };
    const thought = { type: 'reasoning', summary: [{ text: 'hm' }] };
    expect(compareAnswers(output(item, thought), output(thought, item)).reasons).toMatchObject([
      { level: 'BEHAVIOUR', words: 'order of tool calls changed' },
    ]);
    const one = { type: 'message', content: [{ text: 'one' }] };
    const two = { type: 'message', content: [{ text: 'two' }] };
    expect(compareAnswers(output(one, two), output(two, one)).reasons).toMatchObject([
      { level: 'CONTENT', words: 'order of output items changed' },
    ]);
  });

  it('recognises calls by name and arguments, wherever they are in the list', () => {
    const words = (before: Answer, after: Answer) => wordsAt('BEHAVIOUR', before, after);
    const renamed = call('x', 'walk', '{"city":"Paris"}');
    expect(words(calling(london('a'), paris('b')), calling(london('a'), renamed))).toEqual([
      'calls `walk` instead of `go`',
    ]);
    expect(words(calling(paris('b')), calling(london('a'), paris('b')))).toEqual([
      'now calls `go(city: "London")`',
    ]);
    expect(words(calling(london('a')), calling(paris('b')))).toEqual([
      'calls `go` with `city: "Paris"` instead of `"London"`',
    ]);
  });

  it.each<[string, string, string, string]>([
    ['{"approved": true}', '{"approved": false}', 'CONTENT', '`approved`: `true` → `false`'],
    ['```json\n{"a":{"b":"Bolivia"}}\n```', '{"a":{"b":"Peru"}}', 'CONTENT', '`a.b`: `Bolivia` → `Peru`'],
    ['{"a":1}', '{"a":1,"b":[1]}', 'CONTENT', '`b` added: `[1]`'],
    ['{"a":1,"b":2}', '{"b":2,"a":1}', 'COSMETIC', 'order of keys in the JSON answer'],
    ['{"a":1}', '{ "a": 1 }', 'COSMETIC', 'white space in the JSON answer'],
    ['{"a":1}', '{"a":1.0}', 'CONTENT', 'form of numbers in the JSON answer'],
    ['[1,2]', '[2,1]', 'CONTENT', 'order of the list changed'],
    [
      '{"a":12345678901234567}',
      '{"a":12345678901234568}',
      'CONTENT',
      'integers of 16 or more digits in the JSON answer',
    ],
    ['{"a":1}', '{"a":', 'CONTENT', 'answer is no longer JSON: `{"a":`'],
  ])('compares the answers %s and %s by fields', (before, after, level, words) => {
    const of = (content: string) => chat({ choices: [{ message: { content } }] });
    expect(compareAnswers(of(before), of(after)).reasons).toMatchObject([{ level, words }]);
  });

  it('names the tag with which answers begin apart from the text behind it', () => {
    const of = (content: string) => chat({ choices: [{ message: { content } }] });
    const words = (before: string, after: string) => wordsAt('CONTENT', of(before), of(after));
    expect(words('It is Bolivia.', '<reasoning>Hm, where?</reasoning>It is Bolivia.')).toEqual([
      'answer now begins with `<reasoning>`',
    ]);
    expect(words('<think>Hm</think>\nIt is Bolivia.', 'It is Peru.')).toEqual([
      'answer no longer begins with `<think>`',
      'answer: `Bolivia` → `Peru`',
    ]);
  });

  it('says once that an answer became an error', () => {
    const failed = chat({ error: { message: 'no', code: 400 } }, { outcome: 'ERROR', status: 400 });
    expect(wordsAt('BEHAVIOUR', chat({ id: 'x' }, { status: 200 }), failed)).toEqual([
      'now fails (400): `no`',
    ]);
  });

  it('reports embeddings that became zeros', () => {
    const of = (embedding: number[]) => chat({ data: [{ embedding }] }, { shape: 'embeddings' });
    expect(compareAnswers(of([1, 2]), of([0, 0])).reasons).toMatchObject([
      { level: 'CONTENT', words: 'embedding is all zeros now' },
    ]);
    expect(compareAnswers(of([0, 0]), of([1, 2])).reasons).toMatchObject([
      { level: 'CONTENT', words: 'embedding is no longer all zeros' },
    ]);
  });

  it('handles inherited field names and names that look like paths', () => {
    const odd = JSON.parse(
      '{"__proto__": {"a": 1}, "constructor": 1, "usage.total": 1, "a[].b": 2}',
    ) as JsonValue;
    expect(compareAnswers(chat({}), chat(odd)).reasons).toHaveLength(4);
    expect(compareAnswers(chat(odd), chat(structuredClone(odd))).reasons).toEqual([]);
  });
});

function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value === 'number') return value + 0;
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner)]));
}
