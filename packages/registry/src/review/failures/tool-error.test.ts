import { describe, expect, test } from 'vitest';
import { readExchange } from '../../recordings/reading/read-exchange.js';
import type { Exchange } from '../../vocabulary/recording.js';
import { findToolError } from './tool-error.js';

function exchange(request: object, body: object | string | null): Exchange {
  const read = readExchange(Buffer.from(JSON.stringify({ request, response: { body } })));
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

const ERROR = 'Error: no such city';
const call = (id: string, name: string) => ({ id, type: 'function', function: { name, arguments: '{}' } });

describe('the result of a recorded tool', () => {
  const of = (body: object | string | null) =>
    findToolError(exchange({ provider: 'p', tool_name: 'web_search', kwargs: { query: 'q' } }, body));

  test.each<[string, object | string | null, string]>([
    ['a message', { content: null, error_message: 'no key', error_code: 1 }, 'no key'],
    ['a code', { content: 'gone', error_message: null, error_code: 404 }, 'gone'],
    ['a code only', { content: '', error_code: 'E7' }, 'E7'],
    ['a mark', { content: 'gone', is_error: true }, 'gone'],
    ['a mark of MCP', { content: [{ type: 'text', text: 'gone' }], isError: true }, 'gone'],
    ['an object', { error: { message: 'gone' } }, 'gone'],
    ['its text', { content: ERROR, error_message: null, error_code: null }, ERROR],
    ['text alone', ERROR, ERROR],
    ['parts', { content: [{ type: 'text', text: ERROR }] }, ERROR],
    ['JSON in its text', { content: '{"error": "gone"}' }, 'gone'],
    ['JSON with a status', { content: '{"status": "error", "message": "gone"}' }, 'gone'],
    ['wrapped', { __type__: 't.ToolInvocationResult', __data__: { content: ERROR } }, ERROR],
  ])('is an error by %s', (_, body, message) => {
    expect(of(body)).toEqual({ tool: 'web_search', message });
  });

  test.each<[string, object | string | null]>([
    ['results', { content: '{"query": "errors", "top_k": []}', error_message: null, error_code: null }],
    ['a code of 0', { content: 'done', error_code: 0 }],
    ['a code of 200', { content: 'done', error_code: 200 }],
    ['no mark', { content: 'done', isError: false, error: '' }],
    ['long data that quotes an error', { content: `Results:\n${'a '.repeat(400)}Invalid API key` }],
    ['nothing', null],
  ])('is none with %s', (_, body) => {
    expect(of(body)).toBeNull();
  });
});

describe('a result that the request sends', () => {
  const good = { object: 'chat.completion', choices: [{ message: { content: "I'm unable to" } }] };
  const of = (body: object) =>
    findToolError(exchange({ method: 'POST', url: 'http://x/v1/any', body }, good));

  test.each<[string, object, string | null]>([
    [
      'chat',
      {
        messages: [
          { role: 'assistant', tool_calls: [call('a', 'go'), call('b', 'stop')] },
          { role: 'tool', tool_call_id: 'b', content: ERROR },
        ],
      },
      'stop',
    ],
    [
      'chat with parts',
      { messages: [{ role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: ERROR }] }] },
      null,
    ],
    [
      'chat with a list in a text',
      { messages: [{ role: 'tool', content: JSON.stringify([{ type: 'text', text: ERROR }]) }] },
      null,
    ],
    ['Ollama', { messages: [{ role: 'tool', tool_name: 'go', content: ERROR }] }, 'go'],
    [
      'responses',
      {
        input: [
          { type: 'function_call', call_id: 'c', id: 'fc', name: 'go' },
          { type: 'function_call_output', call_id: 'c', output: ERROR },
        ],
      },
      'go',
    ],
    ['responses with MCP', { input: [{ type: 'mcp_call', name: 'go', error: ERROR, output: null }] }, 'go'],
    [
      'Anthropic',
      {
        messages: [
          { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'go', input: {} }] },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: ERROR }] }],
          },
        ],
      },
      'go',
    ],
    [
      'Anthropic by its mark',
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 't', is_error: true, content: ERROR }],
          },
        ],
      },
      null,
    ],
    [
      'Gemini',
      {
        contents: [
          { role: 'user', parts: [{ functionResponse: { name: 'go', response: { error: ERROR } } }] },
        ],
      },
      'go',
    ],
    [
      'Gemini by its text',
      { contents: [{ parts: [{ function_response: { name: 'go', response: { result: ERROR } } }] }] },
      'go',
    ],
    ['Interactions', { input: [{ type: 'function_result', name: 'go', result: ERROR }] }, 'go'],
    [
      'Bedrock',
      {
        messages: [
          { role: 'assistant', content: [{ toolUse: { toolUseId: 't', name: 'go' } }] },
          {
            role: 'user',
            content: [{ toolResult: { toolUseId: 't', status: 'error', content: [{ text: ERROR }] } }],
          },
        ],
      },
      'go',
    ],
  ])('is an error in the format of %s', (_, body, tool) => {
    expect(of(body)).toEqual({ tool, message: ERROR });
  });

  test('is the last error, to which the model answers', () => {
    const result = (id: string, content: string) => ({ role: 'tool', tool_call_id: id, content });
    const calls = { role: 'assistant', tool_calls: [call('a', 'go'), call('b', 'stop')] };
    const messages = [calls, result('a', 'Error: one'), result('b', 'Error: two'), result('a', 'sunny')];
    expect(of({ messages })).toEqual({ tool: 'stop', message: 'Error: two' });
  });

  test.each<[string, object]>([
    ['a good result', { messages: [{ role: 'tool', content: 'It is raining.' }] }],
    ['the text of a person', { messages: [{ role: 'user', content: ERROR }] }],
    ['the text of the model', { messages: [{ role: 'assistant', content: ERROR }] }],
    ['a number', { input: [{ type: 'function_call_output', output: 7 }] }],
  ])('is none with %s', (_, body) => {
    expect(of(body)).toBeNull();
  });
});

describe('a tool that the provider runs', () => {
  const of = (body: object) =>
    findToolError(exchange({ method: 'POST', url: 'http://x/v1/any', body: {} }, body));
  const response = (...output: object[]) => ({ object: 'response', status: 'completed', output });
  const message = (...content: object[]) => ({ type: 'message', role: 'assistant', content });
  const gemini = (...parts: object[]) => ({ candidates: [{ content: { parts } }] });

  test.each<[string, object, string | null, string]>([
    ['an MCP call', response({ type: 'mcp_call', name: 'go', error: 'boom', output: null }), 'go', 'boom'],
    [
      'an MCP call with an object',
      response({ type: 'mcp_call', name: 'go', error: { message: 'boom' } }),
      'go',
      'boom',
    ],
    [
      'the text of an MCP call',
      response({ type: 'mcp_call', name: 'go', error: null, output: ERROR }),
      'go',
      ERROR,
    ],
    ['an MCP list', response({ type: 'mcp_list_tools', error: 'boom', tools: [] }), 'mcp_list_tools', 'boom'],
    ['a search', response({ type: 'web_search_call', status: 'failed' }), 'web_search', ''],
    [
      'a search of Anthropic',
      message({
        type: 'web_search_tool_result',
        content: { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' },
      }),
      'web_search',
      'max_uses_exceeded',
    ],
    [
      'MCP of Anthropic',
      message({ type: 'mcp_tool_result', is_error: true, content: [{ type: 'text', text: 'boom' }] }),
      null,
      'boom',
    ],
    [
      'code of Gemini',
      gemini({ codeExecutionResult: { outcome: 'OUTCOME_FAILED', output: 'NameError' } }),
      'code_execution',
      'NameError',
    ],
  ])('fails in %s', (_, body, tool, text) => {
    expect(of(body)).toEqual({ tool, message: text });
  });

  test.each<[string, object]>([
    ['a search', response({ type: 'web_search_call', status: 'completed' })],
    [
      'a search that quotes an error',
      response({ type: 'file_search_call', status: 'completed', results: [{ text: ERROR }] }),
    ],
    ['an MCP call', response({ type: 'mcp_call', name: 'go', error: null, output: 'sunny' })],
    [
      'a search of Anthropic',
      message({ type: 'web_search_tool_result', content: [{ type: 'web_search_result' }] }),
    ],
    ['code of Gemini', gemini({ codeExecutionResult: { outcome: 'OUTCOME_OK', output: 'Error: printed' } })],
  ])('succeeds in %s', (_, body) => {
    expect(of(body)).toBeNull();
  });
});
