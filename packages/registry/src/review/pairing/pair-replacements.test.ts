import { describe, expect, it } from 'vitest';
import type { DriftSide, ModelRename } from '../differences/drift.js';
import { pairReplacements } from './pair-replacements.js';
import { sketchRequest } from './request-sketch.js';

interface Call {
  path: string;
  prompt?: string;
  /** Messages after the prompt. */
  history?: object[];
  test?: string;
  model?: string;
  endpoint?: string;
  hash?: string;
  extra?: object;
  generation?: number;
  fails?: boolean;
}

const contents = new Map<string, Uint8Array>();

function side(call: Call): DriftSide {
  const {
    path,
    prompt = 'Hi',
    history = [],
    test = 't',
    model = 'm',
    hash = path,
    extra,
    generation = 1,
  } = call;
  const endpoint = call.endpoint ?? '/v1/chat/completions';
  const body = { model, messages: [{ role: 'user', content: prompt }, ...history], stream: true, ...extra };
  const request = { method: 'POST', url: `http://x${endpoint}`, body, endpoint, model };
  const response = call.fails
    ? { body: null, is_exception: true, exception_data: { type: 'BadRequestError', status_code: 400 } }
    : { body: null };
  contents.set(path, Buffer.from(JSON.stringify({ test_id: test, request, response })));
  const rest = { digest: path, size: 1, hashStatus: 'VERIFIED' as const, playable: 'YES' as const };
  return { path, testId: test, model, endpoint, hash, generation, ...rest };
}

function paired(
  added: Call[],
  free: Call[],
  used: Call[] = [],
  renames: ModelRename[] = [],
  changed: Call[] = [],
): string[] {
  const sketchOf = (one: DriftSide) => {
    const bytes = contents.get(one.digest);
    return (bytes && sketchRequest(bytes)) ?? undefined;
  };
  const pairs = pairReplacements(
    added.map(side),
    { free: free.map(side), used: used.map(side), changed: changed.map(side) },
    sketchOf,
    renames,
  );
  return pairs.map(({ before, after }) => `${before.path} → ${after.path}`).sort();
}

const streamed = { extra: { stream_options: { include_usage: true } } };

describe('pairReplacements', () => {
  it.each<[string, Call[], Call[], string[]]>([
    ['the same messages with other parameters', [{ path: 'n', ...streamed }], [{ path: 'o' }], ['o → n']],
    [
      'each recording with the most similar one, in any order',
      [
        { path: 'n1', prompt: 'two', ...streamed },
        { path: 'n2', prompt: 'one', ...streamed },
      ],
      [
        { path: 'o1', prompt: 'one' },
        { path: 'o2', prompt: 'two' },
        { path: 'o3', prompt: 'three' },
      ],
      ['o1 → n2', 'o2 → n1'],
    ],
    [
      'a reworded prompt, when all calls of the test are new',
      [{ path: 'n', prompt: 'Hello' }],
      [{ path: 'o' }],
      ['o → n'],
    ],
    [
      'no additional call of a test',
      [{ path: 'n', prompt: 'And then?' }],
      [{ path: 'o1' }, { path: 'o2', prompt: 'Bye' }],
      [],
    ],
    ['no recordings of different tests', [{ path: 'n', test: 'other', ...streamed }], [{ path: 'o' }], []],
    [
      'the same messages of a test to another model, after the same model',
      [
        { path: 'n1', model: 'other', ...streamed },
        { path: 'n2', prompt: 'Hi there', ...streamed },
      ],
      [{ path: 'o1' }, { path: 'o2', model: 'third' }],
      ['o1 → n2', 'o2 → n1'],
    ],
    ['no second response to the same request', [{ path: 'n', hash: 'h' }], [{ path: 'o', hash: 'h' }], []],
    ['nothing without unchanged recordings', [{ path: 'n' }], [], []],
  ])('pairs %s', (_, added, kept, expected) => {
    expect(paired(added, kept)).toEqual(expected);
  });
});

/** 20 generations of a test with two calls, each with other options, of which nobody removed any. */
const TWENTY_GENERATIONS: Call[] = Array.from({ length: 20 }, (_, index) =>
  ['Name the capital of France', 'List three rivers of Spain'].map((prompt, call) => ({
    path: `${String.fromCharCode(97 + index)}${call}`,
    prompt,
    extra: { seed: index },
    generation: index + 1,
  })),
).flat();

describe('with old recordings that nobody removed', () => {
  it('pairs with the newest recording of each call', () => {
    const added = TWENTY_GENERATIONS.slice(0, 2).map((call, index) => ({
      ...call,
      path: `n${index}`,
      extra: { seed: 99 },
    }));
    expect(paired(added, TWENTY_GENERATIONS)).toEqual(['t0 → n0', 't1 → n1']);
    expect(paired(added.slice(1), TWENTY_GENERATIONS.toReversed())).toEqual(['t1 → n1']);
  });

  it('pairs with the newest one although an old request is nearer', () => {
    const olds = [
      { path: 'o1', extra: { temperature: 0 }, generation: 1 },
      { path: 'o2', extra: { temperature: 1, top_p: 0.5 }, generation: 2 },
    ];
    expect(paired([{ path: 'n', extra: { temperature: 0, n: 1 } }], olds)).toEqual(['o2 → n']);
  });

  it('pairs short prompts through generations that reworded them', () => {
    const olds = ['Hi', 'Hello', 'Good day'].map((prompt, index) => ({
      path: `o${index}`,
      prompt,
      generation: index,
    }));
    expect(paired([{ path: 'n', prompt: 'Hey' }], olds)).toEqual(['o2 → n']);
  });

  it('pairs a call that the newest push did not record with its own earlier recording', () => {
    const olds = [
      { path: 'france1', prompt: 'What is the capital of France?', generation: 1 },
      { path: 'spain1', prompt: 'What is the capital of Spain?', generation: 1 },
      { path: 'france2', prompt: 'What is the capital of France, please?', generation: 2 },
    ];
    const spain = { path: 'spain2', prompt: 'What is the capital of Spain?', ...streamed };
    expect(paired([spain], olds)).toEqual(['spain1 → spain2']);
  });
});

describe('several calls of a test', () => {
  const answered = (id: string) => [
    { role: 'assistant', content: '', tool_calls: [{ id, function: { name: 'f', arguments: '{}' } }] },
    { role: 'tool', tool_call_id: id, content: 'done' },
  ];

  it('are paired by their step of the conversation, whatever the ids of calls', () => {
    const olds = [{ path: 'o1' }, { path: 'o2', history: answered('call_1') }];
    expect(paired([{ path: 'n2', history: answered('call_9') }], olds)).toEqual(['o2 → n2']);
    expect(paired([{ path: 'n3', history: [...answered('call_1'), ...answered('call_2')] }], olds)).toEqual(
      [],
    );
  });

  it('share an old recording only when their requests are nearly equal to its request', () => {
    const added = [
      { path: 'n1', ...streamed },
      { path: 'n2', extra: { seed: 1 } },
      { path: 'n3', prompt: 'Something else' },
    ];
    expect(paired(added, [{ path: 'o' }])).toHaveLength(2);
    expect(paired(added, [{ path: 'o' }]).join()).not.toContain('n3');
  });

  it('are compared with a recording that this change replaced or changed, when nothing else is left', () => {
    expect(paired([{ path: 'n', ...streamed }], [], [{ path: 'o' }])).toEqual(['o → n']);
    expect(paired([{ path: 'n', prompt: 'Something else' }], [], [{ path: 'o' }])).toEqual([]);
    expect(paired([{ path: 'n', ...streamed }], [{ path: 'free' }], [{ path: 'o' }])).toEqual(['free → n']);
    const changed = [{ path: 'c', generation: 9 }];
    expect(paired([{ path: 'n', ...streamed }], [], [], [], changed)).toEqual(['c → n']);
    expect(paired([{ path: 'n', ...streamed }], [], [{ path: 'o' }], [], changed)).toEqual(['o → n']);
  });

  it('are paired with good responses before errors', () => {
    const olds = [{ path: 'failed', fails: true }, { path: 'good' }];
    expect(paired([{ path: 'n', fails: true, ...streamed }], olds)).toEqual(['good → n']);
    const news = [
      { path: 'a', fails: true, ...streamed },
      { path: 'b', ...streamed },
    ];
    expect(paired(news, [{ path: 'o', prompt: 'Hi' }])).toContain('o → b');
  });
});

describe('a test with many calls', () => {
  it('pairs each by its messages, and shares an old recording among new ones', () => {
    const calls = Array.from({ length: 600 }, (_, index) => ({
      path: `${index}`.padStart(4, '0'),
      prompt: `Question number ${index} about the word w${index}`,
    }));
    const news = (prefix: string, seed: number) =>
      calls.map((call) => ({ ...call, path: `${prefix}${call.path}`, extra: { seed } }));
    const expected = (prefix: string) => calls.map(({ path }) => `o${path} → ${prefix}${path}`);
    const olds = calls.map((call) => ({ ...call, path: `o${call.path}` }));
    expect(paired([...news('a', 1), ...news('b', 2)], olds)).toEqual(
      [...expected('a'), ...expected('b')].sort(),
    );
  });
});

describe('another model or endpoint', () => {
  const renamed = { from: 'm', to: 'm-1:0' };
  it.each<[string, Call[], Call[], ModelRename[], string[]]>([
    [
      'the same messages at another endpoint',
      [{ path: 'n', endpoint: '/v2' }],
      [{ path: 'o' }],
      [],
      ['o → n'],
    ],
    [
      'no other messages at another endpoint',
      [{ path: 'n', endpoint: '/v2', prompt: 'Hello' }],
      [{ path: 'o' }],
      [],
      [],
    ],
    [
      'a file of the same name in another folder',
      [{ path: 'b/h.json', hash: 'h' }],
      [{ path: 'a/h.json', hash: 'h' }],
      [],
      ['a/h.json → b/h.json'],
    ],
    [
      'the test of a renamed model',
      [{ path: 'n', test: 't[p/m-1:0-x]', model: 'm-1:0' }],
      [{ path: 'o', test: 't[p/m-x]' }],
      [renamed],
      ['o → n'],
    ],
    [
      'no test of a renamed model that is another test',
      [{ path: 'n', test: 't[p/m-1:0-x]', model: 'm-1:0' }],
      [{ path: 'o', test: 't[p/m-y]' }],
      [renamed],
      [],
    ],
  ])('pairs %s', (_, added, free, renames, expected) => {
    expect(paired(added, free, [], renames)).toEqual(expected);
  });
});
