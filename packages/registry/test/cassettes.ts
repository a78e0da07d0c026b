import { openExchanges } from '../src/recordings/reading/read-exchange.js';
import type { Exchange } from '../src/vocabulary/recording.js';

/** A call in an invented cassette. */
export interface Call {
  method?: string;
  url?: string;
  /** The prompt, or any JSON as the body; null for no body. */
  ask?: string | object | null;
  /** The text of the answer, or any JSON or text as the body. */
  say?: string | object;
  status?: number;
  headers?: Record<string, string>;
  model?: string;
}

export const CHAT = 'https://api.example.com/v1/chat/completions';

/** A cassette of vcrpy, as JSON. */
export function cassetteOf(calls: readonly Call[]): Buffer {
  const interactions = calls.map(
    ({
      method = 'POST',
      url = CHAT,
      ask = 'Hello',
      say = 'Hi',
      status = 200,
      headers = {},
      model = 'm-1',
    }) => ({
      request: {
        method,
        uri: url,
        headers: {},
        body: ask === null ? null : JSON.stringify(requestOf(ask, model)),
      },
      response: {
        status: { code: status, message: '' },
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
        body: { string: typeof say === 'string' ? chatText(say, model) : JSON.stringify(say) },
      },
    }),
  );
  return Buffer.from(JSON.stringify({ interactions, version: 1 }));
}

function requestOf(ask: string | object, model: string): object {
  return typeof ask === 'string' ? { model, messages: [{ role: 'user', content: ask }] } : ask;
}

function chatText(content: string, model: string): string {
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }];
  return JSON.stringify({ object: 'chat.completion', model, choices });
}

/** The exchanges of an invented cassette. */
export function exchangesOf(calls: readonly Call[]): Exchange[] {
  const opened = openExchanges(cassetteOf(calls));
  if ('problem' in opened) throw new Error(opened.problem);
  return opened.exchanges;
}

/** An answer that calls a tool. */
export function callsTool(name: string, given: object): object {
  const call = { id: 'call_1', type: 'function', function: { name, arguments: JSON.stringify(given) } };
  const message = { role: 'assistant', content: null, tool_calls: [call] };
  return { object: 'chat.completion', choices: [{ index: 0, finish_reason: 'tool_calls', message }] };
}
