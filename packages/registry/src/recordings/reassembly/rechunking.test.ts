import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Pieces as Said, SERVICE_STREAMS, type ServiceStream } from '../../../test/service-streams.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { recogniseBody } from './recognise-body.js';

const NAME = 'get_weather';

const openaiChat = ({ thoughts, text, json }: Said): JsonObject[] => {
  const chunk = (delta: JsonObject, rest: JsonObject = {}): JsonObject => ({
    id: 'c',
    object: 'chat.completion.chunk',
    obfuscation: 'x'.repeat(json.length),
    choices: [{ index: 0, delta, finish_reason: null, ...rest }],
  });
  const call = (piece: JsonObject) => chunk({ tool_calls: [{ index: 0, ...piece }] });
  return [
    chunk({ role: 'assistant', content: '' }),
    ...thoughts.map((piece) => chunk({ reasoning_content: piece })),
    ...text.map((piece) => chunk({ content: piece }, { token_ids: new Array<number>(piece.length).fill(7) })),
    call({ id: 'call_1', type: 'function', function: { name: NAME, arguments: '' } }),
    ...json.map((piece) => call({ function: { arguments: piece } })),
    chunk({}, { finish_reason: 'tool_calls' }),
  ];
};

const openRouter = ({ thoughts, text }: Said): JsonObject[] => {
  const chunk = (delta: JsonObject): JsonObject => ({ id: 'c', choices: [{ index: 0, delta }] });
  const detail = (fields: JsonObject) =>
    chunk({
      reasoning_details: [{ format: 'anthropic-claude-v1', index: 0, type: 'reasoning.text', ...fields }],
    });
  return [
    ...thoughts.map((piece) => detail({ text: piece })),
    detail({ text: '', signature: 'sig' }),
    chunk({ reasoning_details: [{ type: 'reasoning.encrypted', index: 1, data: 'abc' }] }),
    ...text.map((piece) => chunk({ content: piece })),
  ];
};

const mistral = ({ thoughts, text }: Said): JsonObject[] => {
  const chunk = (content: JsonValue): JsonObject => ({
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  });
  return [
    chunk(''),
    ...thoughts.map((piece) => chunk([{ type: 'thinking', thinking: [{ type: 'text', text: piece }] }])),
    ...text.map((piece) => chunk(piece)),
  ];
};

const openaiCompletion = ({ text }: Said): JsonObject[] =>
  text.map((piece) => ({ object: 'text_completion', choices: [{ index: 0, text: piece }] }));

const openaiResponse = ({ thoughts, text, json }: Said): JsonObject[] => {
  const pieces = (name: string, fields: JsonObject, deltas: string[]) =>
    deltas.map((delta) => ({ type: `response.${name}.delta`, delta, ...fields }));
  return [
    {
      type: 'response.created',
      response: { object: 'response', id: 'r', status: 'in_progress', output: [] },
    },
    { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', summary: [] } },
    {
      type: 'response.reasoning_summary_part.added',
      output_index: 0,
      summary_index: 0,
      part: { type: 'summary_text', text: '' },
    },
    ...pieces('reasoning_summary_text', { output_index: 0, summary_index: 0 }, thoughts),
    {
      type: 'response.output_item.added',
      output_index: 1,
      item: { type: 'message', role: 'assistant', content: [] },
    },
    {
      type: 'response.content_part.added',
      output_index: 1,
      content_index: 0,
      part: { type: 'output_text', text: '', annotations: [] },
    },
    ...pieces('output_text', { output_index: 1, content_index: 0 }, text),
    {
      type: 'response.output_text.annotation.added',
      output_index: 1,
      content_index: 0,
      annotation_index: 0,
      annotation: { type: 'url_citation', url: 'http://x' },
    },
    {
      type: 'response.output_item.added',
      output_index: 2,
      item: { type: 'function_call', name: NAME, call_id: 'c', arguments: '' },
    },
    ...pieces('function_call_arguments', { output_index: 2 }, json),
  ];
};

const anthropic = ({ thoughts, text, json }: Said): JsonObject[] => {
  const start = (index: number, block: JsonObject) => ({
    type: 'content_block_start',
    index,
    content_block: block,
  });
  const delta = (index: number, fields: JsonObject) => ({
    type: 'content_block_delta',
    index,
    delta: fields,
  });
  return [
    { type: 'message_start', message: { type: 'message', id: 'm', content: [], usage: { input_tokens: 1 } } },
    start(0, { type: 'thinking', thinking: '', signature: '' }),
    ...thoughts.map((piece) => delta(0, { type: 'thinking_delta', thinking: piece })),
    delta(0, { type: 'signature_delta', signature: 'sig' }),
    { type: 'ping' },
    start(1, { type: 'text', text: '' }),
    ...text.map((piece) => delta(1, { type: 'text_delta', text: piece })),
    delta(1, { type: 'citations_delta', citation: { type: 'char_location', cited_text: 'x' } }),
    start(2, { type: 'tool_use', id: 't', name: NAME, input: {} }),
    ...json.map((piece) => delta(2, { type: 'input_json_delta', partial_json: piece })),
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } },
    { type: 'message_stop' },
  ];
};

const gemini = ({ thoughts, text, json }: Said): JsonObject[] => {
  const chunk = (part: JsonObject): JsonObject => ({
    candidates: [{ content: { role: 'model', parts: [part] } }],
  });
  return [
    ...thoughts.map((piece) => chunk({ text: piece, thought: true })),
    ...text.map((piece) => chunk({ text: piece })),
    chunk({ text: '', thoughtSignature: 'sig' }),
    chunk({ functionCall: { name: NAME, args: { given: json.join('') } } }),
    { usageMetadata: { totalTokenCount: 3 } },
  ];
};

const geminiPartialArguments = ({ json }: Said): JsonObject[] => {
  const chunk = (call: JsonObject, rest: JsonObject = {}): JsonObject => ({
    candidates: [{ content: { role: 'model', parts: [{ functionCall: call, ...rest }] } }],
  });
  const piece = (jsonPath: string, stringValue: string) =>
    chunk({ partialArgs: [{ jsonPath, stringValue, willContinue: true }], willContinue: true });
  return [
    chunk({ name: NAME, id: 'c', willContinue: true }, { thoughtSignature: 'sig' }),
    ...json.map((text) => piece('$.given', text)),
    ...json.map((text) => piece("$.list[0]['a b']", text)),
    chunk({ partialArgs: [{ jsonPath: '$.list[1]', numberValue: 3 }], willContinue: true }),
    chunk({}),
    chunk({ name: NAME, args: { given: json.join('') } }),
    { candidates: [{ finishReason: 'STOP' }] },
  ];
};

/** Two parallel calls that a server does not tell apart by index or id. */
const parallelAtIndexZero = ({ text, json }: Said): JsonObject[] => {
  const chunk = (delta: JsonObject): JsonObject => ({
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: null }],
  });
  const call = (name: string) => [
    chunk({ tool_calls: [{ index: 0, id: '', type: 'function', function: { name, arguments: '' } }] }),
    ...json.map((piece) => chunk({ tool_calls: [{ index: 0, function: { arguments: piece } }] })),
  ];
  return [
    ...text.map((content) => chunk({ content })),
    ...call(NAME),
    ...call('get_time'),
    ...call('get_time'),
  ];
};

const anthropicAtIndexZero = ({ text, json }: Said): JsonObject[] => {
  const event = (type: string, fields: JsonObject) => ({
    type: `content_block_${type}`,
    index: 0,
    ...fields,
  });
  const call = (id: string) => [
    event('start', { content_block: { type: 'tool_use', id, name: NAME, input: {} } }),
    ...json.map((partial_json) => event('delta', { delta: { type: 'input_json_delta', partial_json } })),
  ];
  return [
    event('start', { content_block: { type: 'text', text: '' } }),
    ...text.map((piece) => event('delta', { delta: { type: 'text_delta', text: piece } })),
    ...call('a'),
    ...call('b'),
  ];
};

const interactionEvents = (list: JsonObject[]): JsonObject[] => [
  {
    event_type: 'interaction.start',
    interaction: { id: 'v1_a', object: 'interaction', status: 'in_progress' },
  },
  { event_type: 'interaction.status_update', interaction_id: 'v1_a', status: 'in_progress' },
  ...list,
  {
    event_type: 'interaction.complete',
    interaction: { id: 'v1_a', object: 'interaction', status: 'completed', usage: { total_tokens: 3 } },
  },
];

const interactionOutputs = ({ thoughts, text, json }: Said): JsonObject[] => {
  const event = (name: string, index: number, fields: JsonObject) => ({
    event_type: `content.${name}`,
    index,
    ...fields,
  });
  const call = { type: 'function_call', id: 'c', name: NAME, arguments: { given: json.join('') } };
  return interactionEvents([
    event('start', 0, { content: { type: 'thought' } }),
    ...thoughts.map((piece) =>
      event('delta', 0, { delta: { type: 'thought_summary', content: { type: 'text', text: piece } } }),
    ),
    event('delta', 0, { delta: { type: 'thought_signature', signature: 'sig' } }),
    event('start', 1, { content: { type: 'text' } }),
    ...text.map((piece) => event('delta', 1, { delta: { type: 'text', text: piece } })),
    event('delta', 1, { delta: { type: 'text_annotation', annotations: [{ url: 'http://x' }] } }),
    event('start', 2, { content: { type: 'function_call' } }),
    event('delta', 2, { delta: call }),
    event('stop', 2, {}),
  ]);
};

const interactionSteps = ({ thoughts, text, json }: Said): JsonObject[] => {
  const event = (name: string, index: number, fields: JsonObject) => ({
    event_type: `step.${name}`,
    index,
    ...fields,
  });
  return interactionEvents([
    event('start', 0, { step: { type: 'thought', signature: '' } }),
    ...thoughts.map((piece) =>
      event('delta', 0, { delta: { type: 'thought_summary', content: { type: 'text', text: piece } } }),
    ),
    event('delta', 0, { delta: { type: 'thought_signature', signature: 'sig' } }),
    event('start', 1, { step: { type: 'model_output' } }),
    ...text.map((piece) => event('delta', 1, { delta: { type: 'text', text: piece } })),
    event('start', 2, { step: { type: 'function_call', id: 'c', name: NAME, arguments: {} } }),
    ...json.map((piece) =>
      event('delta', 2, { delta: { type: 'arguments_delta', partial_arguments: piece } }),
    ),
    event('stop', 2, {}),
  ]);
};

const ollamaChat = ({ thoughts, text, json }: Said): JsonObject[] => {
  const chunk = (fields: JsonObject, done = false): JsonObject => ({
    created_at: '2025-01-01T00:00:00Z',
    done,
    message: { role: 'assistant', content: '', ...fields },
  });
  return [
    ...thoughts.map((piece) => chunk({ thinking: piece })),
    ...text.map((piece) => chunk({ content: piece })),
    chunk({ tool_calls: [{ function: { name: NAME, arguments: { given: json.join('') } } }] }),
    { ...chunk({}, true), done_reason: 'stop' },
  ];
};

const ollamaGenerate = ({ thoughts, text }: Said): JsonObject[] => [
  ...thoughts.map((piece) => ({ created_at: 'x', done: false, response: '', thinking: piece })),
  ...text.map((piece) => ({ created_at: 'x', done: false, response: piece })),
  { created_at: 'x', done: true, response: '', context: [1, 2] },
];

const FAMILIES: ServiceStream[] = [
  ['OpenAI chat', openaiChat, ['thoughts', 'text', 'json']],
  ['OpenRouter reasoning', openRouter, ['thoughts', 'text']],
  ['Mistral content parts', mistral, ['thoughts', 'text']],
  ['OpenAI completions', openaiCompletion, ['text']],
  ['OpenAI Responses without an end', openaiResponse, ['thoughts', 'text', 'json']],
  ['Anthropic', anthropic, ['thoughts', 'text', 'json']],
  ['Gemini', gemini, ['thoughts', 'text', 'json']],
  ['Gemini arguments in pieces', geminiPartialArguments, ['json']],
  ['OpenAI chat with parallel calls at index 0', parallelAtIndexZero, ['text', 'json']],
  ['Anthropic with blocks at index 0', anthropicAtIndexZero, ['text', 'json']],
  ['Gemini interaction with outputs', interactionOutputs, ['thoughts', 'text', 'json']],
  ['Gemini interaction with steps', interactionSteps, ['thoughts', 'text', 'json']],
  ['Ollama chat', ollamaChat, ['thoughts', 'text', 'json']],
  ['Ollama generate', ollamaGenerate, ['thoughts', 'text']],
  ...SERVICE_STREAMS,
];

const cuts = fc.array(fc.nat({ max: 30 }), { maxLength: 6 });
const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
// An object, as tools are called with.
const json = fc
  .dictionary(fc.string({ maxLength: 5 }), fc.jsonValue(), { maxKeys: 3 })
  .map((value) => JSON.stringify(value));

function cut(text: string, at: number[]): string[] {
  const edges = [0, ...at.filter((edge) => edge < text.length).sort((a, b) => a - b), text.length];
  return edges.slice(1).map((edge, index) => text.slice(edges[index], edge));
}

/**
 * The same stream as a server writes it: with event names, comments and an end, cut into pieces
 * anywhere.
 */
function asServerSentEvents(chunks: JsonObject[], at: number[]): string[] {
  const events = chunks.map((chunk) => {
    const name = typeof chunk['type'] === 'string' ? `event: ${chunk['type']}\n` : '';
    return `${name}data: ${JSON.stringify(chunk)}\n\n`;
  });
  return cut(
    `: keep-alive\n\n${events.join('')}data: [DONE]\n\n`,
    at.map((edge) => edge * 17),
  );
}

describe.each(FAMILIES)('%s', (_name, chunksOf, says) => {
  it('does not depend on the chunk boundaries, as chunks and as server-sent events', () => {
    fc.assert(
      fc.property(words, words, json, cuts, cuts, (thoughts, text, args, first, second) => {
        const said = (at: number[]) =>
          chunksOf({ thoughts: cut(thoughts, at), text: cut(text, at), json: cut(args, at) });
        const whole = recogniseBody(said([]), null);
        expect(whole.shape).not.toBe('unknown');
        expect(recogniseBody(said(first), null)).toEqual(whole);
        expect(recogniseBody(asServerSentEvents(said(first), second), null)).toEqual(whole);
      }),
    );
  });

  it('does not depend on how it is stored as text: objects in lines or in a list, cut anywhere', () => {
    fc.assert(
      fc.property(words, words, json, cuts, cuts, (thoughts, text, args, first, second) => {
        const chunks = chunksOf({
          thoughts: cut(thoughts, first),
          text: cut(text, first),
          json: cut(args, first),
        });
        // A single chunk of some APIs is a complete response.
        fc.pre(chunks.length > 1);
        const { shape, body } = recogniseBody(chunks, null);
        const lines = chunks.map((chunk) => `${JSON.stringify(chunk)}\n`).join('');
        const list = JSON.stringify(chunks);
        for (const stored of [lines, list, cut(lines, second), cut(list, second)]) {
          expect(recogniseBody(stored, null)).toMatchObject({ shape, body });
        }
      }),
    );
  });

  it('keeps every part of the response', () => {
    fc.assert(
      fc.property(words, words, json, cuts, (thoughts, text, args, at) => {
        const pieces = { thoughts: cut(thoughts, at), text: cut(text, at), json: cut(args, at) };
        const other = { thoughts: ['other thoughts'], text: ['other text'], json: ['{"other":1}'] };
        const answer = recogniseBody(chunksOf(pieces), null);
        if (says.includes('text')) expect(JSON.stringify(answer.body)).toContain(JSON.stringify(text));
        for (const part of says) {
          expect(recogniseBody(chunksOf({ ...pieces, [part]: other[part] }), null).body).not.toEqual(
            answer.body,
          );
        }
      }),
    );
  });

  it('keeps an error that ends it', () => {
    const chunks = chunksOf({ thoughts: ['a'], text: ['b'], json: ['{}'] });
    const error = {
      type: 'error',
      error: { type: 'overloaded_error', message: 'busy' },
      message: 'busy',
      code: 'x',
    };
    const { body } = recogniseBody([...chunks, error], null);
    expect(body).toMatchObject({ error: { message: 'busy' } });
    expect(recogniseBody(chunks, null).body).not.toHaveProperty('error.message');
  });
});
