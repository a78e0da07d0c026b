import { describe, expect, it } from 'vitest';
import type { Difference, DriftSide } from '../differences/drift.js';
import { computeDrift } from './compute-drift.js';

const TEST = 'tests/test_a.py::test_weather';
const ASKED = { role: 'user', content: 'What is the weather in Rome?' };

/** Contents by digest, which is the path and a number. */
class Contents {
  readonly #bytes = new Map<string, Uint8Array>();

  side(path: string, messages: object[], response: object, fields: Partial<DriftSide> = {}): DriftSide {
    const body = { model: 'm', messages };
    const request = { method: 'POST', url: 'http://x/v1/chat/completions', headers: {}, body };
    const bytes = Buffer.from(JSON.stringify({ test_id: TEST, request, response }));
    const digest = `${path} ${this.#bytes.size}`;
    this.#bytes.set(digest, bytes);
    return {
      ...{ path, digest, size: bytes.length, testId: TEST, model: 'm', endpoint: '/v1/chat/completions' },
      ...{ hash: path, hashStatus: 'VERIFIED', playable: 'YES' },
      ...fields,
    };
  }

  drift(difference: Partial<Difference>, unchanged: DriftSide[] = []) {
    const loadUnchanged = async (tests: string[]) =>
      unchanged.filter(({ testId }) => tests.includes(testId ?? ''));
    return computeDrift(
      { removed: [], added: [], changed: [], unchanged: unchanged.length, loadUnchanged, ...difference },
      async (digests) =>
        new Map(digests.map((digest) => [digest, this.#bytes.get(digest) ?? new Uint8Array()])),
    );
  }
}

const success = (message: object, finish_reason = 'stop') => ({
  body: {
    object: 'chat.completion',
    choices: [{ index: 0, finish_reason, message: { role: 'assistant', ...message } }],
  },
});
const call = (id: string) => ({
  content: null,
  tool_calls: [{ id, type: 'function', function: { name: 'weather', arguments: '{"city": "Rome"}' } }],
});
const quoting = (id: string) => [
  ASKED,
  { role: 'assistant', ...call(id) },
  { role: 'tool', tool_call_id: id, content: '20 degrees' },
];
const failing = (message: string) => ({ status: 400, body: { error: { message } } });

describe('a changed tool call id', () => {
  const contents = new Contents();
  const changed = [
    {
      before: contents.side('a', [ASKED], success(call('call_old1'))),
      after: contents.side('a', [ASKED], success(call('call_new2'))),
    },
  ];
  const old = contents.side('b', quoting('call_old1'), success({ content: 'Warm' }));

  it('is behaviour when an unchanged recording of the test quotes the old one', async () => {
    const { changes, level, summary } = await contents.drift({ changed }, [old]);
    expect(changes).toMatchObject([
      {
        level: 'BEHAVIOUR',
        brokenFollowUps: ['b'],
        words: expect.stringContaining('the follow-up call will not be found'),
      },
    ]);
    expect(changes[0]?.reasons[0]).toMatchObject({ rule: 'chain', level: 'BEHAVIOUR' });
    expect([level, summary.behaviour, summary.cosmetic]).toEqual(['BEHAVIOUR', 1, 0]);
  });

  it.each<[string, DriftSide[], DriftSide[]]>([
    ['nobody quotes it', [], []],
    ['the test has no other recording', [], [{ ...old, testId: 'tests/test_b.py::test_other' }]],
    [
      'the follow-up is recorded again',
      [contents.side('c', quoting('call_new2'), success({ content: 'Warm' }))],
      [old],
    ],
    ['no recorder finds the follow-up', [], [{ ...old, playable: 'MISNAMED' }]],
  ])('is cosmetic when %s', async (_, added, unchanged) => {
    const { changes } = await contents.drift({ changed, added }, unchanged);
    const change = changes.find(({ kind }) => kind === 'CHANGED');
    expect(change).toMatchObject({ level: 'COSMETIC', brokenFollowUps: [] });
  });
});

describe('a failure', () => {
  const contents = new Contents();
  const good = contents.side('a', [ASKED], success({ content: 'Sunny' }));

  it('of a new recording is behaviour, and named', async () => {
    const { changes, level, summary } = await contents.drift({
      added: [contents.side('n', [ASKED], failing('no such field'), { testId: null })],
    });
    expect(changes).toMatchObject([
      { kind: 'ADDED', level: 'BEHAVIOUR', failure: { kind: 'ERROR', status: 400 }, failedBefore: false },
    ]);
    expect(changes[0]?.reasons.map(({ words }) => words)).toEqual(['is an error (400): `no such field`']);
    expect([level, summary.errors]).toEqual(['BEHAVIOUR', 1]);
  });

  it.each<[string, object, object[], string]>([
    ['an error', failing('no such field'), [ASKED], 'is an error (400): `no such field`'],
    ['an empty answer', success({ content: '' }), [ASKED], 'is an empty answer'],
    ['a cut-off', success({ content: 'Sunny' }, 'length'), [ASKED], 'is cut off by a token limit (`length`)'],
  ])('that replaces a good response is one reason: %s', async (_, response, messages, words) => {
    const { changes } = await contents.drift({
      changed: [{ before: good, after: contents.side('a', messages, response) }],
    });
    expect(changes).toMatchObject([{ kind: 'CHANGED', level: 'BEHAVIOUR', failedBefore: false }]);
    expect(
      changes[0]?.reasons.filter(({ level }) => level === 'BEHAVIOUR').map((reason) => reason.words),
    ).toEqual([words]);
  });

  it('that was there before keeps the level of the comparison, and is counted', async () => {
    const before = contents.side('a', [ASKED], failing('used 12 tokens, request req_0123456789abcdefABCDEF'));
    const after = contents.side('a', [ASKED], failing('used 15 tokens, request req_abcdef0123456789FEDCBA'));
    const { changes, summary } = await contents.drift({ changed: [{ before, after }] });
    expect(changes).toMatchObject([{ failure: { kind: 'ERROR' }, failedBefore: true }]);
    expect(changes[0]?.reasons.map(({ rule }) => rule)).not.toContain('failure');
    expect(summary.errors).toBe(1);
  });

  it('of one cause has equal words in all changes', async () => {
    const added = ['12', '9'].map((used) =>
      contents.side(used, [ASKED], failing(`used ${used} tokens`), { testId: null }),
    );
    const { changes } = await contents.drift({ added });
    expect(new Set(changes.map(({ reasons }) => reasons[0]?.words))).toEqual(
      new Set(['is an error (400): `used … tokens`']),
    );
  });

  it('of a tool makes the follow-up a failure', async () => {
    const messages = [
      ...quoting('call_1').slice(0, 2),
      { role: 'tool', tool_call_id: 'call_1', content: 'Missing API key' },
    ];
    const { changes, summary } = await contents.drift({
      added: [contents.side('n', messages, success({ content: 'Sorry' }))],
    });
    expect(changes).toMatchObject([
      { level: 'BEHAVIOUR', failure: { kind: 'TOOL_ERROR', tool: 'weather', text: 'Missing API key' } },
    ]);
    expect(summary.errors).toBe(1);
  });
});
