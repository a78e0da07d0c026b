import { describe, expect, test } from 'vitest';
import { exchangeKey } from '../http/exchange-key.js';
import { readExchange } from './read-exchange.js';

describe('readExchange', () => {
  test('reads an inference call with the bookkeeping of the recorder', () => {
    const request = {
      method: 'POST',
      url: 'https://api.example/v1/completions',
      headers: {},
      body: { prompt: 'a', temperature: 1.5 },
      endpoint: '/v1/completions',
      model: 'm',
      provider_metadata: { openai_sdk_version: '2.5.0' },
    };
    const response = {
      body: { object: 'text_completion', choices: [{ index: 0, text: 'b' }] },
      is_streaming: false,
    };
    expect(exchange({ test_id: 't', request, response, id_normalization_mapping: { a: 'b' } })).toEqual({
      format: 'ogx',
      position: 0,
      key: exchangeKey('POST', 'https://api.example/v1/completions'),
      occurrence: 0,
      method: 'POST',
      url: 'https://api.example/v1/completions',
      responseHeaders: null,
      testId: 't',
      model: 'm',
      endpoint: '/v1/completions',
      request,
      answer: {
        shape: 'completion',
        outcome: 'SUCCESS',
        isStreaming: false,
        status: null,
        body: response.body,
        text: 'b',
      },
      bookkeeping: { id_normalization_mapping: { a: 'b' } },
    });
  });

  test('reads endpoint, model and test id of an HTTP call from url, payload and request', () => {
    const request = {
      test_id: 't',
      url: 'https://h/v1/messages?x=1',
      method: 'POST',
      payload: { model: 'claude' },
    };
    const body = { type: 'message', content: [{ type: 'text', text: 'Hi' }], role: 'assistant' };
    expect(exchange({ request, response: { status: 200, body, is_streaming: false } })).toMatchObject({
      testId: 't',
      model: 'claude',
      endpoint: '/v1/messages',
      answer: { shape: 'message', outcome: 'SUCCESS', status: 200, text: 'Hi' },
    });
  });

  test('reads a tool call', () => {
    const request = { test_id: 't', provider: 'tavily', tool_name: 'web_search', kwargs: { query: 'a' } };
    const result = { content: 'found it', error_message: null, error_code: null, metadata: null };
    const wrapped = { __type__: 'any.package.ToolInvocationResult', __data__: result };
    expect(
      exchange({ test_id: 't', request, response: { body: wrapped, is_streaming: false } }),
    ).toMatchObject({
      endpoint: null,
      model: null,
      answer: { shape: 'tool', outcome: 'SUCCESS', body: result, text: 'found it' },
    });
  });

  test('reads an exception', () => {
    const exceptionData = {
      category: 'provider_sdk',
      provider: 'openai',
      type: 'BadRequestError',
      message: 'Error code: 400',
      status_code: 400,
      body: { code: 'bad' },
    };
    const response = {
      body: null,
      is_streaming: false,
      is_exception: true,
      exception_data: exceptionData,
      exception_message: 'Error code: 400',
    };
    expect(exchange({ request: {}, response }).answer).toEqual({
      shape: 'exception',
      outcome: 'ERROR',
      isStreaming: false,
      status: 400,
      body: { type: 'BadRequestError', message: 'Error code: 400', status: 400, data: { code: 'bad' } },
      text: 'Error code: 400',
    });
  });

  test('reads the message of an exception by the first recorder version', () => {
    const response = { is_exception: true, exception_message: 'boom' };
    expect(exchange({ request: {}, response }).answer).toMatchObject({
      shape: 'exception',
      outcome: 'ERROR',
      status: null,
      body: { type: 'Exception', message: 'boom' },
    });
  });

  test('keeps the chunks before an exception in a stream', () => {
    const response = {
      body: [{ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'Hel' } }] }],
      is_streaming: true,
      is_exception: true,
      exception_data: { type: 'ReadError', message: 'reset' },
    };
    const { answer } = exchange({ request: {}, response });
    expect(answer).toMatchObject({ shape: 'exception', outcome: 'ERROR', isStreaming: true });
    expect(answer.body).toMatchObject({ partial: { choices: [{ message: { content: 'Hel' } }] } });
  });

  test('reads an HTTP status of 400 and above as an error', () => {
    const response = { status: 429, body: { error: { message: 'slow down' } }, is_streaming: false };
    expect(exchange({ request: {}, response }).answer).toMatchObject({
      shape: 'unknown',
      outcome: 'ERROR',
      status: 429,
      text: 'slow down',
    });
    for (const [status, outcome] of [
      [399, 'SUCCESS'],
      [400, 'ERROR'],
    ]) {
      expect(exchange({ request: {}, response: { ...response, status } }).answer.outcome).toBe(outcome);
    }
  });

  test('returns the problem of a file that is not a recording', () => {
    expect(readExchange(Buffer.from('{"a": 1}'))).toEqual({ problem: 'not a known recording format' });
    expect(readExchange(Buffer.from('{"a": '))).toHaveProperty(
      'problem',
      expect.stringContaining('truncated'),
    );
  });
});

function exchange(recording: unknown) {
  const read = readExchange(Buffer.from(JSON.stringify(recording)));
  if ('problem' in read) throw new Error(read.problem);
  return read;
}
