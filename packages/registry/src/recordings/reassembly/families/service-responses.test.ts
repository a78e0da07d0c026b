import { describe, expect, test } from 'vitest';
import type { AnswerShape, JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { recogniseBody } from '../recognise-body.js';

describe('complete responses of services', () => {
  const call = { toolUse: { toolUseId: 't', name: 'f', input: { a: 1 } } };

  test.each<[AnswerShape, JsonObject, string | null]>([
    [
      'converse',
      { output: { message: { role: 'assistant', content: [{ text: 'a' }, call] } }, stopReason: 'tool_use' },
      'a',
    ],
    ['converse', { output: { message: { content: [call] } } }, null],
    [
      'converse',
      {
        output: { message: { content: [{ citationsContent: { content: [{ text: 'a' }], citations: [] } }] } },
      },
      'a',
    ],
    [
      'converse',
      { output: { message: { content: [{ reasoningContent: { reasoningText: { text: 'hm' } } }] } } },
      null,
    ],
    [
      'cohere',
      {
        id: 'i',
        finish_reason: 'COMPLETE',
        message: { role: 'assistant', content: [{ type: 'text', text: 'a' }] },
      },
      'a',
    ],
    [
      'cohere',
      { finish_reason: 'TOOL_CALL', message: { role: 'assistant', tool_plan: 'p', tool_calls: [] } },
      null,
    ],
    ['cohere', { text: 'a', generation_id: 'g', finish_reason: 'COMPLETE', chat_history: [] }, 'a'],
    [
      'generation',
      { inputTextTokenCount: 3, results: [{ outputText: 'a', completionReason: 'FINISH' }] },
      'a',
    ],
    ['generation', { generation: 'a', stop_reason: 'stop', prompt_token_count: 1 }, 'a'],
    ['generation', { outputs: [{ text: 'a', stop_reason: 'stop' }] }, 'a'],
    ['generation', { generations: [{ text: 'a' }, { text: 'b' }], prompt: 'p' }, 'a\nb'],
    ['generation', { type: 'completion', completion: 'a', stop_reason: 'stop_sequence' }, 'a'],
    ['generation', { completion: 'a', stopReason: 'end_turn' }, 'a'],
    ['generation', { generated_text: 'a' }, 'a'],
    ['generation', { model_id: 'm', results: [{ generated_text: 'a', stop_reason: 'eos_token' }] }, 'a'],
    ['generation', { completions: [{ data: { text: 'a' }, finishReason: { reason: 'length' } }] }, 'a'],
    ['generation', { completions: [{ completion: 'a', finish_reason: 'maximum_tokens' }] }, 'a'],
    ['generation', { predictions: [{ content: 'a' }] }, 'a'],
    ['generation', { predictions: [{ candidates: [{ author: '1', content: 'a' }] }] }, 'a'],
    [
      'transcription',
      {
        pages: [
          { index: 0, markdown: '# a' },
          { index: 1, markdown: 'b' },
        ],
        model: 'ocr',
      },
      '# a\n\nb',
    ],
    ['transcription', { results: { channels: [{ alternatives: [{ transcript: 'a' }] }] } }, 'a'],
    ['transcription', { text: 'a', language: 'en', segments: [] }, 'a'],
    ['rerank', { results: [{ index: 1, relevance_score: 0.5 }] }, null],
    ['images', { created: 1, data: [{ b64_json: 'AAAA' }] }, null],
    ['images', { created: 1, data: [{ url: 'http://x', revised_prompt: 'a cat' }] }, null],
    ['images', { predictions: [{ bytesBase64Encoded: 'AAAA', mimeType: 'image/png' }] }, null],
    ['images', { images: ['A'.repeat(100)] }, null],
    [
      'moderation',
      { results: [{ flagged: false, categories: { hate: false }, category_scores: { hate: 0 } }] },
      null,
    ],
    ['token-count', { input_tokens: 43 }, null],
    ['token-count', { object: 'response.input_tokens', input_tokens: 43 }, null],
    ['token-count', { inputTokens: 43 }, null],
    ['token-count', { totalTokens: 43, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 43 }] }, null],
    [
      'response',
      { object: 'response.compaction', output: [{ type: 'message', content: [{ text: 'a' }] }] },
      'a',
    ],
    ['thread', { object: 'thread.message', content: [{ type: 'text', text: { value: 'a' } }] }, 'a'],
    [
      'thread',
      { object: 'list', data: [{ object: 'thread.message', content: [{ text: { value: 'a' } }] }] },
      'a',
    ],
    ['thread', { object: 'thread.run', status: 'requires_action' }, null],
    ['language-model', { content: [{ type: 'text', text: 'a' }], finishReason: 'stop' }, 'a'],
    ['language-model', { text: 'a', toolCalls: [], finishReason: 'stop', usage: { promptTokens: 1 } }, 'a'],
    [
      'generation',
      { id: 'p', version: 'v', urls: { get: 'x' }, output: ['a', 'b'], status: 'succeeded' },
      'ab',
    ],
    ['gemini', { candidates: [{ author: '1', content: 'a' }] }, 'a'],
    ['gemini', { candidates: [{ output: 'a' }] }, 'a'],
  ])('%s: %j', (shape, body, text) => {
    expect(recogniseBody(body, null)).toEqual({ shape, body, text, wasStream: false });
  });

  test.each<[JsonValue, string | null, AnswerShape]>([
    [{ text: 'a' }, '/v1/audio/transcriptions', 'transcription'],
    [{ text: 'a' }, '/v1/other', 'unknown'],
    [[[0.1, 0.2]], '/pipeline/feature-extraction/owner/name', 'embeddings'],
    [[0.1, 0.2], '/embed', 'embeddings'],
    [[[0.1, 0.2]], '/v1/other', 'unknown'],
    ['red green\n', '/v1/audio/transcriptions', 'transcription'],
    ['<html>', '/v1/audio/transcriptions', 'unknown'],
    [{ data: [{ url: 'http://x' }] }, '/v1/images/generations', 'images'],
    [{ data: [{ url: 'http://x' }] }, '/v1/search', 'unknown'],
    [{ pages: [{ markdown: 'a' }] }, null, 'unknown'],
    [[{ generated_text: 'a' }], null, 'generation'],
    [[{ summary_text: 'a' }], null, 'generation'],
    [{ data: [{ url: 'http://x', id: 1 }] }, '/v1/pages', 'unknown'],
    [{ data: [{ index: 0, relevance_score: 0.5 }], object: 'list' }, null, 'rerank'],
    [{ name: 'cachedContents/a', model: 'm', usageMetadata: {} }, '/v1beta/cachedContents', 'unknown'],
    [{ results: [] }, '/v1/rerank', 'unknown'],
    [{ input_tokens: 43, output_tokens: 1 }, null, 'unknown'],
    [{ completion: 'a' }, null, 'unknown'],
    [{ outputs: [{ text: 'a' }] }, null, 'unknown'],
    [{ output: { message: 'a' } }, null, 'unknown'],
    [{ message: { role: 'assistant', content: 'a' } }, null, 'unknown'],
    [{ results: [{ title: 'a', score: 1 }] }, null, 'unknown'],
    [{ message: "You don't have access to the model" }, '/model/m/converse', 'unknown'],
  ])('%j at %s is %s', (body, endpoint, shape) => {
    expect(recogniseBody(body, endpoint).shape).toBe(shape);
  });
});

describe('embeddings of services', () => {
  const data = [{ embedding: [1, 2], index: 0 }];

  test.each<[string, JsonObject, JsonObject]>([
    ['Titan', { embedding: [1, 2], inputTextTokenCount: 3 }, { inputTextTokenCount: 3, data }],
    ['Vertex AI', { predictions: [{ embeddings: { values: [1, 2] } }] }, { data }],
    [
      'Nova',
      { embeddings: [{ embeddingType: 'TEXT', embedding: [1, 2] }] },
      { data: [{ embeddingType: 'TEXT', ...data[0] }] },
    ],
    ['Cohere, version 1', { embeddings: [[1, 2]], texts: ['a'] }, { texts: ['a'], data }],
    [
      'Cohere, version 2',
      { embeddings: { float: [[1, 2]], int8: [[1, 1]] } },
      {
        data: [
          { ...data[0], type: 'float' },
          { embedding: [1, 1], index: 0, type: 'int8' },
        ],
      },
    ],
  ])('%s', (_, recorded, body) => {
    expect(recogniseBody(recorded, null)).toEqual({
      shape: 'embeddings',
      body,
      text: null,
      wasStream: false,
    });
  });
});
