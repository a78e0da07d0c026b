import { describe, expect, it } from 'vitest';
import { readExchange } from '../../../recordings/reading/read-exchange.js';
import type { Conversation } from './conversation.js';
import { readConversation } from './read-conversation.js';

function conversationIn(request: object, body: unknown, response: object = {}): Conversation {
  const recording = {
    test_id: 'tests/a.py::b',
    request,
    response: { body, is_streaming: false, ...response },
  };
  const exchange = readExchange(Buffer.from(JSON.stringify(recording)));
  if ('problem' in exchange) throw new Error(exchange.problem);
  return readConversation(exchange);
}

const text = (words: string) => ({ kind: 'text', name: '', text: words });
const call = (name: string, given: object) => ({ kind: 'call', name, text: JSON.stringify(given, null, 2) });

describe('a conversation', () => {
  it('of an OpenAI chat has messages, tool calls with arguments, and a finish reason', () => {
    const { prompt, settings, answer, outcome } = conversationIn(
      {
        endpoint: '/v1/chat/completions',
        body: {
          model: 'gpt',
          temperature: 0,
          messages: [
            { role: 'system', content: 'Be brief.' },
            {
              role: 'user',
              content: [
                { type: 'text', text: 'Weather?' },
                { type: 'image_url', image_url: { url: 'x' } },
              ],
            },
            {
              role: 'assistant',
              tool_calls: [{ function: { name: 'weather', arguments: '{"city":"Rome"}' } }],
            },
            { role: 'tool', content: 'sunny' },
          ],
        },
      },
      {
        object: 'chat.completion',
        model: 'gpt-1',
        usage: { prompt_tokens: 3, completion_tokens: 4 },
        choices: [
          { finish_reason: 'stop', message: { role: 'assistant', content: 'Sunny.', refusal: 'No.' } },
        ],
      },
    );
    expect(prompt.map(({ who }) => who)).toEqual(['system', 'user', 'assistant', 'tool']);
    expect(prompt[1]?.parts).toEqual([
      text('Weather?'),
      expect.objectContaining({ kind: 'data', name: 'image_url' }),
    ]);
    expect(prompt[2]?.parts).toEqual([call('weather', { city: 'Rome' })]);
    expect(prompt[3]?.parts).toEqual([{ kind: 'result', name: '', text: 'sunny' }]);
    expect(settings).toEqual([{ name: 'temperature', value: '0' }]);
    expect(answer).toEqual([
      { who: 'assistant', parts: [text('Sunny.'), { kind: 'refusal', name: '', text: 'No.' }] },
    ]);
    expect(outcome).toEqual([
      { name: 'Finish reason', value: 'stop' },
      { name: 'Served model', value: 'gpt-1' },
      { name: 'Tokens', value: 'prompt tokens 3, completion tokens 4' },
    ]);
  });

  it('of several choices numbers them', () => {
    const choices = ['one', 'two'].map((content) => ({ finish_reason: 'stop', message: { content } }));
    const { answer } = conversationIn({ body: { messages: [] } }, { object: 'chat.completion', choices });
    expect(answer.map(({ who }) => who)).toEqual(['choice 1', 'choice 2']);
  });

  it('of an Anthropic message has thinking, tool use and tool results', () => {
    const { prompt, answer, outcome } = conversationIn(
      {
        body: {
          system: 'Be kind.',
          messages: [
            {
              role: 'user',
              content: [{ type: 'tool_result', content: [{ type: 'text', text: '18 degrees' }] }],
            },
          ],
        },
      },
      {
        type: 'message',
        content: [
          { type: 'thinking', thinking: 'Hm.' },
          { type: 'text', text: 'Mild.' },
          { type: 'tool_use', name: 'note', input: { mild: true } },
        ],
        stop_reason: 'tool_use',
      },
    );
    expect(prompt).toEqual([
      { who: 'system', parts: [text('Be kind.')] },
      { who: 'user', parts: [{ kind: 'result', name: '', text: '18 degrees' }] },
    ]);
    expect(answer[0]?.parts).toEqual([
      { kind: 'thinking', name: '', text: 'Hm.' },
      text('Mild.'),
      call('note', { mild: true }),
    ]);
    expect(outcome).toEqual([{ name: 'Finish reason', value: 'tool_use' }]);
  });

  it('of an OpenAI Response has its items', () => {
    const { prompt, answer } = conversationIn(
      {
        body: {
          instructions: 'Be brief.',
          input: [
            { role: 'user', content: 'Hi' },
            { type: 'function_call_output', output: '4' },
          ],
        },
      },
      {
        object: 'response',
        status: 'completed',
        output: [
          { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Greets.' }] },
          { type: 'message', content: [{ type: 'output_text', text: 'Hello' }] },
          { type: 'function_call', name: 'add', arguments: '{"a":2}' },
        ],
      },
    );
    expect(prompt.map(({ who, parts }) => [who, parts[0]?.text])).toEqual([
      ['system', 'Be brief.'],
      ['user', 'Hi'],
      ['user', '4'],
    ]);
    expect(answer[0]?.parts.map(({ kind, text: words }) => [kind, words])).toEqual([
      ['thinking', 'Greets.'],
      ['text', 'Hello'],
      ['call', '{\n  "a": 2\n}'],
    ]);
  });

  it('of Gemini and of Ollama has their parts', () => {
    const gemini = conversationIn(
      { body: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] } },
      {
        candidates: [
          {
            content: {
              parts: [{ text: 'Hm', thought: true }, { functionCall: { name: 'f', args: { a: 1 } } }],
            },
            finishReason: 'STOP',
          },
        ],
      },
    );
    expect(gemini.prompt).toEqual([{ who: 'user', parts: [text('Hi')] }]);
    expect(gemini.answer[0]?.parts).toEqual([
      { kind: 'thinking', name: '', text: 'Hm' },
      call('f', { a: 1 }),
    ]);
    const ollama = conversationIn(
      { body: { prompt: 'Hi' } },
      { response: 'Ho', done: true, done_reason: 'stop' },
    );
    expect([ollama.prompt[0]?.parts, ollama.answer[0]?.parts]).toEqual([[text('Hi')], [text('Ho')]]);
  });

  it('of a Gemini interaction has its outputs or steps, calls, results and status', () => {
    const code = { type: 'code_execution_call', id: 'c', arguments: { code: 'print(1)' } };
    const outputs = conversationIn(
      { endpoint: '/v1beta/interactions' },
      {
        object: 'interaction',
        status: 'requires_action',
        outputs: [
          { type: 'thought', signature: 'x', summary: [{ type: 'text', text: 'Hm.' }] },
          code,
          { type: 'code_execution_result', call_id: 'c', result: '1' },
          { type: 'text', text: 'Sunny.' },
          { type: 'function_call', name: 'weather', arguments: { city: 'Rome' } },
        ],
        usage: { total_tokens: 3 },
      },
    );
    const parts = [
      { kind: 'thinking', name: '', text: 'Hm.' },
      call('code_execution_call', { code: 'print(1)' }),
      { kind: 'result', name: '', text: '1' },
      text('Sunny.'),
      call('weather', { city: 'Rome' }),
    ];
    expect(outputs.answer).toEqual([{ who: 'assistant', parts }]);
    expect(outputs.outcome).toContainEqual({ name: 'Finish reason', value: 'requires_action' });
    expect(outputs.outcome).toContainEqual({ name: 'Tokens', value: 'total tokens 3' });
    const steps = conversationIn(
      {},
      {
        object: 'interaction',
        status: 'completed',
        steps: [{ type: 'model_output', content: [{ type: 'text', text: 'Sunny.' }] }],
      },
    );
    expect(steps.answer).toEqual([{ who: 'assistant', parts: [text('Sunny.')] }]);
  });

  it('of embeddings, model lists, tools and errors has readable data', () => {
    const embedded = conversationIn(
      { endpoint: '/v1/embeddings', body: { input: ['a', 'b'] } },
      { data: [{ index: 0, embedding: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7] }] },
    );
    expect(embedded.prompt).toEqual([{ who: 'user', parts: [text('a'), text('b')] }]);
    expect(embedded.answer[0]?.parts[0]?.text).toBe(
      '0: 7 numbers, 0.1000, 0.2000, 0.3000, 0.4000, 0.5000, 0.6000, …',
    );
    const tool = conversationIn(
      { provider: 'p', tool_name: 'search', kwargs: { query: 'q' } },
      { content: 'found' },
    );
    expect(tool.prompt).toEqual([{ who: 'test', parts: [call('search', { query: 'q' })] }]);
    expect(tool.answer).toEqual([{ who: 'tool', parts: [{ kind: 'result', name: '', text: 'found' }] }]);
    const failed = conversationIn({ body: { messages: [] } }, null, {
      is_exception: true,
      exception_data: { type: 'RateLimitError', message: 'slow down', status_code: 429 },
    });
    expect(failed.answer).toEqual([
      { who: 'error', parts: [{ kind: 'data', name: 'RateLimitError', text: 'slow down' }] },
    ]);
    expect(failed.outcome).toContainEqual({ name: 'HTTP status', value: '429' });
  });

  it('survives a request and an answer of any shape', () => {
    for (const odd of [
      null,
      1,
      'x',
      [],
      [[[1]]],
      { messages: 7 },
      { messages: [null, 3, { content: { a: 1 } }] },
    ]) {
      expect(() => conversationIn({ body: odd }, odd)).not.toThrow();
    }
    const deep = JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`) as unknown;
    expect(conversationIn({ body: { messages: [] } }, deep).answer[0]?.parts[0]?.text).toContain(
      'too deeply',
    );
  });
});
