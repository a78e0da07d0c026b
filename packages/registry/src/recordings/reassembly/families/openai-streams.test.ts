import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../vocabulary/recording.js';
import { recogniseBody } from '../recognise-body.js';

/** Every way to cut `text` in two; each must give the same answer. */
function halves(text: string): string[][] {
  return Array.from({ length: text.length + 1 }, (_, at) => [text.slice(0, at), text.slice(at)]);
}

describe('text completion chunks', () => {
  test.each(halves('Once upon'))('%j + %j', (...pieces) => {
    const chunks = pieces.map((text, index) => ({
      id: 'cmpl-1',
      object: 'text_completion',
      choices: [
        { index: 0, text, finish_reason: index === 1 ? 'length' : null, logprobs: { tokens: [index] } },
      ],
      usage: index === 1 ? { total_tokens: 4 } : null,
    }));
    expect(recogniseBody(chunks, null)).toEqual({
      shape: 'completion',
      body: {
        id: 'cmpl-1',
        object: 'text_completion',
        choices: [{ index: 0, text: 'Once upon', finish_reason: 'length', logprobs: { tokens: [0, 1] } }],
        usage: { total_tokens: 4 },
      },
      text: 'Once upon',
      wasStream: true,
    });
  });
});

describe('OpenAI Responses events', () => {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', content: [] };
  const created = {
    type: 'response.created',
    response: { id: 'r', object: 'response', status: 'in_progress', output: [] },
  };

  test('take the response of the last event', () => {
    const whole = {
      id: 'r',
      object: 'response',
      status: 'completed',
      output: [{ ...message, content: [{ type: 'output_text', text: 'Hello' }] }],
    };
    const events = [created, delta('He'), delta('llo'), { type: 'response.completed', response: whole }];
    expect(recogniseBody(events, null)).toEqual({
      shape: 'response',
      body: whole,
      text: 'Hello',
      wasStream: true,
    });
  });

  test('rebuild the output of a truncated stream from its events', () => {
    const call = { type: 'function_call', name: 'f', call_id: 'c', arguments: '' };
    const events = [
      created,
      { type: 'response.output_item.added', output_index: 0, item: message },
      delta('Hel'),
      delta('lo'),
      { type: 'response.output_item.added', output_index: 1, item: call },
      { type: 'response.function_call_arguments.delta', output_index: 1, delta: '{"a"' },
      { type: 'response.function_call_arguments.delta', output_index: 1, delta: ':1}' },
      { type: 'response.output_item.added', output_index: 2, item: { type: 'reasoning', summary: [] } },
      { type: 'response.reasoning_summary_text.delta', output_index: 2, summary_index: 0, delta: 'hm' },
      {
        type: 'response.output_item.done',
        output_index: 3,
        item: { type: 'web_search_call', status: 'completed' },
      },
      { type: 'error', code: 'server_error', message: 'lost' },
    ];
    expect(recogniseBody(events, null)).toMatchObject({
      shape: 'response',
      body: {
        status: 'in_progress',
        output: [
          { id: 'msg_1', content: [{ type: 'output_text', text: 'Hello' }] },
          { name: 'f', arguments: '{"a":1}' },
          { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
          { type: 'web_search_call', status: 'completed' },
        ],
        error: { code: 'server_error', message: 'lost' },
      },
      text: 'Hello',
    });
  });

  test('add nothing to a finished item', () => {
    const item = { ...message, content: [{ type: 'output_text', text: 'whole' }] };
    const events = [
      created,
      delta('wh'),
      { type: 'response.output_item.done', output_index: 0, item },
      delta('ole'),
    ];
    expect(recogniseBody(events, null).body).toMatchObject({ output: [item] });
  });

  test('do not fill memory at an absurd index', () => {
    const events = [created, ...['a', 'b'].map((text) => ({ ...delta(text), content_index: 2 ** 31 }))];
    expect(recogniseBody(events, null)).toMatchObject({ body: { output: [{ content: [{ text: 'ab' }] }] } });
  });

  function delta(text: string): JsonObject {
    return { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: text };
  }
});
