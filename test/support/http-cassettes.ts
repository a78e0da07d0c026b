import { dump } from 'js-yaml';

/** A call of any kind in a cassette. */
export interface HttpCall {
  method?: string;
  url: string;
  /** The body of the request: JSON unless it is a text. */
  ask?: unknown;
  status?: number;
  headers?: Record<string, string>;
  /** The body of the response: JSON unless it is a text or bytes. */
  say?: unknown;
}

/** A cassette as vcrpy writes it, with any calls. */
export function httpCassette(...calls: HttpCall[]): string {
  const bodyOf = (value: unknown) =>
    value === undefined || typeof value === 'string' || value instanceof Uint8Array
      ? (value ?? null)
      : JSON.stringify(value);
  const interactions = calls.map(({ method = 'POST', url, ask, status = 200, headers = {}, say }) => ({
    request: { method, uri: url, body: bodyOf(ask), headers: { 'x-recorded': ['hidden-header'] } },
    response: {
      status: { code: status, message: '' },
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      body: { string: bodyOf(say) },
    },
  }));
  return dump({ interactions, version: 1 }, { lineWidth: -1, noRefs: true });
}

interface Message {
  role: string;
  content: string;
}

/** A call of a chat API that answers with a text. */
export function chatCall(messages: Message[], say: string, more: Partial<HttpCall> = {}): HttpCall {
  return {
    url: 'https://api.openai.example/v1/chat/completions',
    ask: { model: 'gpt-4o', messages },
    headers: { 'content-type': 'application/json', date: 'Mon, 05 Jan 2026 09:00:00 GMT' },
    say: {
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: say } }],
    },
    ...more,
  };
}

/** A call of a chat API that answers with a tool call. */
export function toolCall(messages: Message[], tool: string, given: object): HttpCall {
  const call = { id: 'call-1', type: 'function', function: { name: tool, arguments: JSON.stringify(given) } };
  const message = { role: 'assistant', content: null, tool_calls: [call] };
  const choices = [{ index: 0, finish_reason: 'tool_calls', message }];
  return chatCall(messages, '', { say: { object: 'chat.completion', choices } });
}

/** A call of the Messages API. */
export function messagesCall(ask: string, say: string): HttpCall {
  return {
    url: 'https://api.anthropic.example/v1/messages?beta=true',
    ask: { model: 'claude-4', max_tokens: 100, messages: [{ role: 'user', content: ask }] },
    headers: { 'content-type': 'application/json' },
    say: {
      type: 'message',
      role: 'assistant',
      model: 'claude-4',
      content: [{ type: 'text', text: say }],
      stop_reason: 'end_turn',
    },
  };
}
