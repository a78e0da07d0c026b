import { describe, expect, test } from 'vitest';
import { readExchange } from '../../recordings/reading/read-exchange.js';
import { findBrokenFollowUps, type Link, linkOf } from './broken-follow-ups.js';

function link(body: object, response: object): Link {
  const request = { method: 'POST', url: 'http://x/v1/any', headers: {}, body };
  const read = readExchange(Buffer.from(JSON.stringify({ request, response: { body: response } })));
  if ('problem' in read) throw new Error(read.problem);
  return linkOf(read);
}

const other = (path: string, of: Link, isPlayable = true) => ({ ...of, path, isPlayable });

/** How one provider answers with a call, and how the next request repeats it. */
interface Provider {
  first: object;
  answer(id: string, city: string, space?: string): object;
  next(id: string, city: string, space?: string): object;
}

const ASKED = { role: 'user', content: 'What is the weather in Rome?' };
const args = (city: string, space = '') => `{"city":${space}"${city}"}`;
const DONE = {
  object: 'chat.completion',
  choices: [{ message: { role: 'assistant', content: 'It is 20 degrees' } }],
};

const chatCall = (id: string, city: string, space?: string) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name: 'weather', arguments: args(city, space) } }],
});

const PROVIDERS: [string, Provider][] = [
  [
    'chat',
    {
      first: { messages: [ASKED] },
      answer: (...call) => ({
        id: `chatcmpl-${call[0]}`,
        object: 'chat.completion',
        choices: [{ message: chatCall(...call) }],
      }),
      next: (...call) => ({
        messages: [ASKED, chatCall(...call), { role: 'tool', tool_call_id: call[0], content: '20' }],
      }),
    },
  ],
  [
    'responses',
    {
      first: { input: ASKED.content },
      answer: (id, city, space) => ({
        object: 'response',
        output: [
          {
            type: 'function_call',
            id: `fc_${id}`,
            call_id: id,
            name: 'weather',
            arguments: args(city, space),
          },
        ],
      }),
      next: (id, city, space) => ({
        input: [
          ASKED,
          { type: 'function_call', call_id: id, name: 'weather', arguments: args(city, space) },
          { type: 'function_call_output', call_id: id, output: '20' },
        ],
      }),
    },
  ],
  [
    'messages',
    {
      first: { messages: [ASKED] },
      answer: (id, city) => ({
        type: 'message',
        content: [{ type: 'tool_use', id, name: 'weather', input: { city } }],
      }),
      next: (id, city) => ({
        messages: [
          ASKED,
          { role: 'assistant', content: [{ type: 'tool_use', id, name: 'weather', input: { city } }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: '20' }] },
        ],
      }),
    },
  ],
  [
    'Gemini, which signs instead',
    {
      first: { contents: [{ role: 'user', parts: [{ text: ASKED.content }] }] },
      answer: (id, city) => ({
        candidates: [
          {
            content: { parts: [{ functionCall: { name: 'weather', args: { city } }, thoughtSignature: id }] },
          },
        ],
      }),
      next: (id, city) => ({
        contents: [
          { role: 'user', parts: [{ text: ASKED.content }] },
          {
            role: 'model',
            parts: [{ functionCall: { name: 'weather', args: { city } }, thoughtSignature: id }],
          },
          { role: 'user', parts: [{ functionResponse: { name: 'weather', response: { result: '20' } } }] },
        ],
      }),
    },
  ],
];

describe.each(PROVIDERS)('a call of %s', (_, { first, answer, next }) => {
  const before = link(first, answer('call_old1', 'Rome'));
  const followUp = other('next.json', link(next('call_old1', 'Rome'), DONE));

  test('with a new id leaves behind the request that quotes the old one', () => {
    const after = link(first, answer('call_new2', 'Rome'));
    expect(findBrokenFollowUps(before, after, [followUp])).toEqual(['next.json']);
  });

  test('with other arguments leaves behind the request that quotes the old ones', () => {
    const after = link(first, answer('call_old1', 'Oslo'));
    expect(findBrokenFollowUps(before, after, [followUp])).toEqual(['next.json']);
  });

  test('breaks nothing when nobody quotes it', () => {
    const after = link(first, answer('call_new2', 'Oslo'));
    const unrelated = other('other.json', link(next('call_xyz9', 'Lima'), DONE));
    expect(findBrokenFollowUps(before, after, [unrelated])).toEqual([]);
    expect(findBrokenFollowUps(before, after, [])).toEqual([]);
  });

  test('breaks nothing when the follow-up was recorded again', () => {
    const after = link(first, answer('call_new2', 'Rome'));
    const again = other('again.json', link(next('call_new2', 'Rome'), DONE));
    expect(findBrokenFollowUps(before, after, [followUp, again])).toEqual([]);
  });

  test('breaks nothing when another recording still answers with the old call', () => {
    const after = link(first, answer('call_new2', 'Rome'));
    const same = other('same.json', link(first, answer('call_old1', 'Rome')));
    expect(findBrokenFollowUps(before, after, [followUp, same])).toEqual([]);
  });

  test('breaks nothing when no recorder finds the follow-up anyway', () => {
    const after = link(first, answer('call_new2', 'Rome'));
    expect(findBrokenFollowUps(before, after, [{ ...followUp, isPlayable: false }])).toEqual([]);
  });

  test('breaks nothing when it is the same', () => {
    expect(findBrokenFollowUps(before, link(first, answer('call_old1', 'Rome')), [followUp])).toEqual([]);
  });
});

describe.each(PROVIDERS.slice(0, 2))('white space in the arguments of %s', (_, { first, answer, next }) => {
  const before = link(first, answer('call_old1', 'Rome'));
  const after = link(first, answer('call_old1', 'Rome', ' '));

  test('breaks a request that quotes the text', () => {
    const followUp = other('next.json', link(next('call_old1', 'Rome'), DONE));
    expect(findBrokenFollowUps(before, after, [followUp])).toEqual(['next.json']);
  });

  test('breaks no request that writes the arguments anew', () => {
    const followUp = other('next.json', link(next('call_old1', 'Rome', '  '), DONE));
    expect(findBrokenFollowUps(before, after, [followUp])).toEqual([]);
  });
});

describe('a text', () => {
  const saying = (text: string) =>
    link(
      { messages: [ASKED] },
      { object: 'chat.completion', choices: [{ message: { role: 'assistant', content: text } }] },
    );
  const repeating = (text: string, asked: object = ASKED) =>
    other(
      'next.json',
      link(
        { messages: [asked, { role: 'assistant', content: text }, { role: 'user', content: 'And?' }] },
        DONE,
      ),
    );

  test('leaves behind the request that repeats it as a message of the model', () => {
    expect(findBrokenFollowUps(saying('Sunny'), saying('Rainy'), [repeating('Sunny')])).toEqual([
      'next.json',
    ]);
  });

  test('breaks no request of another conversation, and none that only mentions it', () => {
    const elsewhere = repeating('Sunny', { role: 'user', content: 'Another beginning' });
    expect(findBrokenFollowUps(saying('Sunny'), saying('Rainy'), [elsewhere])).toEqual([]);
    const mention = other('m.json', link({ messages: [ASKED, { role: 'user', content: 'Sunny' }] }, DONE));
    expect(findBrokenFollowUps(saying('Sunny'), saying('Rainy'), [mention])).toEqual([]);
  });
});

/** The recording of a tool that the test runs. */
function ran(city: string, content: string): Link {
  const request = { provider: 'p', tool_name: 'weather', kwargs: { city } };
  const read = readExchange(Buffer.from(JSON.stringify({ request, response: { body: { content } } })));
  if ('problem' in read) throw new Error(read.problem);
  return linkOf(read);
}

describe('the recording of a tool', () => {
  const [, chat] = PROVIDERS[0] as [string, Provider];
  const before = link(chat.first, chat.answer('call_old1', 'Rome'));
  const run = other('run.json', ran('Rome', '20'));

  test('is left behind when the model calls it with other arguments', () => {
    const after = link(chat.first, chat.answer('call_new2', 'Oslo'));
    expect(findBrokenFollowUps(before, after, [run])).toEqual(['run.json']);
    const oslo = other('oslo.json', ran('Oslo', '3'));
    expect(findBrokenFollowUps(before, after, [run, oslo])).toEqual([]);
    // The tool was recorded again, the next request of the model was not.
    const followUp = other('next.json', link(chat.next('call_old1', 'Rome'), DONE));
    expect(findBrokenFollowUps(before, after, [run, oslo, followUp])).toEqual(['next.json']);
  });

  test('is found when only the id of the call or white space changes', () => {
    expect(
      findBrokenFollowUps(before, link(chat.first, chat.answer('call_new2', 'Rome', ' ')), [run]),
    ).toEqual([]);
  });

  test('leaves behind the request that quotes its old result', () => {
    const followUp = other('next.json', link(chat.next('call_old1', 'Rome'), DONE));
    expect(findBrokenFollowUps(ran('Rome', '20'), ran('Rome', '21'), [followUp])).toEqual(['next.json']);
    expect(findBrokenFollowUps(ran('Rome', '30'), ran('Rome', '31'), [followUp])).toEqual([]);
  });
});

describe('a text that two recordings return', () => {
  const answer = (text: string) => ({
    object: 'chat.completion',
    choices: [{ message: { role: 'assistant', content: text } }],
  });
  const asking = (text: string, options: object) => link({ messages: [ASKED], ...options }, answer(text));
  const next = (options: object) =>
    link(
      {
        messages: [ASKED, { role: 'assistant', content: 'Sunny' }, { role: 'user', content: 'And?' }],
        ...options,
      },
      DONE,
    );

  test('is quoted by the follow-up with the same options', () => {
    const followUp = other('next.json', next({ stream: true }));
    const plain = other('plain.json', asking('Sunny', {}));
    const [before, after] = [asking('Sunny', { stream: true }), asking('Rainy', { stream: true })];
    expect(findBrokenFollowUps(before, after, [followUp, plain])).toEqual(['next.json']);
    const twin = other('twin.json', asking('Sunny', { stream: true }));
    expect(findBrokenFollowUps(before, after, [followUp, twin])).toEqual([]);
    // The follow-up of the plain request is not the follow-up of the changed one.
    const plainNext = other('plain-next.json', next({}));
    expect(findBrokenFollowUps(before, after, [plainNext, plain])).toEqual([]);
  });

  test('is quoted although a later response of the conversation repeats it', () => {
    const third = [ASKED, { role: 'assistant', content: 'Sunny' }, { role: 'user', content: 'And?' }];
    const last = other('last.json', link({ messages: third }, answer('Sunny')));
    expect(findBrokenFollowUps(asking('Sunny', {}), asking('Rainy', {}), [last])).toEqual(['last.json']);
  });
});

test.each<[string, object, object]>([
  ['instructions', { messages: [ASKED] }, { messages: [{ role: 'system', content: 'Be brief' }, ASKED] }],
  [
    'parts',
    { messages: [{ role: 'user', content: [{ type: 'text', text: ASKED.content }] }] },
    { messages: [ASKED] },
  ],
  ['a text as input', { input: ASKED.content }, { input: [{ type: 'message', ...ASKED }] }],
])('a conversation goes on whatever the form: %s', (_, first, next) => {
  const answer = (text: string) => ({ object: 'chat.completion', choices: [{ message: { content: text } }] });
  const added = [
    { role: 'assistant', content: 'Sunny' },
    { role: 'user', content: 'And?' },
  ];
  const longer = Object.fromEntries(Object.entries(next).map(([key, list]) => [key, [...list, ...added]]));
  const followUp = other('next.json', link(longer, DONE));
  const [before, after] = [link(first, answer('Sunny')), link(first, answer('Rainy'))];
  expect(findBrokenFollowUps(before, after, [followUp])).toEqual(['next.json']);
});

test('a response id leaves behind the request that continues from it', () => {
  const of = (id: string) => link({ input: 'Hi' }, { object: 'response', id, output: [] });
  const followUp = other('next.json', link({ input: 'More', previous_response_id: 'resp_old1' }, DONE));
  expect(findBrokenFollowUps(of('resp_old1'), of('resp_new2'), [followUp])).toEqual(['next.json']);
});
