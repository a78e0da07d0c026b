import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { openaiChat } from './openai-chat.js';

const HEAD = { id: 'c-1', object: 'chat.completion.chunk', created: 5, model: 'm', service_tier: null };

describe('OpenAI chat chunks', () => {
  test('become the response without streaming: text, finish reason and usage', () => {
    const body = assembled([
      chunk({ role: 'assistant', content: '', refusal: null }),
      chunk({ content: 'Hel' }),
      chunk({ content: 'lo', role: null }),
      chunk({}, { finish_reason: 'stop' }),
      {
        ...HEAD,
        choices: [],
        usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
        obfuscation: 'xyz',
      },
    ]);
    expect(body).toEqual({
      id: 'c-1',
      object: 'chat.completion',
      created: 5,
      model: 'm',
      service_tier: null,
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          logprobs: null,
          message: { role: 'assistant', content: 'Hello', refusal: null },
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    });
    expect(openaiChat.textOf(body)).toBe('Hello');
  });

  test('join the fragments of tool call arguments', () => {
    const body = assembled([
      chunk({ role: 'assistant', content: '' }),
      chunk({ tool_calls: [call(0, 'call_a', 'get_weather', '')] }),
      chunk({ tool_calls: [piece(0, '{"ci')] }),
      chunk({ tool_calls: [call(1, 'call_b', 'get_time', '{}'), piece(0, 'ty": "Paris"}')] }),
      chunk({}, { finish_reason: 'tool_calls' }),
    ]);
    expect(messageOf(body)).toEqual({
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: '{"city": "Paris"}' } },
        { id: 'call_b', type: 'function', function: { name: 'get_time', arguments: '{}' } },
      ],
    });
    expect(openaiChat.textOf(body)).toBeNull();
  });

  test('separate parallel calls that all have the index 0', () => {
    const body = assembled([
      chunk({ tool_calls: [call(0, 'a', 'f', '{"x":')] }),
      chunk({ tool_calls: [piece(0, '1}')] }),
      chunk({ tool_calls: [call(0, 'b', 'f', '{"x":')] }),
      chunk({ tool_calls: [piece(0, '2}')] }),
    ]);
    expect(argumentsOf(body)).toEqual(['{"x":1}', '{"x":2}']);
  });

  test('separate calls without an index', () => {
    const { index: _first, ...first } = call(0, 'a', 'f', '1');
    const { index: _second, ...second } = call(0, 'b', 'g', '2');
    const { index: _rest, ...rest } = piece(0, '3');
    expect(argumentsOf(assembled([chunk({ tool_calls: [first, second, rest] })]))).toEqual(['1', '23']);
  });

  test('join chunks that repeat id, name and role into one call', () => {
    const repeated = (text: string) => chunk({ role: 'assistant', tool_calls: [call(0, 'a', 'get', text)] });
    expect(messageOf(assembled([repeated('{"a"'), repeated(':1}')]))).toMatchObject({
      role: 'assistant',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'get', arguments: '{"a":1}' } }],
    });
  });

  test('order several choices by index', () => {
    const body = assembled([
      chunk({ role: 'assistant', content: 'b' }, { index: 1 }),
      chunk({ role: 'assistant', content: 'a' }, { index: 0 }),
      chunk({ content: 'B' }, { index: 1, finish_reason: 'length' }),
      chunk({ content: 'A' }, { index: 0, finish_reason: 'stop' }),
    ]);
    expect(body['choices']).toMatchObject([
      { index: 0, finish_reason: 'stop', message: { content: 'aA' } },
      { index: 1, finish_reason: 'length', message: { content: 'bB' } },
    ]);
    expect(openaiChat.textOf(body)).toBe('aA\nbB');
  });

  test('join refusals, reasoning and legacy function calls like text', () => {
    const body = assembled([
      chunk({
        content: '',
        refusal: 'I ',
        reasoning_content: 'let ',
        function_call: { name: 'f', arguments: '{' },
      }),
      chunk({ refusal: "can't", reasoning_content: 'me', function_call: { arguments: '}' } }),
    ]);
    expect(messageOf(body)).toEqual({
      role: 'assistant',
      content: null,
      refusal: "I can't",
      reasoning_content: 'let me',
      function_call: { name: 'f', arguments: '{}' },
    });
    expect(openaiChat.textOf(body)).toBe("I can't");
  });

  test('join log probabilities', () => {
    const logprobs = (token: string) => ({ logprobs: { content: [{ token }], refusal: null } });
    const body = assembled([
      chunk({ content: 'a' }, logprobs('a')),
      chunk({ content: 'b' }, logprobs('b')),
      chunk({}),
    ]);
    expect(body['choices']).toMatchObject([
      { logprobs: { content: [{ token: 'a' }, { token: 'b' }], refusal: null } },
    ]);
  });

  test('do not depend on the chunk boundaries', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    const cuts = fc.array(fc.nat({ max: 19 }), { maxLength: 6 });
    fc.assert(
      fc.property(text, text, cuts, cuts, (content, args, contentCuts, argumentCuts) => {
        const body = (contents: string[], fragments: string[]) =>
          assembled([
            chunk({ role: 'assistant', content: '' }),
            ...contents.map((part) => chunk({ content: part })),
            chunk({ tool_calls: [call(0, 'a', 'f', '')] }),
            ...fragments.map((part) => chunk({ tool_calls: [piece(0, part)] })),
            chunk({}, { finish_reason: 'stop' }),
          ]);
        expect(body(cut(content, contentCuts), cut(args, argumentCuts))).toEqual(body([content], [args]));
      }),
    );
  });

  test('are not modified', () => {
    const chunks = [
      chunk(
        { content: ['a'], tool_calls: [call(0, 'a', 'f', '1')], audio: { data: 'x' } },
        { logprobs: { content: [1] } },
      ),
      chunk(
        { content: ['b'], tool_calls: [piece(0, '2')], audio: { data: 'y' } },
        { logprobs: { content: [2] } },
      ),
    ];
    for (const [index, each] of chunks.entries())
      each['usage'] = { total: index, details: { cached: index } };
    const before = structuredClone(chunks);
    assembled(chunks);
    expect(chunks).toEqual(before);
  });

  test('cannot change a prototype', () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": 1}, "content": "a"}');
    const body = assembled([chunk(hostile), chunk(hostile), { ...HEAD, ...hostile, usage: hostile }]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(messageOf(body)['content']).toBe('aa');
  });
});

function chunk(delta: JsonObject, rest: JsonObject = {}): JsonObject {
  return { ...HEAD, choices: [{ index: 0, delta, finish_reason: null, ...rest }] };
}

function call(index: number, id: string, name: string, args: string): JsonObject {
  return { index, id, type: 'function', function: { name, arguments: args } };
}

function piece(index: number, args: string): JsonObject {
  return { index, id: null, type: null, function: { name: null, arguments: args } };
}

function assembled(chunks: JsonObject[]): JsonObject {
  expect(chunks.some((each) => openaiChat.stream?.isChunk(each))).toBe(true);
  return openaiChat.stream?.assemble(chunks) ?? {};
}

function messageOf(body: JsonObject): JsonObject {
  return (body['choices'] as JsonObject[])[0]?.['message'] as JsonObject;
}

function argumentsOf(body: JsonObject): JsonValue[] {
  const calls = messageOf(body)['tool_calls'] as { function: { arguments: string } }[];
  return calls.map((each) => each.function.arguments);
}

function cut(text: string, places: number[]): string[] {
  const edges = [0, ...places.filter((place) => place < text.length).sort((a, b) => a - b), text.length];
  return edges.slice(1).map((edge, index) => text.slice(edges[index], edge));
}
