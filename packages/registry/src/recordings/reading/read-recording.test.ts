import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reading } from '../../vocabulary/recording.js';
import { identify } from './identify-recording.js';
import { readRecording } from './read-recording.js';

const OPAQUE: Reading = {
  format: 'opaque',
  testId: null,
  model: null,
  endpoint: null,
  isStreaming: null,
  outcome: null,
  responseText: null,
  requestHashes: [],
  hashVersions: [],
  exchanges: [],
  problem: null,
};

const CALL = {
  test_id: 'tests/test_chat.py::test_greets[m-1]',
  request: {
    method: 'POST',
    url: 'http://localhost:8000/v1/v1/chat/completions',
    headers: {},
    body: { model: 'm-1', messages: [{ role: 'user', content: 'Hi' }], stream: false },
    endpoint: '/v1/chat/completions',
    model: 'm-1',
  },
  response: {
    body: {
      __type__: 'openai.types.chat.chat_completion.ChatCompletion',
      __data__: {
        id: 'rec-1',
        object: 'chat.completion',
        choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello!' } }],
      },
    },
    is_streaming: false,
  },
  id_normalization_mapping: {},
};

describe('readRecording', () => {
  test('reads a recorded call', () => {
    const reading = readRecording(bytes(CALL));
    expect(reading).toEqual({
      format: 'ogx',
      testId: 'tests/test_chat.py::test_greets[m-1]',
      model: 'm-1',
      endpoint: '/v1/chat/completions',
      isStreaming: false,
      outcome: 'SUCCESS',
      responseText: 'Hello!',
      requestHashes: [expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^[0-9a-f]{64}$/)],
      hashVersions: [0b1110, 0b0001],
      exchanges: [],
      problem: null,
    });
    const path = `tests/recordings/${reading.requestHashes[0]}.json`;
    expect(identify(path, reading).hashStatus).toBe('VERIFIED');
  });

  test('a file name does not match an edited request', () => {
    const [hash] = readRecording(bytes(CALL)).requestHashes;
    const edited = structuredClone(CALL);
    edited.request.body.messages[0] = { role: 'user', content: 'Bye' };
    expect(identify(`${hash}.json`, readRecording(bytes(edited))).hashStatus).toBe('MISMATCHED');
  });

  test('JSON that is not a recording is opaque, without a problem', () => {
    for (const value of [
      { a: 1 },
      [],
      'text',
      null,
      7,
      { request: 1, response: {} },
      { request: {}, response: {} },
    ]) {
      expect(readRecording(bytes(value))).toEqual(OPAQUE);
    }
  });

  test.each([
    ['an empty file', ''],
    ['text that is not JSON', 'hello'],
    ['truncated JSON', JSON.stringify(CALL).slice(0, 300)],
    ['too deep nesting', '['.repeat(100_000)],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a large file', Buffer.alloc(33 * 1024 * 1024, 0x20)],
  ])('%s is opaque, with the reason', (_what, content) => {
    expect(readRecording(Buffer.from(content))).toEqual({
      ...OPAQUE,
      problem: expect.stringMatching(/.{15}/),
    });
  });

  test('ambiguous JSON is read, storable, and reported as a problem', () => {
    const text = JSON.stringify(CALL)
      .replace('Hello!', 'Hel\\u0000lo \\ud83d')
      .replace('"model":"m-1","messages"', '"model":"m-0","model":"m-1","messages"');
    const reading = readRecording(Buffer.from(text));
    expect(reading.responseText).toBe('Hel\ufffdlo \ufffd');
    expect(reading.requestHashes).toEqual(readRecording(bytes(CALL)).requestHashes);
    expect(reading.problem).toBe(
      'duplicate key, the last value is used at $.request.body.model; ' +
        'NUL character (\\u0000) in a string at $.response.body.__data__.choices[0].message.content; ' +
        'unpaired surrogate in a string at $.response.body.__data__.choices[0].message.content',
    );
  });

  test('limits the length of names and text', () => {
    const large = structuredClone(CALL);
    large.test_id = 't'.repeat(2000);
    large.request.model = 'm'.repeat(2000);
    large.request.endpoint = '/'.repeat(2000);
    const [choice] = large.response.body.__data__.choices;
    if (choice) choice.message.content = 'x'.repeat(70_000);
    const reading = readRecording(bytes(large));
    expect([reading.testId, reading.model, reading.endpoint].map((name) => name?.length)).toEqual([
      1024, 1024, 1024,
    ]);
    expect(reading.responseText).toHaveLength(65_536);
  });

  test('never throws, whatever value replaces a part of a recording', () => {
    const anything = fc.jsonValue({ maxDepth: 3 });
    const response = fc.record(
      {
        body: anything,
        is_streaming: anything,
        status: anything,
        is_exception: anything,
        exception_data: anything,
      },
      { requiredKeys: ['body'] },
    );
    const request = fc.record(
      {
        method: anything,
        url: anything,
        body: anything,
        payload: anything,
        kwargs: anything,
        tool_name: anything,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anything, request, response, (testId, asked, answered) => {
        const reading = readRecording(bytes({ test_id: testId, request: asked, response: answered }));
        expect(reading.format).toBe('ogx');
      }),
    );
  });
});

function bytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
