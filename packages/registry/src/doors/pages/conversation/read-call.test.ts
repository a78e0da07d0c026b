import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentOf, type RecordingContent } from './content-of.js';
import { readCall } from './read-call.js';

interface Recorded {
  method?: string;
  uri: string;
  ask?: unknown;
  status?: number;
  type?: string;
  say?: unknown;
}

const cassetteOf = (...calls: Recorded[]): string =>
  JSON.stringify({
    version: 1,
    interactions: calls.map(({ method = 'POST', uri, ask = null, status = 200, type, say = null }) => ({
      request: { method, uri, body: ask, headers: { authorization: ['secret'] } },
      response: {
        status: { code: status, message: '' },
        headers: type === undefined ? {} : { 'Content-Type': [type] },
        body: { string: say },
      },
    })),
  });

const chat = (content: string) =>
  JSON.stringify({
    object: 'chat.completion',
    model: 'gpt-1-mini',
    choices: [{ finish_reason: 'stop', message: { role: 'assistant', content } }],
  });
const CHAT = {
  uri: 'https://api.example.com/v1/chat/completions',
  ask: JSON.stringify({ model: 'gpt-1', temperature: 0, messages: [{ role: 'user', content: 'Weather?' }] }),
  say: chat('Sunny.'),
};

function callsOf(content: RecordingContent) {
  if (content.exchanges === null) throw new Error(content.problem ?? 'no cassette');
  return content.exchanges.map(readCall);
}
const callOf = (recorded: Recorded) => callsOf(contentOf(Buffer.from(cassetteOf(recorded))))[0]?.conversation;
const data = (text: string) => [{ kind: 'data', name: '', text }];

describe('a call of a cassette', () => {
  it('to a model is a conversation', () => {
    expect(callOf(CHAT)).toEqual({
      prompt: [{ who: 'user', parts: [{ kind: 'text', name: '', text: 'Weather?' }] }],
      settings: [{ name: 'temperature', value: '0' }],
      answer: [{ who: 'assistant', parts: [{ kind: 'text', name: '', text: 'Sunny.' }] }],
      outcome: [
        { name: 'HTTP status', value: '200' },
        { name: 'Finish reason', value: 'stop' },
        { name: 'Served model', value: 'gpt-1-mini' },
      ],
    });
  });

  it.each<[string, Recorded, { prompt?: object[]; answer: object[]; facts: Record<string, string> }]>([
    [
      'a download of text',
      { method: 'GET', uri: 'https://e.com/a.txt', type: 'text/plain', say: 'Hello' },
      { answer: data('Hello'), facts: { 'Content type': 'text/plain', Size: '5 bytes' } },
    ],
    [
      'a page',
      { method: 'GET', uri: 'https://e.com/', type: 'text/html', say: '<b>Hi</b>' },
      { answer: data('<b>Hi</b>'), facts: { 'Content type': 'text/html', Size: '9 bytes' } },
    ],
    [
      'a token request',
      { uri: 'https://e.com/token', ask: 'grant_type=refresh', type: 'application/json', say: '{"a":1}' },
      {
        prompt: data('grant_type=refresh'),
        answer: data('{\n  "a": 1\n}'),
        facts: { 'Content type': 'application/json', Size: '12 bytes' },
      },
    ],
    [
      'a request with JSON of any kind',
      { uri: 'https://e.com/search', ask: '{"query":"cats","limit":3}', say: '[]' },
      {
        prompt: data('{\n  "query": "cats",\n  "limit": 3\n}'),
        answer: data('[]'),
        facts: { Size: '2 bytes' },
      },
    ],
    [
      'an image',
      {
        method: 'GET',
        uri: 'https://e.com/a.png',
        say: { '!!binary': Buffer.alloc(3000, 0xff).toString('base64') },
      },
      { answer: data('(binary data, 2.9 KiB)'), facts: { Size: '2.9 KiB' } },
    ],
    [
      'a failure without a body',
      { method: 'DELETE', uri: 'https://e.com/x', status: 405 },
      { answer: [], facts: { Size: '0 bytes' } },
    ],
  ])('that is %s is shown as it is', (_what, recorded, { prompt = [], answer, facts }) => {
    const read = callOf(recorded);
    expect(read?.prompt.flatMap(({ parts }) => parts)).toEqual(prompt);
    expect(read?.answer.flatMap(({ parts }) => parts)).toEqual(answer);
    expect(Object.fromEntries(read?.outcome.map(({ name, value }) => [name, value]) ?? [])).toEqual({
      'HTTP status': String(recorded.status ?? 200),
      ...facts,
    });
  });

  it('has images in base64 shortened, so that two of one length still differ', () => {
    const image = (mark: string) => `${mark}${'iVBORw0KGgo'.repeat(400)}`;
    const shownOf = (mark: string) => {
      const url = `data:image/png;base64,${image(mark)}`;
      const content = [{ type: 'image_url', image_url: { url } }];
      const ask = JSON.stringify({ model: 'gpt-1', messages: [{ role: 'user', content }] });
      return callOf({ ...CHAT, ask })?.prompt[0]?.parts[0]?.text ?? '';
    };
    expect(shownOf('A')).toMatch(
      /data:image\/png;base64,AiVBOR\S{18}… \(3\.2 KiB in base64, sha256 [0-9a-f]{8}…\)/,
    );
    expect(shownOf('A').length).toBeLessThan(250);
    expect(shownOf('A')).not.toBe(shownOf('B').replace('base64,B', 'base64,A'));
    // The words of a message are never shortened.
    expect(callOf({ ...CHAT, say: chat('x'.repeat(900)) })?.answer[0]?.parts[0]?.text).toBe('x'.repeat(900));
  });
});

describe('the content of a cassette', () => {
  it('is the text of the file, decompressed; YAML stays as it is', () => {
    const yaml =
      'interactions:\n- request: {method: GET, uri: "https://e.com/"}\n  response: {status: {code: 200}}\n';
    expect(contentOf(Buffer.from(yaml)).text).toEqual({ shown: yaml, cut: 0 });
    const packed = contentOf(gzipSync(yaml));
    expect(packed.text).toEqual({ shown: yaml, cut: 0 });
    expect(callsOf(packed).map(({ number, exchange }) => [number, exchange.url])).toEqual([
      [1, 'https://e.com/'],
    ]);
  });

  it('without calls is the file', () => {
    const content = contentOf(Buffer.from('{"version": 1, "interactions": []}'));
    expect(content).toMatchObject({ exchanges: [], problem: null });
    expect(content.conversation.answer.flatMap(({ parts }) => parts)).toEqual(
      data('{"version": 1, "interactions": []}'),
    );
  });

  it('is not parsed when it is large, also after decompression', () => {
    expect(contentOf(gzipSync(cassetteOf(CHAT)), 100)).toMatchObject({ exchanges: null, text: null });
    expect(contentOf(gzipSync(cassetteOf(CHAT)), 100_000).exchanges).toHaveLength(1);
  });

  it('may have 10,000 calls', () => {
    const content = contentOf(Buffer.from(cassetteOf(...Array.from({ length: 10_000 }, () => CHAT))));
    expect(content.exchanges).toHaveLength(10_000);
    expect(content.exchanges?.slice(-1).map(readCall)[0]).toMatchObject({ number: 10_000 });
  });

  it('never throws, whatever the bodies are', () => {
    const body = fc.oneof(
      fc.jsonValue(),
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(fc.string(), fc.string(), body, body, fc.integer(), (method, uri, ask, say, status) => {
        const content = contentOf(Buffer.from(cassetteOf({ method, uri, ask, say, status })));
        expect(callsOf(content)).toHaveLength(1);
      }),
    );
  });
});
