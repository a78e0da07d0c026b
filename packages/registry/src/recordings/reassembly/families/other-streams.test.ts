import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { recogniseBody } from '../recognise-body.js';

/** Every way to cut `text` in two; each must give the same answer. */
function halves(text: string): string[][] {
  return Array.from({ length: text.length + 1 }, (_, at) => [text.slice(0, at), text.slice(at)]);
}

describe('Anthropic message events', () => {
  const events = (text: string[], json: string[]): JsonObject[] => [
    {
      type: 'message_start',
      message: {
        id: 'msg',
        type: 'message',
        role: 'assistant',
        model: 'claude',
        content: [],
        usage: { input_tokens: 9 },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    ...text.map((piece) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: piece },
    })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'tool_use', id: 'tu', name: 'f', input: {} },
    },
    ...json.map((piece) => ({
      type: 'content_block_delta',
      index: 1,
      delta: { type: 'input_json_delta', partial_json: piece },
    })),
    {
      type: 'message_delta',
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { output_tokens: 7 },
    },
    { type: 'message_stop' },
  ];
  const answer = {
    shape: 'message',
    body: {
      id: 'msg',
      type: 'message',
      role: 'assistant',
      model: 'claude',
      content: [
        { type: 'text', text: 'Hello' },
        { type: 'tool_use', id: 'tu', name: 'f', input: { city: 'Rome' } },
      ],
      usage: { input_tokens: 9, output_tokens: 7 },
      stop_reason: 'tool_use',
      stop_sequence: null,
    },
    text: 'Hello',
    wasStream: true,
  };

  test.each(halves('Hello'))('text as %j + %j', (...pieces) => {
    expect(recogniseBody(events(pieces, ['{"city": "Rome"}']), null)).toEqual(answer);
  });

  test.each(halves('{"city": "Rome"}'))('tool input as %j + %j', (...pieces) => {
    expect(recogniseBody(events(['Hello'], pieces), null)).toEqual(answer);
  });

  test('have thinking, signatures and citations', () => {
    const delta = (kind: JsonObject) => ({ type: 'content_block_delta', index: 0, delta: kind });
    const stream = [
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
      delta({ thinking: 'a' }),
      delta({ thinking: 'b' }),
      delta({ signature: 's' }),
      delta({ citation: { url: 'u' } }),
    ];
    expect(recogniseBody(stream, null).body).toMatchObject({
      content: [{ type: 'thinking', thinking: 'ab', signature: 's', citations: [{ url: 'u' }] }],
    });
  });

  test('give the same result from lines of server-sent events', () => {
    const lines = events(['He', 'llo'], ['{"city":', ' "Rome"}']).flatMap((event) => [
      `event: ${event['type']}`,
      `data: ${JSON.stringify(event)}`,
      '',
    ]);
    expect(recogniseBody(lines, '/v1/messages')).toEqual(answer);
  });
});

describe('Gemini chunks', () => {
  test.each(halves('Salut'))('%j + %j', (...pieces) => {
    const chunks = [
      candidate([{ text: 'hm', thought: true }], {}),
      ...pieces.map((text) => candidate([{ text }], {})),
      candidate([{ functionCall: { name: 'f', args: {} } }], { finishReason: 'STOP' }),
    ];
    expect(recogniseBody(chunks, null)).toEqual({
      shape: 'gemini',
      body: {
        modelVersion: 'g-1',
        candidates: [
          {
            index: 0,
            content: {
              role: 'model',
              parts: [
                { text: 'hm', thought: true },
                { text: 'Salut' },
                { functionCall: { name: 'f', args: {} } },
              ],
            },
            finishReason: 'STOP',
          },
        ],
      },
      text: 'Salut',
      wasStream: true,
    });
  });

  test('have no part for an empty text after the last part', () => {
    const call = { functionCall: { name: 'f', args: {} } };
    const parts = (...list: JsonValue[]) => list.map((part) => candidate([part], {}));
    expect(recogniseBody(parts({ text: '' }, { text: 'a' }, call, { text: '' }), null)).toEqual(
      recogniseBody(parts({ text: 'a' }, call), null),
    );
    expect(recogniseBody(parts(call, { text: '', thoughtSignature: 'x' }), null).body).toMatchObject({
      candidates: [{ content: { parts: [{ ...call, thoughtSignature: 'x' }] } }],
    });
  });

  test("have Python's field names, too", () => {
    const body = { candidates: [{ content: { parts: [{ text: 'a' }] }, finish_reason: 'STOP' }] };
    expect(recogniseBody(body, null)).toEqual({ shape: 'gemini', body, text: 'a', wasStream: false });
    expect(recogniseBody([{ usage_metadata: { total_token_count: 1 } }, body], null)).toMatchObject({
      shape: 'gemini',
      body: { usage_metadata: { total_token_count: 1 }, candidates: [{ finish_reason: 'STOP' }] },
    });
  });

  function candidate(parts: JsonValue[], rest: JsonObject): JsonObject {
    return { candidates: [{ content: { role: 'model', parts }, ...rest }], modelVersion: 'g-1' };
  }
});

describe('Ollama chunks', () => {
  test.each(halves('Ciao'))('chat: %j + %j', (...pieces) => {
    const chunks = [
      ...pieces.map((content) => ({ model: 'l', done: false, message: { role: 'assistant', content } })),
      { done: false, message: { role: 'assistant', content: '', tool_calls: [{ function: { name: 'f' } }] } },
      { done: false, message: { role: 'assistant', content: '', tool_calls: [{ function: { name: 'g' } }] } },
      {
        model: 'l',
        done: true,
        done_reason: 'stop',
        eval_count: 3,
        message: { role: 'assistant', content: '' },
      },
    ];
    expect(recogniseBody(chunks, '/api/chat')).toEqual({
      shape: 'ollama',
      body: {
        model: 'l',
        done: true,
        done_reason: 'stop',
        eval_count: 3,
        message: {
          role: 'assistant',
          content: 'Ciao',
          tool_calls: [{ function: { name: 'f' } }, { function: { name: 'g' } }],
        },
      },
      text: 'Ciao',
      wasStream: true,
    });
  });

  test.each(halves('Ciao'))('generate, as lines: %j + %j', (...pieces) => {
    const lines = pieces.map((response, index) =>
      JSON.stringify({ model: 'l', response, done: index === 1 }),
    );
    expect(recogniseBody(lines, '/api/generate')).toEqual({
      shape: 'ollama',
      body: { model: 'l', response: 'Ciao', done: true },
      text: 'Ciao',
      wasStream: true,
    });
  });
});
