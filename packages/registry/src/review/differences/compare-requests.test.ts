import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exchange, JsonObject } from '../../vocabulary/recording.js';
import { requestDetails, requestDifference } from './compare-requests.js';

function exchange(body: JsonObject, rest: { testId?: string; url?: string } = {}): Exchange {
  return {
    format: 'x',
    position: 0,
    key: '',
    occurrence: 0,
    method: 'POST',
    url: rest.url ?? 'http://a/v1/chat/completions',
    testId: rest.testId ?? null,
    model: null,
    endpoint: null,
    request: { method: 'POST', url: rest.url ?? 'http://a/v1/chat/completions', body },
    answer: { shape: 'chat', outcome: 'SUCCESS', isStreaming: false, status: null, body: {}, text: null },
    responseHeaders: null,
    bookkeeping: {},
  };
}

const words = (before: JsonObject, after: JsonObject) =>
  requestDifference(exchange(before), exchange(after))?.words ?? [];
const messages = (...list: [role: string, content: string][]): JsonObject => ({
  messages: list.map(([role, content]) => ({ role, content })),
});
const tool = (name: string, rest: JsonObject = {}): JsonObject => ({
  type: 'function',
  function: { name, description: `calls ${name}`, parameters: { type: 'object' }, ...rest },
});

describe('requestDifference', () => {
  it.each<[string, JsonObject, JsonObject, string[]]>([
    ['the value of a setting', { temperature: 0.1 }, { temperature: 0.2 }, ['`temperature` `0.1` → `0.2`']],
    ['a model', { model: 'm-1' }, { model: 'm-2' }, ['`model` `m-1` → `m-2`']],
    ['a field that is added', {}, { seed: 1 }, ['`seed` added: `1`']],
    ['a field that is removed', { seed: 1 }, {}, ['`seed` removed (was `1`)']],
    ['a prompt', messages(['user', 'Hi']), messages(['user', 'Hello']), ['prompt reworded']],
    ['a system prompt', messages(['system', 'Hi']), messages(['system', 'Ho']), ['system prompt reworded']],
    ['a tool result', messages(['tool', '1']), messages(['tool', '2']), ['tool result reworded']],
    ['a text prompt', { prompt: 'Hi' }, { prompt: 'Hello' }, ['prompt reworded']],
    [
      'a message more',
      messages(['user', 'Hi']),
      messages(['system', 'Be nice'], ['user', 'Hi']),
      ['system prompt added'],
    ],
    [
      'a renamed tool',
      { tools: [tool('a')] },
      { tools: [tool('b')] },
      ['`name` of tool `b` `a` → `b`', 'description of tool `b` reworded'],
    ],
    ['a tool more', { tools: [tool('a')] }, { tools: [tool('b'), tool('a')] }, ['tool `b` added']],
    [
      'what a tool takes',
      { tools: [tool('a'), tool('b')] },
      { tools: [tool('a'), tool('b', { strict: true })] },
      ['`strict` of tool `b` added: `true`'],
    ],
    [
      'much of a tool',
      { tools: [tool('a')] },
      { tools: [tool('a', { strict: true, description: 'new', parameters: {} })] },
      ['definition of tool `a` changed'],
    ],
    [
      'the order of tools',
      { tools: [tool('a'), tool('b')] },
      { tools: [tool('b'), tool('a')] },
      ['order of `tools` changed'],
    ],
  ])('describes %s', (_, before, after, expected) => {
    expect(words(before, after)).toEqual(expected);
  });

  const followUp = (id: string, document: string, score: string) => ({
    messages: [
      { role: 'assistant', tool_calls: [{ id, function: { name: 'go', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: id, content: `document_id: ${document}, score: ${score}: Saturn` },
    ],
  });

  it('summarises what every recording generates, with an equal key', () => {
    const first = followUp('call_8rf1aax7', 'file-862946202234', '0.0486');
    const changes = [
      followUp('call_qv279qx8', 'file-111946202234', '0.0512'),
      followUp('call_9xk2bbz1', 'file-999946202999', '0.9'),
    ].map((after) => requestDifference(exchange(first), exchange(after)));
    expect(changes[0]?.words).toEqual([
      'ids of tool calls changed',
      'ids, dates or scores inside texts changed',
    ]);
    expect(changes[0]?.key).toBe(changes[1]?.key);
  });

  it('leaves it out next to a difference that has a cause', () => {
    const before = { ...followUp('call_8rf1aax7', 'file-862946202234', '0.1'), temperature: 0 };
    const after = { ...followUp('call_qv279qx8', 'file-111946202234', '0.2'), temperature: 1 };
    expect(words(before, after)).toEqual(['`temperature` `0` → `1`']);
    const [old, now] = ['http://a:1234/v1/x', 'https://b.example/v1/x'];
    const other = requestDifference(exchange({}, { url: old }), exchange({}, { url: now }));
    expect(other?.words).toEqual(['host of `url` changed']);
  });

  it('names the part of the test id that differs', () => {
    const of = (testId: string) => exchange({}, { testId });
    const change = (a: string, b: string) => requestDifference(of(a), of(b))?.words;
    expect(change('t.py::test_a[c-txt=x/y]', 't.py::test_a[c-vis=x/y]')).toEqual(['test id `txt` → `vis`']);
    expect(change('t.py::test_one', 't.py::test_two')).toEqual(['test id `test_one` → `test_two`']);
    expect(change('t.py::test_a[m-20b-x]', 't.py::test_a[m-20b-1:0-x]')).toEqual([
      'test id `20b-` → `20b-1:0-`',
    ]);
    expect(requestDifference(exchange({}), of('t'))?.words).toEqual(['test id added']);
  });

  it('has equal words and an equal key for one cause in different conversations', () => {
    const text = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), fc.array(text, { maxLength: 5 }), (one, two) => {
        const change = (turns: string[]) => {
          const talk = (prompt: string) =>
            exchange(messages(...turns.map((turn): [string, string] => ['user', turn]), ['system', prompt]));
          return requestDifference(talk('Be kind'), talk('Be short'));
        };
        expect(change(one)).toEqual(change(two));
      }),
    );
  });

  it('keeps positions and values for explanations', () => {
    const [before, after] = [
      messages(['user', 'Hi'], ['user', 'a']),
      messages(['user', 'Hi'], ['user', 'b']),
    ];
    expect(requestDetails(exchange(before), exchange(after))).toEqual(['`messages[1].content` `a` → `b`']);
  });
});
