import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HashStatus } from '../../vocabulary/recording.js';
import type { Difference, DriftSide } from '../differences/drift.js';
import { computeDrift } from './compute-drift.js';

interface Call {
  test?: string | null;
  model?: string;
  prompt?: string;
  answer?: string;
  id?: string;
  extra?: object;
  folder?: string;
  hash?: string;
  status?: HashStatus;
}

/** Recordings by digest, with their sides as a snapshot has them. */
class Recordings {
  readonly contents = new Map<string, Uint8Array>();
  loaded = 0;

  side(call: Call): DriftSide {
    const {
      test = 'tests/test_a.py::test_one',
      model = 'm',
      prompt = 'Say hello',
      answer = 'Hello!',
      id = 'c1',
    } = call;
    const body = { model, messages: [{ role: 'user', content: prompt }], ...call.extra };
    const recording = {
      ...(test === null ? {} : { test_id: test }),
      request: {
        method: 'POST',
        url: 'http://x/v1/chat/completions',
        headers: {},
        body,
        endpoint: '/v1/chat/completions',
        model,
      },
      response: {
        body: {
          __type__: 'openai.types.chat.chat_completion.ChatCompletion',
          __data__: {
            id,
            object: 'chat.completion',
            created: 1,
            model,
            choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: answer } }],
          },
        },
        is_streaming: false,
      },
    };
    const hash = call.hash ?? sha256(JSON.stringify([test, body]));
    const path = `${call.folder ?? 'tests/recordings'}/${hash}.json`;
    const side = this.raw(path, JSON.stringify(recording));
    return {
      ...side,
      testId: test,
      model,
      endpoint: '/v1/chat/completions',
      hash,
      hashStatus: call.status ?? 'VERIFIED',
      playable:
        call.status !== 'MISMATCHED' ? 'YES' : test === null && hash.length === 64 ? 'UNKNOWN' : 'MISNAMED',
    };
  }

  raw(path: string, text: string | Uint8Array): DriftSide {
    const bytes = Buffer.from(text);
    const digest = sha256(bytes);
    this.contents.set(digest, bytes);
    const unknown = {
      testId: null,
      model: null,
      endpoint: null,
      hash: null,
      hashStatus: 'UNKNOWN' as const,
      playable: 'UNKNOWN' as const,
    };
    return { path, digest, size: bytes.length, ...unknown };
  }

  readonly load = async (digests: string[]) => {
    this.loaded += digests.length;
    return new Map(digests.map((digest) => [digest, this.contents.get(digest) ?? new Uint8Array()]));
  };

  drift(difference: Partial<Difference>) {
    return computeDrift({ removed: [], added: [], changed: [], unchanged: 0, ...difference }, this.load);
  }

  /** The change of a recording at the same path. */
  async change(before: Call, after: Call) {
    const hash = sha256('same');
    const pair = { before: this.side({ hash, ...before }), after: this.side({ hash, ...after }) };
    return (await this.drift({ changed: [pair] })).changes[0];
  }

  /** The changes for removed and added recordings. */
  async pair(removed: Call[], added: Call[]) {
    const drift = await this.drift({
      removed: removed.map((call) => this.side(call)),
      added: added.map((call) => this.side(call)),
    });
    return drift.changes;
  }
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

describe('changes at one path', () => {
  it.each<[string, Call, Call, string | null, string]>([
    ['changed ids', {}, { id: 'c2' }, 'COSMETIC', 'only ids'],
    ['a changed answer', {}, { answer: 'Good day!' }, 'CONTENT', 'answer: Hello → Good day'],
    [
      'a request edited in place',
      {},
      { prompt: 'Say bye', status: 'MISMATCHED' },
      'BEHAVIOUR',
      'no recorder will find it: its file name does not match its request',
    ],
    [
      'repaired',
      { status: 'MISMATCHED' },
      {},
      'METADATA',
      'recorders find it again: its file name matches its request',
    ],
    ['another test', {}, { test: 'tests/test_a.py::test_two' }, 'METADATA', 'test id test_one → test_two'],
    ['a request field that the key excludes', {}, { extra: { seed: 1 } }, 'METADATA', 'seed added: 1'],
    [
      'a request without a verified key',
      { status: 'MISMATCHED' },
      { extra: { seed: 1 }, status: 'MISMATCHED' },
      'CONTENT',
      'seed added: 1',
    ],
  ])('%s', async (_, before, after, level, summary) => {
    expect(await new Recordings().change(before, after)).toMatchObject({ kind: 'CHANGED', level, summary });
  });

  it('reports a purged side as content, not as behaviour', async () => {
    const recordings = new Recordings();
    const purged = { at: Date.UTC(2026, 10, 22), by: 'token 3', reason: 'a secret' };
    const hash = sha256('same');
    const whole = recordings.side({ hash });
    const gone = { ...recordings.side({ hash, id: 'c2', answer: 'A key' }), purged };
    const lost = { ...gone, hashStatus: 'MISMATCHED' as const };
    for (const [before, after, words] of [
      [gone, whole, 'the previous recording was purged on 2026-11-22 by an admin, so it cannot be compared'],
      [whole, gone, 'the recording was purged on 2026-11-22 by an admin, so it cannot be compared'],
      [whole, lost, 'the recording was purged on 2026-11-22 by an admin, so it cannot be compared'],
    ] as const) {
      const { contents } = recordings;
      const without = async (digests: string[]) =>
        new Map([...contents].filter(([digest]) => digests.includes(digest) && digest !== gone.digest));
      const difference = { removed: [], added: [], changed: [{ before, after }], unchanged: 0 };
      const { changes } = await computeDrift(difference, without);
      expect(changes).toMatchObject([{ level: 'CONTENT', summary: words, unplayable: false, texts: [] }]);
    }
    const alone = await recordings.drift({
      added: [{ ...gone, path: 'a' }],
      removed: [{ ...lost, path: 'b', digest: 'x' }],
    });
    expect(alone.changes.map(({ summary }) => summary)).toEqual([
      'new; its content was purged on 2026-11-22 by an admin',
      'removed; its content was purged on 2026-11-22 by an admin',
    ]);
    const moved = await recordings.drift({
      added: [{ ...gone, path: 'a' }],
      removed: [{ ...gone, path: 'b' }],
    });
    expect(moved.changes).toMatchObject([
      {
        kind: 'MOVED',
        level: null,
        summary: 'moved from b; its content was purged on 2026-11-22 by an admin',
      },
    ]);
  });

  it.each<[string, string | Uint8Array, string | Uint8Array, string, RegExp]>([
    [
      'formatting of unknown JSON',
      '{"a":1,"b":[1]}',
      '{"b": [1], "a": 1}\n',
      'COSMETIC',
      /^only order of keys and white space in the file$/,
    ],
    ['another value of unknown JSON', '{"a":1}', '{"a":2}', 'CONTENT', /unknown format/],
    [
      'long numbers that parsing rounds',
      '{"a":9007199254740992}',
      '{"a":9007199254740993}',
      'CONTENT',
      /unknown format/,
    ],
    ['text', 'one two', 'one three', 'CONTENT', /^unknown format; text: two → three$/],
    ['bytes', Uint8Array.of(0xff, 1), Uint8Array.of(0xff, 2), 'CONTENT', /bytes differ/],
  ])('of no known format: %s', async (_, a, b, level, summary) => {
    const recordings = new Recordings();
    const pair = { before: recordings.raw('x.json', a), after: recordings.raw('x.json', b) };
    const [change] = (await recordings.drift({ changed: [pair] })).changes;
    expect(change).toMatchObject({ level, summary: expect.stringMatching(summary) });
  });

  it('reports a recording that becomes unreadable or readable as behaviour', async () => {
    const recordings = new Recordings();
    const [good, bad] = [
      recordings.side({}),
      { ...recordings.raw('', '{"request": '), path: recordings.side({}).path },
    ];
    for (const pair of [
      { before: good, after: bad },
      { before: bad, after: good },
    ]) {
      expect((await recordings.drift({ changed: [pair] })).level).toBe('BEHAVIOUR');
    }
  });

  it('does not load contents that are too large, and reports that they differ', async () => {
    const recordings = new Recordings();
    const [before, after] = ['a', 'b'].map((text) => ({
      ...recordings.raw('x.bin', text),
      size: 33 * 1024 * 1024,
    }));
    if (!before || !after) throw new Error('two sides were made');
    const drift = await recordings.drift({ changed: [{ before, after }] });
    expect(drift.changes[0]).toMatchObject({
      level: 'CONTENT',
      summary: expect.stringContaining('too large'),
    });
    expect(recordings.loaded).toBe(0);
  });
});

describe('pairs of removed and added recordings', () => {
  it.each<[string, Call[], Call[], string[]]>([
    [
      'the same bytes at another path',
      [{}],
      [{ folder: 'other' }],
      ['MOVED null: moved from tests/recordings/'],
    ],
    [
      'a renamed test',
      [{ test: 't.py::test_old[a]' }],
      [{ test: 't.py::test_new[a]' }],
      ['MOVED COSMETIC: moved from the test t.py::test_old[a]'],
    ],
    [
      'a renamed test with another response',
      [{ test: 't.py::test_a[x]' }],
      [{ test: 't.py::test_a[y]', answer: 'Bye' }],
      ['MOVED CONTENT: moved from the test t.py::test_a[x]; answer: Hello → Bye'],
    ],
    [
      'unrelated tests with the same request',
      [{ test: 'a.py::test_apples' }],
      [{ test: 'zoo.ts::lions', answer: 'Roar' }],
      ['ADDED null: new', 'REMOVED null: removed'],
    ],
    [
      'a request with an additional option',
      [{}],
      [{ extra: { stream_options: { include_usage: true } }, id: 'c2' }],
      ['REKEYED COSMETIC: request: stream_options added: {include_usage: true}; only ids'],
    ],
    [
      'a request with an added test id',
      [{ test: null }],
      [{}],
      ['REKEYED COSMETIC: request: test id added; '],
    ],
    [
      'a similar request without a test id',
      [{ test: null, extra: { temperature: 0, top_p: 1, seed: 1, n: 1 } }],
      [{ test: null, extra: { temperature: 0, top_p: 1, seed: 1, n: 2 } }],
      ['REKEYED COSMETIC: request: n 1 → 2; '],
    ],
    [
      'requests without a test id in other folders',
      [{ test: null, extra: { n: 1 } }],
      [{ test: null, extra: { n: 2 }, folder: 'far' }],
      ['ADDED null', 'REMOVED null'],
    ],
    [
      'another model of the same test',
      [{ extra: { seed: 7 } }],
      [{ model: 'm2', extra: { seed: 7 } }],
      ['REKEYED METADATA: request: model m → m2; served model'],
    ],
    [
      'a different test',
      [{ prompt: 'Say hello' }],
      [{ test: 'zoo.ts::lions', prompt: 'Roar', answer: 'No' }],
      ['ADDED', 'REMOVED'],
    ],
  ])('%s', async (_, removed, added, expected) => {
    const changes = await new Recordings().pair(removed, added);
    const described = changes.map(({ kind, level, summary }) => `${kind} ${level}: ${summary}`);
    expect(described).toEqual(expected.map((start) => expect.stringContaining(start)));
  });

  it('pairs the most similar requests of a test in any order', async () => {
    const questions = [
      'What is the capital of France?',
      'Name three rivers in Spain',
      'How many moons has Mars?',
    ];
    const removed = questions.map((prompt) => ({ prompt }));
    const added = questions.map((prompt) => ({ prompt, extra: { seed: 1 } })).reverse();
    const changes = await new Recordings().pair(removed, added);
    expect(changes.map((change) => change.kind)).toEqual(['REKEYED', 'REKEYED', 'REKEYED']);
    for (const change of changes) expect(change.requestChange?.words).toEqual(['`seed` added: `1`']);
  });

  it('gives equal changes of requests the same key', async () => {
    const tests = ['one', 'two', 'three'].map((name) => `tests/test_a.py::test_${name}`);
    const changes = await new Recordings().pair(
      tests.map((test) => ({ test, prompt: test })),
      tests.map((test) => ({ test, prompt: test, extra: { seed: 1 } })),
    );
    expect(new Set(changes.map((change) => change.requestChange?.key)).size).toBe(1);
  });

  it('pairs groups too large for the optimal assignment by equal requests', async () => {
    const prompts = Array.from(
      { length: 600 },
      (_, index) => `Question number ${index} about the word w${index}`,
    );
    const test = 'tests/test_a.py::test_all';
    const changes = await new Recordings().pair(
      prompts.map((prompt) => ({ test, prompt })),
      prompts.map((prompt) => ({ test, prompt, extra: { seed: 1 } })),
    );
    expect(
      changes.filter((change) => change.requestChange?.words.join() === '`seed` added: `1`'),
    ).toHaveLength(600);
  });

  it('loads new recordings once when nothing can be paired, to find failures', async () => {
    const recordings = new Recordings();
    await recordings.drift({ added: [recordings.side({}), recordings.side({ prompt: 'b' })] });
    expect(recordings.loaded).toBe(2);
  });
});

describe('new recordings of tests with unchanged ones', () => {
  const streamed = { extra: { stream_options: { include_usage: true } } };

  it('name the recording that they probably replace, with the level of the difference', async () => {
    const recordings = new Recordings();
    const [old, fresh] = [recordings.side({}), recordings.side({ ...streamed, answer: 'Good day!' })];
    const requested: string[][] = [];
    const drift = await recordings.drift({
      added: [fresh, recordings.side({ test: 'tests/test_a.py::test_new' })],
      unchanged: 1,
      loadUnchanged: async (tests) => {
        requested.push(tests);
        return [old];
      },
    });
    expect(requested).toEqual([['tests/test_a.py::test_new', 'tests/test_a.py::test_one']]);
    expect(drift.summary).toMatchObject({ added: 2, removed: 0, rekeyed: 0, content: 1, unchanged: 1 });
    expect(drift.level).toBe('CONTENT');
    const change = drift.changes.find((one) => one.path === fresh.path);
    expect(change).toMatchObject({
      kind: 'ADDED',
      level: 'CONTENT',
      before: null,
      after: fresh,
      replaces: old,
    });
    expect(change?.words).toBe(
      `new recording, replaces \`${old.path}\`; request: \`stream_options\` added: \`{include_usage: true}\`; answer: \`Hello\` → \`Good day\``,
    );
    expect(change?.texts).toHaveLength(1);
    expect(drift.changes.filter((one) => one.replaces === null)).toHaveLength(1);
  });

  it('do not load unchanged recordings without a test id', async () => {
    const recordings = new Recordings();
    const loadUnchanged = () => Promise.reject(new Error('called'));
    await expect(
      recordings.drift({ added: [recordings.side({ test: null })], loadUnchanged }),
    ).resolves.toBeDefined();
  });
});

describe('a file name that matches no known hash', () => {
  const lost: Call = { status: 'MISMATCHED' };
  it.each<[string, Call, Call, boolean]>([
    ['a moved recording with a test id', {}, { ...lost, folder: 'b' }, true],
    // The whole hash holds a test id that the recording does not say: it may well be the right one.
    ['a moved recording without a test id', { test: null }, { ...lost, test: null, folder: 'b' }, false],
    [
      'a short hash, which excludes the test id',
      { test: null },
      { ...lost, test: null, hash: '0123456789ab' },
      true,
    ],
  ])('decides whether it is unplayable: %s', async (_, before, after, unplayable) => {
    const recordings = new Recordings();
    const [change] = await recordings.pair([before], [after]);
    expect(change?.unplayable).toBe(unplayable);
    expect(change?.level).toBe(unplayable ? 'BEHAVIOUR' : 'METADATA');
  });

  it('makes a new recording with a test id unplayable', async () => {
    const recordings = new Recordings();
    const changes = await recordings.pair([], [lost, { ...lost, test: null, prompt: 'other' }]);
    expect(changes.map((change) => [change.testId, change.unplayable])).toEqual(
      expect.arrayContaining([
        ['tests/test_a.py::test_one', true],
        [null, false],
      ]),
    );
  });
});

const call = fc.record<Call>({
  test: fc.constantFrom(null, 't.py::test_a', 't.py::test_b[x]', 'u.py::test_c'),
  model: fc.constantFrom('m', 'n'),
  prompt: fc.constantFrom('Say hello', 'Say goodbye to all of them', 'Count to ten'),
  answer: fc.constantFrom('Hello!', 'Bye', ''),
  folder: fc.constantFrom('a', 'b'),
});

describe('computeDrift', () => {
  it('has every path in exactly one change, for any order of the input', async () => {
    const sides = fc.array(fc.oneof(call, fc.string()), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        sides,
        sides,
        fc.array(fc.tuple(call, call), { maxLength: 4 }),
        fc.array(call, { maxLength: 4 }),
        async (removed, added, changed, unchanged) => {
          const recordings = new Recordings();
          const side = (prefix: string) => (given: Call | string, index: number) => {
            const made = typeof given === 'string' ? recordings.raw('x', given) : recordings.side(given);
            return { ...made, path: `${prefix}/${index}/${made.path}` };
          };
          const kept = unchanged.map(side('kept'));
          const difference: Difference = {
            removed: removed.map(side('removed')),
            added: added.map(side('added')),
            changed: changed.map(([a, b], index) => {
              const [before, after] = [side('changed')(a, index), side('changed')(b, index)];
              return { before: { ...before, path: `c/${index}` }, after: { ...after, path: `c/${index}` } };
            }),
            unchanged: 7,
            loadUnchanged: async (tests) =>
              kept.filter((one) => one.testId !== null && tests.includes(one.testId)),
          };
          const drift = await computeDrift(difference, recordings.load);
          const of = (...kinds: string[]) => drift.changes.filter((change) => kinds.includes(change.kind));
          const paths = (list: DriftSide[]) => list.map((one) => one.path).sort();
          const olds = of('REMOVED', 'REKEYED', 'MOVED').map((change) => change.before?.path);
          const news = of('ADDED', 'REKEYED', 'MOVED').map((change) => change.after?.path);
          expect(olds.sort()).toEqual(paths(difference.removed));
          expect(news.sort()).toEqual(paths(difference.added));
          expect(of('CHANGED')).toHaveLength(changed.length);
          const { summary } = drift;
          expect(summary.added + summary.rekeyed + summary.moved).toBe(added.length);
          expect(summary.removed + summary.rekeyed + summary.moved).toBe(removed.length);
          expect(summary.unchanged).toBe(7);
          const turned = {
            ...difference,
            removed: difference.removed.toReversed(),
            added: difference.added.toReversed(),
            changed: difference.changed.toReversed(),
          };
          expect(await computeDrift(turned, recordings.load)).toEqual(drift);
        },
      ),
    );
  });
});
