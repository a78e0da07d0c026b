import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readExchange } from '../../recordings/reading/read-exchange.js';
import type { Failure } from '../../vocabulary/failure.js';
import type { Exchange } from '../../vocabulary/recording.js';
import { compareFailures, findFailure, findFailures } from './find-failure.js';

/** A recording of a POST, as an exchange. */
function exchange(
  endpoint: string,
  response: object,
  body: object = { messages: [{ role: 'user' }] },
): Exchange {
  const request = { method: 'POST', url: `http://x${endpoint}`, headers: {}, body, endpoint };
  const read = readExchange(Buffer.from(JSON.stringify({ request, response })));
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

const CHAT = '/v1/chat/completions';
const RESPONSES = '/v1/responses';
const MESSAGES = '/v1/messages';
const GEMINI = '/v1beta/models/g:generateContent';
const INTERACTIONS = '/v1beta/interactions';

const chat = (message: object, finish: string | null = 'stop') => ({
  object: 'chat.completion',
  choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', content: null, ...message } }],
});
const chunk = (delta: object, finish: string | null = null) => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const response = (output: object[], fields: object = { status: 'completed' }) => ({
  object: 'response',
  error: null,
  ...fields,
  output,
});
const message = (content: object[], stop = 'end_turn') => ({
  type: 'message',
  role: 'assistant',
  content,
  stop_reason: stop,
});
const gemini = (parts: object[], finishReason = 'STOP') => ({
  candidates: [{ content: { role: 'model', parts }, finishReason }],
  usageMetadata: { totalTokenCount: 5 },
});
const said = (text: string) => ({ type: 'message', content: [{ type: 'output_text', text }] });

type Row = [
  name: string,
  endpoint: string,
  response: object,
  failure: Partial<Failure> | null,
  request?: object,
];

describe('errors', () => {
  test.each<Row>([
    [
      'a status',
      CHAT,
      { status: 404, body: { error: { message: 'no such model' } } },
      { status: 404, text: 'no such model' },
    ],
    [
      'a text',
      CHAT,
      { status: 500, body: 'Internal Server Error' },
      { status: 500, text: 'Internal Server Error' },
    ],
    [
      'a page',
      CHAT,
      { status: 502, body: '<html><title>502 Bad Gateway</title></html>' },
      { text: '502 Bad Gateway' },
    ],
    ['nothing', CHAT, { status: 503, body: null }, { status: 503, text: '' }],
    [
      'a list of problems',
      CHAT,
      { status: 422, body: { detail: [{ msg: 'Field required' }] } },
      { text: 'Field required' },
    ],
    [
      'an exception with its body',
      CHAT,
      {
        body: null,
        is_exception: true,
        exception_data: {
          type: 'BadRequestError',
          message: 'Error code: 400 - {…}',
          status_code: 400,
          body: { message: 'too long' },
        },
      },
      { status: 400, text: 'too long' },
    ],
    [
      'an exception that quotes the body',
      CHAT,
      {
        body: null,
        is_exception: true,
        exception_message: "Error code: 400 - {'error': {'message': \"can't do\", 'code': 1}}",
      },
      { status: null, text: "can't do" },
    ],
    [
      'an object without a status',
      CHAT,
      { body: { error: { message: 'overloaded', code: 529 } } },
      { status: 529, text: 'overloaded' },
    ],
    [
      'a status of 200',
      CHAT,
      { status: 200, body: { error: { message: 'no credit' } } },
      { status: null, text: 'no credit' },
    ],
    [
      'a chunk',
      CHAT,
      { body: [chunk({ content: 'Hel' }), { error: { message: 'lost', code: 502 } }] },
      { status: 502, text: 'lost' },
    ],
    ['a finish reason', CHAT, { body: chat({ content: 'x' }, 'error') }, { text: 'finish reason: error' }],
    [
      'an object of vLLM',
      CHAT,
      { body: { object: 'error', message: 'not found', code: 404 } },
      { status: 404, text: 'not found' },
    ],
    [
      'a failed response',
      RESPONSES,
      { body: response([], { status: 'failed', error: { code: 'server_error', message: 'sorry' } }) },
      { text: 'sorry' },
    ],
    [
      'a failed response without a message',
      RESPONSES,
      { body: response([], { status: 'failed' }) },
      { text: 'status: failed' },
    ],
    [
      'an event of a response',
      RESPONSES,
      {
        body: [
          { type: 'response.created', response: { object: 'response' } },
          { type: 'error', message: 'broken' },
        ],
      },
      { text: 'broken' },
    ],
    [
      'an object of Anthropic',
      MESSAGES,
      { body: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } },
      { text: 'Overloaded' },
    ],
    [
      'an event of Anthropic',
      MESSAGES,
      {
        body: [
          'event: message_start',
          'data: {"type":"message_start","message":{}}',
          '',
          'event: error',
          'data: {"type":"error","error":{"message":"Overloaded"}}',
          '',
        ],
      },
      { text: 'Overloaded' },
    ],
    [
      'a blocked prompt',
      GEMINI,
      { body: { promptFeedback: { blockReason: 'SAFETY' } } },
      { text: 'prompt blocked: SAFETY' },
    ],
    [
      'a malformed call',
      GEMINI,
      { body: gemini([], 'MALFORMED_FUNCTION_CALL') },
      { text: 'finish reason: MALFORMED_FUNCTION_CALL' },
    ],
    [
      'a list',
      GEMINI,
      { body: [{ error: { code: 400, message: 'bad argument', status: 'INVALID' } }] },
      { status: 400, text: 'bad argument' },
    ],
    [
      'an interaction',
      INTERACTIONS,
      { status: 200, body: { object: 'interaction', status: 'failed', outputs: [] } },
      { text: 'status: failed' },
    ],
    [
      'an interaction with steps',
      INTERACTIONS,
      { body: { status: 'failed', steps: [], error: { message: 'sorry' } } },
      { text: 'sorry' },
    ],
    [
      'an event of an interaction',
      INTERACTIONS,
      {
        body: ['event: error', 'data: {"error":{"message":"internal","code":500},"event_type":"error"}', ''],
      },
      { status: 500, text: 'internal' },
    ],
    [
      'an object of Ollama',
      '/api/chat',
      { body: { error: "model 'x' not found" } },
      { text: "model 'x' not found" },
    ],
    [
      'embeddings',
      '/v1/embeddings',
      { body: { error: { message: 'too many inputs' } } },
      { text: 'too many inputs' },
    ],
    ['a model list', '/v1/models', { body: { error: 'no key' } }, { text: 'no key' }],
    ['a text of JSON', '/v1/x', { body: '{"error": {"message": "no"}}' }, { text: 'no' }],
    [
      'a success of false',
      '/v1/x',
      { body: { success: false, errors: [{ message: 'no account' }] } },
      { text: 'no account' },
    ],
    ['a detail', '/v1/x', { body: { detail: 'Not Found' } }, { text: 'Not Found' }],
  ])('%s', (_, endpoint, recorded, failure) => {
    expect(findFailure(exchange(endpoint, recorded))).toMatchObject({
      kind: 'ERROR',
      tool: null,
      ...failure,
    });
  });

  test.each<[string, string, object]>([
    ['a field of null', CHAT, { body: { ...chat({ content: 'x' }), error: null } }],
    ['an object of nulls', '/v1/jobs', { body: { id: 'j', error: { code: null, message: null } } }],
    ['an empty text', '/v1/x', { body: { id: 'j', error: '' } }],
    ['a job that failed', '/v1/batches', { body: { object: 'batch', status: 'failed' } }],
    ['a cancelled response', RESPONSES, { body: response([], { status: 'cancelled' }) }],
    ['a text about errors', CHAT, { body: chat({ content: 'Error: that is what the log says' }) }],
    [
      'a score below a threshold',
      GEMINI,
      { body: { ...gemini([{ text: 'x' }]), promptFeedback: { safetyRatings: [] } } },
    ],
  ])('not %s', (_, endpoint, recorded) => {
    expect(findFailure(exchange(endpoint, recorded))).toBeNull();
  });
});

describe('cut-off answers', () => {
  test.each<[string, string, object, string]>([
    ['chat', CHAT, { body: chat({ content: 'Once' }, 'length') }, 'length'],
    ['chat without text', CHAT, { body: chat({ reasoning: 'hm' }, 'length') }, 'length'],
    ['chat stream', CHAT, { body: [chunk({ content: 'Once' }), chunk({}, 'length')] }, 'length'],
    ['chat filter', CHAT, { body: chat({ content: 'Once' }, 'content_filter') }, 'content_filter'],
    [
      'completion',
      '/v1/completions',
      { body: { object: 'text_completion', choices: [{ text: 'a', finish_reason: 'length' }] } },
      'length',
    ],
    [
      'response',
      RESPONSES,
      {
        body: response([said('Once')], {
          status: 'incomplete',
          incomplete_details: { reason: 'max_output_tokens' },
        }),
      },
      'max_output_tokens',
    ],
    ['message', MESSAGES, { body: message([{ type: 'text', text: 'Once' }], 'max_tokens') }, 'max_tokens'],
    [
      'message stream',
      MESSAGES,
      {
        body: [
          { type: 'message_start', message: { type: 'message' } },
          { type: 'message_delta', delta: { stop_reason: 'max_tokens' } },
        ],
      },
      'max_tokens',
    ],
    ['gemini', GEMINI, { body: gemini([{ text: 'Once' }], 'MAX_TOKENS') }, 'MAX_TOKENS'],
    [
      'gemini stream',
      GEMINI,
      { body: [gemini([{ text: 'On' }], ''), gemini([{ text: 'ce' }], 'SAFETY')] },
      'SAFETY',
    ],
    [
      'ollama',
      '/api/chat',
      { body: { message: { content: 'Once' }, done: true, done_reason: 'length' } },
      'length',
    ],
    [
      'interaction',
      INTERACTIONS,
      { body: { object: 'interaction', status: 'incomplete', outputs: [{ type: 'text', text: 'x' }] } },
      'incomplete',
    ],
    ['unknown', '/model/m/converse', { body: { output: {}, stopReason: 'max_tokens' } }, 'max_tokens'],
  ])('%s', (_, endpoint, recorded, text) => {
    expect(findFailures(exchange(endpoint, recorded))).toEqual([
      { kind: 'CUT_OFF', status: null, tool: null, text },
    ]);
  });
});

describe('empty answers', () => {
  test.each<[string, string, object, string, object?]>([
    ['chat', CHAT, { body: chat({ content: ' \n' }) }, ''],
    ['chat without choices', CHAT, { body: { object: 'chat.completion', choices: [] } }, ''],
    [
      'chat with empty parts',
      CHAT,
      { body: chat({ content: [{ type: 'text', text: '' }], tool_calls: [] }) },
      '',
    ],
    [
      'chat that only reasons',
      CHAT,
      { body: chat({ content: '', reasoning_content: 'hm' }) },
      'only reasoning',
    ],
    ['chat stream', CHAT, { body: [chunk({ role: 'assistant', content: '' }), chunk({}, 'stop')] }, ''],
    ['chat stream without chunks', CHAT, { body: [], is_streaming: true }, ''],
    ['completion', '/v1/completions', { body: { object: 'text_completion', choices: [{ text: '' }] } }, ''],
    ['response', RESPONSES, { body: response([]) }, ''],
    [
      'response that only reasons',
      RESPONSES,
      { body: response([{ type: 'reasoning', summary: [] }, said('')]) },
      'only reasoning',
    ],
    [
      'response that only lists tools',
      RESPONSES,
      { body: response([{ type: 'mcp_list_tools', tools: [] }]) },
      '',
    ],
    ['message', MESSAGES, { body: message([]) }, ''],
    [
      'message that only thinks',
      MESSAGES,
      { body: message([{ type: 'thinking', thinking: 'hm', signature: 's' }]) },
      'only reasoning',
    ],
    ['gemini', GEMINI, { body: gemini([]) }, ''],
    ['gemini without a candidate', GEMINI, { body: { usageMetadata: {}, modelVersion: 'g' } }, ''],
    ['gemini that only thinks', GEMINI, { body: gemini([{ text: 'hm', thought: true }]) }, 'only reasoning'],
    ['ollama chat', '/api/chat', { body: { message: { role: 'assistant', content: '' }, done: true } }, ''],
    [
      'ollama that only thinks',
      '/api/generate',
      { body: { response: '', thinking: 'hm', done: true } },
      'only reasoning',
      { prompt: 'Hi' },
    ],
    [
      'interaction',
      INTERACTIONS,
      {
        body: { object: 'interaction', status: 'completed', outputs: [{ type: 'thought', signature: 's' }] },
      },
      'only reasoning',
    ],
    [
      'embeddings',
      '/v1/embeddings',
      { body: { object: 'list', data: [] } },
      'no embeddings',
      { input: ['a'] },
    ],
    [
      'embedding of zeros',
      '/v1/embeddings',
      { body: { data: [{ embedding: [0, 0, -0] }] } },
      'an embedding of zeros',
    ],
    [
      'embedding of zeros as text',
      '/v1/embeddings',
      { body: { data: [{ embedding: 'AAAAAAAAAAA=' }] } },
      'an embedding of zeros',
    ],
    [
      'one embedding of zeros',
      '/api/embed',
      {
        body: {
          embeddings: [
            [1, 2],
            [0, 0],
          ],
        },
      },
      'an embedding of zeros',
    ],
    ['model list', '/v1/models', { body: [] }, 'no models'],
    ['ollama model list', '/api/tags', { body: { models: [] } }, 'no models'],
    ['moderation', '/v1/moderations', { body: { results: [] } }, ''],
    ['transcription', '/v1/audio/transcriptions', { body: { text: '' } }, ''],
    ['converse', '/model/m/converse', { body: { output: { message: { content: [] } } } }, ''],
    [
      'converse with reasoning',
      '/model/m/converse',
      { body: { output: { message: { content: [{ reasoningContent: {} }, { text: ' ' }] } } } },
      'only reasoning',
    ],
    [
      'Cohere',
      '/v2/chat',
      { body: { finish_reason: 'COMPLETE', message: { content: [{ type: 'text', text: '' }] } } },
      '',
    ],
    [
      'Cohere with a plan',
      '/v2/chat',
      { body: { finish_reason: 'COMPLETE', message: { tool_plan: 'hm' } } },
      'only reasoning',
    ],
    ['Cohere, version 1', '/v1/chat', { body: { text: '', generation_id: 'g' } }, ''],
    ['Titan', '/model/m/invoke', { body: { results: [{ outputText: ' ' }] } }, ''],
    ['AI SDK', '/v1/ai/language-model', { body: { content: [], finishReason: 'stop' } }, ''],
    ['nothing at all', '/v1/x', { body: null }, ''],
  ])('%s', (_, endpoint, recorded, text, request) => {
    expect(findFailures(exchange(endpoint, recorded, request))).toEqual([
      { kind: 'EMPTY', status: null, tool: null, text },
    ]);
  });

  test.each<[string, string, object, object?]>([
    ['a call', CHAT, { body: chat({ tool_calls: [{ id: 'c', function: { name: 'f', arguments: '{}' } }] }) }],
    ['an old call', CHAT, { body: chat({ function_call: { name: 'f', arguments: '{}' } }) }],
    ['a refusal', CHAT, { body: chat({ refusal: 'I cannot' }) }],
    ['audio', CHAT, { body: chat({ audio: { id: 'a', data: 'UklG' } }) }],
    ['an image', CHAT, { body: chat({ content: [{ type: 'image_url', image_url: { url: 'data:' } }] }) }],
    [
      'one of two choices',
      CHAT,
      { body: { object: 'chat.completion', choices: [{ message: {} }, { message: { content: 'x' } }] } },
    ],
    [
      'a call of a response',
      RESPONSES,
      { body: response([{ type: 'function_call', name: 'f', arguments: '{}' }]) },
    ],
    [
      'an image of a response',
      RESPONSES,
      { body: response([{ type: 'image_generation_call', result: 'iVBO' }]) },
    ],
    [
      'a refusal of a response',
      RESPONSES,
      { body: response([{ type: 'message', content: [{ type: 'refusal', refusal: 'no' }] }]) },
    ],
    ['a response that runs', RESPONSES, { body: response([], { status: 'queued' }) }],
    ['a deleted response', RESPONSES, { body: { id: 'r', object: 'response', deleted: true } }],
    [
      'a call of a message',
      MESSAGES,
      { body: message([{ type: 'tool_use', name: 'f', input: {} }], 'tool_use') },
    ],
    ['a refused message', MESSAGES, { body: message([], 'refusal') }],
    ['a call of Gemini', GEMINI, { body: gemini([{ functionCall: { name: 'f', args: {} } }]) }],
    ['data of Gemini', GEMINI, { body: gemini([{ inlineData: { data: 'iVBO' } }]) }],
    ['cached content', '/v1beta/cachedContents', { body: { name: 'c', model: 'g', usageMetadata: {} } }],
    [
      'a call of an interaction',
      INTERACTIONS,
      { body: { object: 'interaction', status: 'requires_action', outputs: [] } },
    ],
    [
      'a call of Ollama',
      '/api/chat',
      { body: { message: { content: '', tool_calls: [{ function: { name: 'f' } }] }, done: true } },
    ],
    [
      'a loaded model',
      '/api/generate',
      { body: { response: '', done: true, done_reason: 'load' } },
      { model: 'm' },
    ],
    ['a loaded model of old Ollama', '/api/generate', { body: { response: '', done: true } }, { model: 'm' }],
    ['no running model', '/api/ps', { body: { models: [] } }],
    ['no input', '/v1/embeddings', { body: { object: 'list', data: [] } }, { input: [] }],
    ['no content by status', '/v1/x', { status: 204, body: null }],
    [
      'a call of Converse',
      '/model/m/converse',
      { body: { output: { message: { content: [{ toolUse: { name: 'f', input: {} } }] } } } },
    ],
    [
      'a call of Cohere',
      '/v2/chat',
      { body: { finish_reason: 'TOOL_CALL', message: { tool_plan: 'hm', tool_calls: [{ id: 'c' }] } } },
    ],
    ['a call of Cohere, version 1', '/v1/chat', { body: { text: '', generation_id: 'g', tool_calls: [{}] } }],
    ['a text of Titan', '/model/m/invoke', { body: { results: [{ outputText: 'a' }] } }],
    [
      'a call of the AI SDK',
      '/v1/ai/language-model',
      { body: { content: [{ type: 'tool-call', toolName: 'f', input: '{}' }], finishReason: 'tool-calls' } },
    ],
  ])('not %s', (_, endpoint, recorded, request) => {
    expect(findFailures(exchange(endpoint, recorded, request))).toEqual([]);
  });
});

test.each<[object | string | null, boolean]>([
  [null, true],
  ['', true],
  [{ content: null, error_message: null, error_code: null, metadata: null }, true],
  [{ content: [], metadata: null }, true],
  [{ content: 'done' }, false],
  [{ content: null, metadata: { rows: 2 } }, false],
  [[], true],
  [7, false],
] as never)('a tool that returns %j', (body, isEmpty) => {
  const request = { provider: 'p', tool_name: 'go', kwargs: {} };
  const read = readExchange(Buffer.from(JSON.stringify({ request, response: { body } })));
  const found = 'problem' in read ? null : findFailures(read);
  expect(found?.map(({ kind }) => kind)).toEqual(isEmpty ? ['EMPTY'] : []);
});

describe('any recording', () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  /** Objects with the fields that the rules read, with any value. */
  const fields = fc.constantFrom(
    ...[
      'object',
      'type',
      'choices',
      'message',
      'content',
      'candidates',
      'parts',
      'output',
      'outputs',
      'error',
      'data',
    ],
    ...[
      'status',
      'tool_calls',
      'function',
      'finish_reason',
      'embedding',
      'models',
      'done',
      'input',
      'messages',
      'role',
    ],
  );
  const lookalike = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('response', 'message', 'error', 'tool', 'interaction', 'assistant', '', null, 0, true),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fields, tie('value'), { maxKeys: 5 }),
    ),
  })).value;

  it('is judged without an exception', () => {
    const endpoint = fc.constantFrom(CHAT, RESPONSES, '/v1/embeddings', '/v1/models', '/api/chat', '/v1/x');
    fc.assert(
      fc.property(endpoint, fc.oneof(json, lookalike), fc.oneof(json, lookalike), (to, body, request) => {
        const judged = findFailures(exchange(to, { body }, { messages: request, input: request }));
        for (const { text } of judged) expect(text.length).toBeLessThanOrEqual(200);
      }),
    );
  });

  it('with a good answer is no failure, whatever the answer says', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => value.trim() !== '');
    const sentence = fc.oneof(
      text,
      fc.constantFrom('Error: 500', 'Pass an API key', '{"error": "x"}', 'null', '{}'),
    );
    fc.assert(
      fc.property(sentence, (content) => {
        const asked = { messages: [{ role: 'user', content }], input: content, prompt: content };
        const good: [string, object][] = [
          [CHAT, chat({ content })],
          [
            '/v1/completions',
            { object: 'text_completion', choices: [{ text: content, finish_reason: 'stop' }] },
          ],
          [RESPONSES, response([said(content)])],
          [MESSAGES, message([{ type: 'text', text: content }])],
          [GEMINI, gemini([{ text: content }])],
          ['/api/generate', { response: content, done: true, done_reason: 'stop' }],
          ['/v1/embeddings', { data: [{ embedding: [0.1, 0] }] }],
          ['/v1/models', { data: [{ id: content, object: 'model' }] }],
        ];
        for (const [endpoint, body] of good)
          expect(findFailures(exchange(endpoint, { body }, asked))).toEqual([]);
      }),
    );
  });
});

describe('the failures of two recordings', () => {
  const failed = (text: string) => exchange(CHAT, { status: 400, body: { error: { message: text } } });
  const toolFailed = (answer: object, finish = 'stop') =>
    exchange(
      CHAT,
      { body: chat(answer, finish) },
      { messages: [{ role: 'tool', content: 'Error: no key' }] },
    );

  it('are the same but for generated ids, times and numbers', () => {
    const before = failed('Request req_011CQxyz789abcdefGH1 at 2025-01-01T10:00:00Z used 900 tokens');
    const after = failed('Request req_099ZZxyz123abcdefGH9 at 2026-02-02T11:11:11Z used 812 tokens');
    expect(compareFailures(before, after)).toMatchObject({ failure: { kind: 'ERROR' }, failedBefore: true });
    expect(compareFailures(before, failed('no such model'))).toMatchObject({ failedBefore: false });
    expect(compareFailures(before, exchange(CHAT, { body: chat({ content: 'x' }) }))).toEqual({
      failure: null,
      failedBefore: false,
    });
  });

  it('are led by the new one', () => {
    const good = toolFailed({ content: 'I cannot look that up' });
    expect(compareFailures(good, toolFailed({ content: '' }))).toMatchObject({
      failure: { kind: 'EMPTY' },
      failedBefore: false,
    });
    expect(compareFailures(good, good)).toMatchObject({
      failure: { kind: 'TOOL_ERROR' },
      failedBefore: true,
    });
  });
});
