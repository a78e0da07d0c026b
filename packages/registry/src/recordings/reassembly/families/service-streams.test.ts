import { describe, expect, test } from 'vitest';
import { SERVICE_STREAMS } from '../../../../test/service-streams.js';
import type { JsonObject } from '../../../vocabulary/recording.js';
import { recogniseBody } from '../recognise-body.js';

const SAID = { thoughts: ['Think', ' twice'], text: ['Hel', 'lo'], json: ['{"city":', '"Rome"}'] };
const streamOf = (service: string): JsonObject[] => {
  const found = SERVICE_STREAMS.find(([name]) => name === service);
  if (found === undefined) throw new Error(`no stream of ${service}`);
  return found[1](SAID);
};

/** What each service returns without streaming. */
const WHOLE: Record<string, JsonObject> = {
  'Bedrock Converse': {
    output: {
      message: {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'Think twice', signature: 'sig' } } },
          { citationsContent: { content: [{ text: 'Hello' }], citations: [{ title: 'x' }] } },
          { toolUse: { toolUseId: 't', name: 'get_weather', input: { city: 'Rome' } } },
          { toolUse: { toolUseId: 't', name: 'get_weather', input: {} } },
        ],
      },
    },
    stopReason: 'tool_use',
    usage: { totalTokens: 3 },
    metrics: { latencyMs: 5 },
  },
  Cohere: {
    id: 'm',
    finish_reason: 'COMPLETE',
    usage: { tokens: { output_tokens: 2 } },
    message: {
      role: 'assistant',
      tool_plan: 'Think twice',
      content: [{ type: 'text', text: 'Hello' }],
      citations: [{ start: 0, end: 1 }],
      tool_calls: [
        { id: 'c', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } },
        { id: 'd', type: 'function', function: { name: 'get_weather', arguments: '' } },
      ],
    },
  },
  'Cohere, version 1, without an end': {
    generation_id: 'g',
    text: 'Hello',
    tool_calls: [{ name: 'get_weather', parameters: { given: '{"city":"Rome"}' } }],
  },
  'Cohere generate': { generations: [{ text: 'Hello', finish_reason: 'COMPLETE' }] },
  Titan: {
    inputTextTokenCount: 4,
    results: [{ outputText: 'Hello', completionReason: 'FINISH', tokenCount: 9 }],
  },
  Llama: { generation: 'Hello', prompt_token_count: null, generation_token_count: 3, stop_reason: 'stop' },
  'Mistral at Bedrock': { outputs: [{ text: 'Hello', stop_reason: 'stop' }] },
  watsonx: { model_id: 'm', results: [{ generated_text: 'Hello', stop_reason: 'eos_token' }] },
  'Anthropic completions': {
    type: 'completion',
    completion: 'Hello',
    stop_reason: 'stop_sequence',
    model: 'claude-2',
  },
  Sourcegraph: { type: 'completion', completion: 'Hello', stopReason: 'end_turn' },
  'Sourcegraph with the text so far': {
    type: 'completion',
    completion: 'Hello',
    stopReason: 'stop_sequence',
  },
  'Hugging Face': { generated_text: 'Hello', details: null },
  transcription: { text: 'Hello', usage: { total_tokens: 3 } },
  'OpenAI assistants': {
    object: 'thread.run',
    id: 'run_1',
    status: 'completed',
    created_at: 1,
    usage: { total_tokens: 3 },
    messages: [
      {
        object: 'thread.message',
        id: 'msg_1',
        status: 'in_progress',
        role: 'assistant',
        content: [{ type: 'text', text: { value: 'Hello' } }],
      },
    ],
  },
  'AI SDK': {
    warnings: [],
    response: { id: 'r', modelId: 'm' },
    finishReason: 'tool-calls',
    usage: { totalTokens: 3 },
    content: [
      { type: 'reasoning', text: 'Think twice' },
      { type: 'text', text: 'Hello' },
      { type: 'tool-call', toolCallId: 'c', toolName: 'get_weather', input: '{"city":"Rome"}' },
    ],
  },
  'AI SDK, version 1': {
    finishReason: 'tool-calls',
    usage: { promptTokens: 3 },
    content: [
      { type: 'text', text: 'Hello' },
      { type: 'tool-call', toolCallId: 'c', toolName: 'get_weather', args: '{"city":"Rome"}' },
    ],
  },
};

describe('streams of services', () => {
  test.each(SERVICE_STREAMS.map(([name]) => name))('%s', (name) => {
    const { body, text, wasStream } = recogniseBody(streamOf(name), null);
    expect(body).toEqual(WHOLE[name]);
    expect({ text, wasStream }).toEqual({ text: 'Hello', wasStream: true });
    // The service returns the same shape without streaming.
    expect(recogniseBody(WHOLE[name] ?? null, '/v1/audio/transcriptions')).toMatchObject({
      shape: recogniseBody(streamOf(name), null).shape,
      text: 'Hello',
    });
  });

  test('Cohere, version 1, whose last event has the response', () => {
    const response = { generation_id: 'g', text: 'Hello', chat_history: [], finish_reason: 'COMPLETE' };
    const end = { event_type: 'stream-end', is_finished: true, finish_reason: 'COMPLETE', response };
    const { body, text } = recogniseBody([...streamOf('Cohere, version 1, without an end'), end], null);
    expect(body).toMatchObject(response);
    expect(text).toBe('Hello');
  });

  test('an exception that ends an event stream', () => {
    const thrown = { modelStreamErrorException: { message: 'busy' } };
    const { body, text } = recogniseBody([...streamOf('Bedrock Converse'), thrown], null);
    expect(body).toMatchObject({ error: { type: 'modelStreamErrorException', message: 'busy' } });
    expect(text).toBe('Hello');
  });

  test('images: the completed ones, else the last draft', () => {
    const draft = { type: 'image_generation.partial_image', b64_json: 'AA', partial_image_index: 0 };
    const done = { type: 'image_generation.completed', b64_json: 'BB', usage: { total_tokens: 1 } };
    expect(recogniseBody([draft, done], null)).toMatchObject({
      shape: 'images',
      body: { data: [{ b64_json: 'BB' }], usage: { total_tokens: 1 } },
    });
    expect(recogniseBody([draft, { ...draft, b64_json: 'AB' }], null).body).toEqual({
      data: [{ b64_json: 'AB' }],
    });
  });

  test('events of Sourcegraph as recorded', () => {
    const recorded =
      'event: completion\ndata: {"deltaText":"return a"}\n\nevent: completion\ndata: {"deltaText":" + b;","stopReason":"stop"}\n\nevent: done\ndata: {}\n\n';
    expect(recogniseBody(recorded, '/.api/completions/code')).toMatchObject({
      shape: 'generation',
      text: 'return a + b;',
      wasStream: true,
    });
  });
});
