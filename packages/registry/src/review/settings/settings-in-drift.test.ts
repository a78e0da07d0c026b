import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../store/settings/parse-settings.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import type { DriftSide } from '../differences/drift.js';
import { compareRecordings } from '../drift/compare-recordings.js';

const SIDE: Omit<DriftSide, 'digest' | 'size'> = {
  path: 'tests/recordings/a.json',
  testId: 'tests/test_a.py::test_one',
  model: 'm',
  endpoint: '/v1/chat/completions',
  hash: 'a',
  hashStatus: 'VERIFIED',
  playable: 'YES',
};

interface Call {
  message?: { [key: string]: JsonValue };
  answer?: { [key: string]: JsonValue };
  body?: { [key: string]: JsonValue };
}

function recording({ message = {}, answer = {}, body = {} }: Call) {
  const text = JSON.stringify({
    test_id: SIDE.testId,
    request: {
      method: 'POST',
      url: 'http://x/v1/chat/completions',
      body: { model: 'm', messages: [], ...body },
    },
    response: {
      body: {
        __type__: 'openai.types.chat.chat_completion.ChatCompletion',
        __data__: {
          id: 'c1',
          object: 'chat.completion',
          model: 'm',
          choices: [
            {
              index: 0,
              finish_reason: 'stop',
              message: { role: 'assistant', content: 'Hello.', ...message },
            },
          ],
          ...answer,
        },
      },
      is_streaming: false,
    },
  });
  const bytes = Buffer.from(text);
  return { side: { ...SIDE, digest: text, size: bytes.length }, bytes };
}

function compare(settings: string, before: Call, after: Call) {
  const parsed = parseSettings(settings);
  if ('problems' in parsed) throw new Error(parsed.problems.join());
  const { level, ignored, reasons, requestChange } = compareRecordings(
    recording(before),
    recording(after),
    true,
    parsed.settings,
  );
  return { level, ignored, words: reasons.map((reason) => reason.words), requestChange };
}

const call = (name: string, city: string): Call => ({
  message: {
    content: null,
    tool_calls: [{ id: '1', type: 'function', function: { name, arguments: JSON.stringify({ city }) } }],
  },
});
const IGNORED = 'fields ignored by the settings';

describe('ignoring', () => {
  it.each<[string, string, Call, Call]>([
    [
      'a field',
      'response.choices[].message.reasoning',
      { message: { reasoning: 'a' } },
      { message: { reasoning: 'b' } },
    ],
    ['an added field', 'response.choices[].message.reasoning', {}, { message: { reasoning: 'b' } }],
    [
      'all fields below a path',
      'response.extra',
      { answer: { extra: { a: [1] } } },
      { answer: { extra: { a: [2], b: 3 } } },
    ],
    [
      'a field at any path',
      'response.**.score',
      { answer: { x: [{ score: 1 }] } },
      { answer: { x: [{ score: 2 }] } },
    ],
    ['the text itself', 'response.choices[].message.content', {}, { message: { content: 'Bye.' } }],
    [
      'arguments',
      'response.choices[].message.tool_calls[].function.arguments',
      call('f', 'York'),
      call('f', 'Bath'),
    ],
    ['a field of the request', 'request.body.seed', { body: { seed: 1 } }, { body: { seed: 2 } }],
  ])('makes the difference cosmetic and counts it: %s', (_, place, before, after) => {
    expect(compare('', before, after).level).not.toBe('COSMETIC');
    expect(compare(`ignore: ["${place}"]`, before, after)).toMatchObject({
      level: 'COSMETIC',
      ignored: 1,
      words: [IGNORED],
      requestChange: null,
    });
  });

  it('does not affect other fields', () => {
    const comparison = compare(
      'ignore: ["response.choices[].message.reasoning"]',
      { message: { reasoning: 'a' } },
      { message: { reasoning: 'b', content: 'Bye.' } },
    );
    expect(comparison).toMatchObject({ level: 'CONTENT', ignored: 1 });
    const arguments_ = 'ignore: ["response.choices[].message.tool_calls[].function.arguments"]';
    expect(compare(arguments_, call('f', 'York'), call('g', 'Bath'))).toMatchObject({ level: 'BEHAVIOUR' });
  });

  it('counts nothing when the ignored fields are equal', () => {
    const same = { message: { reasoning: 'a' } };
    const comparison = compare('ignore: ["response.choices[].message.reasoning"]', same, {
      message: { reasoning: 'a', content: 'Bye.' },
    });
    expect(comparison).toMatchObject({ ignored: 0, level: 'CONTENT' });
  });
});

describe('levels', () => {
  it.each<[string, string, Call, Call, string]>([
    [
      'a field lower',
      'response.choices[].message.content: metadata',
      {},
      { message: { content: 'Bye.' } },
      'METADATA',
    ],
    ['a field higher', 'response.model: behaviour', {}, { answer: { model: 'm2' } }, 'BEHAVIOUR'],
    [
      'all fields below a path',
      'response.x: metadata',
      { answer: { x: { y: 1 } } },
      { answer: { x: { y: 2 } } },
      'METADATA',
    ],
    [
      'calls',
      'response.choices[].message.tool_calls[]: content',
      call('f', 'York'),
      call('f', 'Bath'),
      'CONTENT',
    ],
  ])('sets %s', (_, rule, before, after, level) => {
    expect(compare('', before, after).level).not.toBe(level);
    expect(compare(`levels: {"${rule.replace(': ', '": ')}}`, before, after).level).toBe(level);
  });
});
