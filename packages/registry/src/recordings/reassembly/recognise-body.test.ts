import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../vocabulary/recording.js';
import { recogniseBody } from './recognise-body.js';

describe('complete responses', () => {
  const chat = {
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' } }],
  };

  test.each([
    ['chat', chat, 'Hi'],
    [
      'chat',
      {
        choices: [
          {
            message: {
              content: [
                { type: 'text', text: 'a' },
                { type: 'text', text: 'b' },
              ],
            },
          },
        ],
      },
      'ab',
    ],
    ['completion', { object: 'text_completion', choices: [{ text: 'b' }] }, 'b'],
    ['response', { object: 'response', output: [{ content: [{ type: 'refusal', refusal: 'no' }] }] }, 'no'],
    ['message', { type: 'message', content: [{ type: 'text', text: 'c' }] }, 'c'],
    ['gemini', { promptFeedback: { blockReason: 'SAFETY' } }, null],
    ['ollama', { model: 'l', response: 'd', done: true }, 'd'],
    ['ollama', { model: 'l', created_at: 'x', message: { role: 'assistant', content: 'e' } }, 'e'],
  ])('%s, as recorded', (shape, body, text) => {
    expect(recogniseBody(body, null)).toEqual({ shape, body, text, wasStream: false });
  });

  test('are recognised by content, not by the recorded endpoint', () => {
    expect(recogniseBody(chat, '/v1/embeddings').shape).toBe('chat');
  });
});

describe('responses that were recorded as text', () => {
  const chat = { object: 'chat.completion', choices: [{ index: 0, message: { content: 'Hi' } }] };
  const chunk = (response: string) => ({ created_at: 'x', response, done: response === '' });

  test.each<[string, JsonValue, string, string | null]>([
    ['one JSON object', JSON.stringify(chat, null, 2), 'chat', 'Hi'],
    [
      'pieces of one JSON object',
      ['{"object":"chat.completion","choices":[{"mess', 'age":{"content":"Hi"}}]}'],
      'chat',
      'Hi',
    ],
    ['objects in lines', `${JSON.stringify(chunk('Hi'))}\n${JSON.stringify(chunk(''))}\n`, 'ollama', 'Hi'],
    [
      'objects in lines with carriage returns',
      `${JSON.stringify(chunk('Hi'))}\r\n${JSON.stringify(chunk(''))}`,
      'ollama',
      'Hi',
    ],
    [
      'a list of objects',
      JSON.stringify([{ candidates: [{ content: { parts: [{ text: 'Hi' }] } }] }]),
      'gemini',
      'Hi',
    ],
    ['JSON of another API', '{"a": 1}', 'unknown', '{"a": 1}'],
    ['a list of texts', '["a", "b"]', 'unknown', '["a", "b"]'],
    ['text that starts like JSON', '[see above]', 'unknown', '[see above]'],
  ])('%s', (_, recorded, shape, text) => {
    expect(recogniseBody(recorded, null)).toMatchObject({ shape, text });
  });
});

describe('embeddings', () => {
  test.each([
    [
      {
        object: 'list',
        data: [
          { embedding: [2], index: 1 },
          { embedding: 'AACAPw==', index: 0 },
        ],
        model: 'm',
      },
      {
        object: 'list',
        data: [
          { embedding: 'AACAPw==', index: 0 },
          { embedding: [2], index: 1 },
        ],
        model: 'm',
      },
    ],
    [
      {
        model: 'l',
        embeddings: [
          [1, 2],
          [3, 4],
        ],
      },
      {
        model: 'l',
        data: [
          { embedding: [1, 2], index: 0 },
          { embedding: [3, 4], index: 1 },
        ],
      },
    ],
    [{ embedding: [0.5] }, { data: [{ embedding: [0.5], index: 0 }] }],
    [
      { embeddings: [{ values: [1], statistics: { tokenCount: 2 } }] },
      { data: [{ statistics: { tokenCount: 2 }, embedding: [1], index: 0 }] },
    ],
    [
      { embedding: { values: [1] }, usageMetadata: { promptTokenCount: 2 } },
      { usageMetadata: { promptTokenCount: 2 }, data: [{ embedding: [1], index: 0 }] },
    ],
  ])('%j', (recorded, body) => {
    expect(recogniseBody(recorded, null)).toEqual({
      shape: 'embeddings',
      body,
      text: null,
      wasStream: false,
    });
  });
});

describe('model lists', () => {
  const model = (id: string) => ({ id, object: 'model', owned_by: 'o' });

  test.each([
    [[model('b'), model('a')], { data: [model('a'), model('b')] }],
    [
      { object: 'list', data: [model('b'), model('a')] },
      { object: 'list', data: [model('a'), model('b')] },
    ],
    [{ models: [{ model: 'z' }, { name: 'y' }] }, { data: [{ name: 'y' }, { model: 'z' }] }],
  ])('%j', (recorded, body) => {
    expect(recogniseBody(recorded, null)).toEqual({ shape: 'models', body, text: null, wasStream: false });
  });
});

describe('responses without content', () => {
  test.each([
    ['/v1/models', [], 'models', { data: [] }],
    ['/api/ps', { models: [] }, 'models', { data: [] }],
    ['/v1/embeddings', { object: 'list', data: [] }, 'embeddings', { object: 'list', data: [] }],
    ['/v1/chat/completions', [], 'chat', { object: 'chat.completion', choices: [] }],
    ['/v1/completions', [], 'completion', { choices: [] }],
    ['/v1/other', [], 'unknown', []],
    ['/v1/other', { data: [] }, 'unknown', { data: [] }],
    [null, [], 'unknown', []],
  ])('%s responds with %j: %s', (endpoint, recorded, shape, body) => {
    expect(recogniseBody(recorded, endpoint)).toMatchObject({ shape, body });
  });
});

describe('unknown bodies', () => {
  test.each([
    [null, null],
    [7, null],
    ['plain text', 'plain text'],
    ['', null],
    [{ a: 1 }, null],
    [{ error: 'broken' }, 'broken'],
    [{ error: { message: 'broken' } }, 'broken'],
    [[1, { choices: 2 }], null],
    [['a', 'b'], null],
    [{ choices: 'none', data: 7, candidates: null, message: 'x' }, null],
  ])('%j stays as it is', (body, text) => {
    expect(recogniseBody(body, null)).toEqual({ shape: 'unknown', body, text, wasStream: false });
  });
});
