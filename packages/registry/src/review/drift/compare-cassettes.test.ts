import { describe, expect, it } from 'vitest';
import { type Call, callsTool, cassetteOf } from '../../../test/cassettes.js';
import { compareFiles } from '../../../test/compare-files.js';

const compare = (before: readonly Call[], after: readonly Call[]) =>
  compareFiles(cassetteOf(before), cassetteOf(after));

const ROME: Call = { ask: 'Capital of Italy?', say: 'It is Rome.' };
const OSLO: Call = { ask: 'Capital of Norway?', say: 'It is Oslo.' };
const NAME = '`POST api.example.com/v1/chat/completions`';
const get = (say: object, path = 'items'): Call => ({
  method: 'GET',
  url: `https://web.example.com/${path}`,
  ask: null,
  say,
});

/** A conversation of two calls: the second request quotes the first answer. */
function conversation(city: string, result: string): Call[] {
  const question = { role: 'user', content: 'Where is it warm?' };
  const [answer] = (callsTool('weather', { city }) as { choices: { message: object }[] }).choices;
  return [
    { ask: { model: 'm-1', messages: [question] }, say: callsTool('weather', { city }) },
    {
      ask: {
        model: 'm-1',
        messages: [question, answer?.message, { role: 'tool', tool_call_id: 'call_1', content: result }],
      },
      say: 'It is warm there.',
    },
  ];
}

describe('levels of a cassette', () => {
  it.each<[string, Call[], Call[], string, string[]]>([
    [
      'another answer',
      [ROME, OSLO],
      [ROME, { ...OSLO, say: 'It is Bergen.' }],
      'CONTENT',
      ['answer: `Oslo` → `Bergen`'],
    ],
    ['a call more', [ROME], [ROME, OSLO], 'BEHAVIOUR', [`1 more call of ${NAME}`]],
    ['calls fewer', [ROME, OSLO, ROME], [OSLO], 'BEHAVIOUR', [`2 fewer calls of ${NAME}`]],
    [
      'an order in which the test gets other answers',
      [ROME, OSLO],
      [OSLO, ROME],
      'BEHAVIOUR',
      [`order of the responses to ${NAME} changed`],
    ],
    [
      'an order of equal answers',
      [ROME, { ...OSLO, say: 'It is Rome.' }],
      [{ ...OSLO, say: 'It is Rome.' }, ROME],
      'COSMETIC',
      [`order of equal responses to ${NAME}`],
    ],
    [
      'an order of calls that no recorder confuses',
      [ROME, get({ a: 1 })],
      [get({ a: 1 }), ROME],
      'COSMETIC',
      ['order of different calls in the file'],
    ],
    [
      'a model in the URL',
      [{ ...ROME, url: 'https://g.example.com/models/a:run' }],
      [{ ...ROME, url: 'https://g.example.com/models/b:run' }],
      'METADATA',
      ['model in the URL `a` → `b`'],
    ],
    [
      'another host',
      [{ ...ROME, url: 'https://a.example.com/v1/chat' }],
      [{ ...ROME, url: 'https://b.example.com/v1/chat' }],
      'BEHAVIOUR',
      ['request goes to `POST b.example.com/v1/chat` instead of `POST a.example.com/v1/chat`'],
    ],
    [
      'a new access token',
      [get({ access_token: 'one-two-three', expires_in: 3599, token_type: 'Bearer' })],
      [get({ access_token: 'four-five-six', expires_in: 3580, token_type: 'Bearer' })],
      'COSMETIC',
      ['access tokens'],
    ],
    [
      'a field of an unknown API',
      [get({ items: [{ name: 'a' }] })],
      [get({ items: [{ name: 'a', region: 'eu' }] })],
      'CONTENT',
      ['`items[0].region` added: `eu`'],
    ],
  ])('%s', (_, before, after, level, words) => {
    const comparison = compare(before, after);
    expect(comparison.level).toBe(level);
    expect(
      comparison.reasons.filter((reason) => reason.level === level).map((reason) => reason.words),
    ).toEqual(words);
  });

  it('has no level for a request that differs, other than that of the answer', () => {
    const comparison = compare([ROME, OSLO], [ROME, { ...OSLO, ask: 'Capital of cold Norway?' }]);
    expect(comparison).toMatchObject({ level: 'COSMETIC', unplayable: false, reasons: [] });
    expect(comparison.requestChange?.words).toEqual(['prompt reworded']);
    expect(comparison.exchanges).toMatchObject([
      {
        kind: 'CHANGED',
        level: 'COSMETIC',
        after: { position: 1 },
        summary: 'request: prompt reworded; the same answer',
      },
    ]);
  });

  it('does not repeat in the request what an earlier answer changed', () => {
    const comparison = compare(conversation('Rome', '30 degrees'), conversation('Cairo', '30 degrees'));
    expect(comparison.requestChange).toBeNull();
    expect(comparison.reasons.map(({ words }) => words)).toEqual([
      'calls `weather` with `city: "Cairo"` instead of `"Rome"`',
      'earlier answers quoted in the requests',
    ]);
  });

  it('shows the result of a tool that differs', () => {
    const comparison = compare(conversation('Rome', '30 degrees'), conversation('Rome', '31 degrees'));
    expect(comparison.requestChange?.words).toEqual(['tool result reworded']);
  });
});

describe('exchanges of a cassette', () => {
  it('lists those that differ, the highest level first, then in the order of the file', () => {
    const before = [ROME, OSLO, get({ a: 1 }), get({ b: 1 }, 'other')];
    const after = [
      { ...ROME, say: 'It is old Rome.' },
      { ...OSLO, say: callsTool('map', {}) },
      get({ a: 1 }),
      get({ b: 2 }, 'other'),
    ];
    const { exchanges } = compare(before, after);
    expect(exchanges.map(({ kind, level, after: side }) => [kind, level, side?.position])).toEqual([
      ['CHANGED', 'BEHAVIOUR', 1],
      ['CHANGED', 'CONTENT', 0],
      ['CHANGED', 'CONTENT', 3],
    ]);
    expect(exchanges[0]).toMatchObject({
      before: {
        url: 'https://api.example.com/v1/chat/completions',
        model: 'm-1',
        occurrence: 1,
        responseText: 'It is Oslo.',
      },
      after: { outcome: 'SUCCESS', status: 200 },
    });
  });

  it('keeps at most 200 of them, and counts all', () => {
    const many = (say: string) =>
      Array.from({ length: 250 }, (_, index) => ({ ask: `Question ${index}`, say: `${say} ${index}` }));
    const { exchanges, reasons } = compare(many('Yes'), many('No'));
    expect(exchanges).toHaveLength(200);
    expect(reasons.reduce((sum, { count = 1 }) => sum + count, 0)).toBeGreaterThanOrEqual(250);
  });

  it('counts equal reasons once, with the number of calls', () => {
    const answers = (finish: string) =>
      [ROME, OSLO].map((call) => ({
        ...call,
        say: {
          object: 'chat.completion',
          choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', content: 'x' } }],
        },
      }));
    const { reasons } = compare(answers('stop'), answers('tool_calls'));
    expect(reasons).toMatchObject([{ words: 'finish reason `stop` → `tool_calls`', count: 2 }]);
  });
});

describe('failures of a cassette', () => {
  const error = (message: string, more: Partial<Call> = {}): Call => ({
    ...OSLO,
    status: 429,
    say: { error: { message } },
    ...more,
  });

  it('names the error of one call', () => {
    const comparison = compare([ROME, OSLO], [ROME, error('Too many requests')]);
    expect(comparison.failure).toMatchObject({ kind: 'ERROR', status: 429, text: 'Too many requests' });
    expect(comparison).toMatchObject({ level: 'BEHAVIOUR', failedBefore: false, calls: 2 });
    expect(comparison.reasons[0]?.words).toBe('is an error (429): `Too many requests`');
  });

  it('knows an error that the older cassette had at another call', () => {
    const comparison = compare(
      [error('Too many requests'), OSLO],
      [error('Too many requests'), error('Too many requests'), OSLO],
    );
    expect(comparison).toMatchObject({ failedBefore: true, level: 'BEHAVIOUR' });
    expect(comparison.reasons.map(({ words }) => words)).toEqual([`1 more call of ${NAME}`]);
  });

  it('reports the result of a tool once, although later requests repeat it', () => {
    const failed = conversation('Rome', 'Error: no such city');
    const last = { ...failed[1], ask: { ...(failed[1]?.ask as object), temperature: 1 } } as Call;
    const comparison = compare([...conversation('Rome', 'fine'), ROME], [...failed, last, ROME]);
    const failures = comparison.reasons.filter(({ rule }) => rule === 'failure');
    expect(failures).toHaveLength(1);
    expect(failures[0]?.count).toBeUndefined();
  });
});
