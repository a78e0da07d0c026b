import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pushFiles } from '../support/push-files.js';
import { filesOf, type Recording, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const TESTS = [
  'tests/a.py::test_a',
  'tests/a.py::test_a_b[x%y]',
  'tests/a.py::test_aXb',
  'tests/é.py::test_ü',
];
const MODELS = ['gpt-4o', 'llama3', 'llama3:70b'];

/**
 * 4 tests with 3 models each; the nth test sends n requests to each model. Two recordings have no
 * test.
 */
const RECORDINGS: (Recording & { test: string | null; model: string })[] = [
  ...TESTS.flatMap((test, position) =>
    MODELS.flatMap((model) =>
      Array.from({ length: position + 1 }, (_, question) => ({
        ...record({ test, model, ask: `Question ${question}?`, say: `Answer ${question} of ${model}.` }),
        test,
        model,
      })),
    ),
  ),
  ...['one', 'two'].map((word) => ({
    ...record({
      test: null,
      model: 'llama3',
      ask: word,
      say: `100% ${word.toUpperCase()}`,
      folder: 'x/recordings',
    }),
    test: null,
    model: 'llama3',
  })),
];
const FIRST = RECORDINGS[0] as (typeof RECORDINGS)[number];
const MISNAMED = `x/recordings/${'0'.repeat(64)}.json`;
const OPAQUE = 'x/recordings/notes.json';
const COMMIT = createHash('sha1').update('a commit').digest('hex');

interface Listed {
  totalCount: number;
  nodes: { path: string }[];
}

describe.each(['embedded', 'postgres'] as const)('queries, %s', (database) => {
  let registry: TestRegistry;
  const repository = 'acme/queries';

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    const files = { ...filesOf(...RECORDINGS), [MISNAMED]: FIRST.text, [OPAQUE]: '{"note": 1}' };
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: files, commit: COMMIT });
    const reworded = FIRST.text.replace('Answer 0', 'Something else');
    await pushFiles(registry, {
      repository,
      ref: { pullRequest: 3 },
      add: { [FIRST.path]: reworded },
      remove: [OPAQUE],
    });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  async function inRepository<Data>(
    selection: string,
    variables: Record<string, unknown> = {},
    types = '',
  ): Promise<Data> {
    const query = `query${types} { repository(owner: "acme", name: "queries") { ${selection} } }`;
    const { repository: data } = await registry.ask<{ repository: Data }>(query, variables);
    return data;
  }

  async function list(
    filter: Record<string, string>,
    at: Record<string, unknown> = { branch: 'main' },
  ): Promise<Listed> {
    const selection = 'recordings(filter: $filter, at: $at, first: 500) { totalCount nodes { path } }';
    const types = '($filter: RecordingFilter, $at: At)';
    return (await inRepository<{ recordings: Listed }>(selection, { filter, at }, types)).recordings;
  }

  it('counts by test id, model and hash match the files', async () => {
    const all = [
      ...RECORDINGS,
      { ...FIRST, path: MISNAMED, hash: '0'.repeat(64), test: TESTS[0], model: MODELS[0] },
    ];
    const keys = { testId: 'test', model: 'model', hash: 'hash' } as const;
    for (const [filter, property] of Object.entries(keys)) {
      for (const value of new Set(all.map((each) => each[property]))) {
        if (value == null) continue;
        const expected = all.filter((each) => each[property] === value).map(({ path }) => path);
        const found = await list({ [filter]: value });
        expect(found.totalCount, `${filter} ${value}`).toBe(expected.length);
        expect(found.nodes.map(({ path }) => path)).toEqual(expected.sort());
      }
    }
  });

  it.each([
    [{ testIdPrefix: 'tests/a.py::test_a' }, (r) => r.test?.startsWith('tests/a.py::test_a')],
    [{ testIdPrefix: 'tests/a.py::test_a_b[x%' }, (r) => r.test === TESTS[1]],
    [{ testIdPrefix: 'tests/é' }, (r) => r.test === TESTS[3]],
    [{ testIdPrefix: '' }, (r) => r.test !== null],
    [{ endpoint: '/v1/chat/completions' }, () => true],
    [{ endpoint: '/v1/embeddings' }, () => false],
    [{ path: FIRST.path }, (r) => r.path === FIRST.path],
    [{ path: 'x/*/*.json' }, (r) => r.path.startsWith('x/')],
    [{ path: '*.json' }, () => false],
    [{ search: 'answer 3 OF gpt' }, (r) => r.test === TESTS[3] && r.text.includes('Answer 3 of gpt-4o.')],
    [{ search: '100% o' }, (r) => r.text.includes('100% ONE')],
    [{ search: 'x%y' }, (r) => r.test === TESTS[1]],
    [{ search: 'test_a_' }, (r) => r.test === TESTS[1]],
    [
      { testId: TESTS[2] ?? '', model: 'llama3', search: 'Answer 2' },
      (r) => r.test === TESTS[2] && r.model === 'llama3' && r.text.includes('Answer 2'),
    ],
    [{ testId: "'; drop table entries; --" }, () => false],
  ] as [Record<string, string>, (recording: (typeof RECORDINGS)[number]) => boolean | undefined][])(
    'find the recordings with %j',
    async (filter, matches) => {
      const found = (await list(filter)).nodes.map(({ path }) => path);
      const expected = RECORDINGS.filter(matches).map(({ path }) => path);
      expect(found.filter((path) => path !== MISNAMED && path !== OPAQUE)).toEqual(expected.sort());
    },
  );

  it('list tests and models with their counts', async () => {
    type Answer = {
      tests: { totalCount: number; nodes: { testId: string; recordings: number; models: string[] }[] };
      models: { model: string; recordings: number; tests: number }[];
    };
    const found = await inRepository<Answer>(
      'tests(first: 10) { totalCount nodes { testId recordings models } } models { model recordings tests }',
    );
    expect(found.tests.totalCount).toBe(4);
    // The first test has one more: the misnamed copy. The order is by code point.
    expect(found.tests.nodes).toEqual([
      { testId: TESTS[0], recordings: 4, models: MODELS },
      { testId: TESTS[2], recordings: 9, models: MODELS },
      { testId: TESTS[1], recordings: 6, models: MODELS },
      { testId: TESTS[3], recordings: 12, models: MODELS },
    ]);
    expect(found.models).toEqual([
      { model: 'gpt-4o', recordings: 11, tests: 4 },
      { model: 'llama3', recordings: 12, tests: 4 },
      { model: 'llama3:70b', recordings: 10, tests: 4 },
    ]);
  });

  it('return the parsed fields of a recording', async () => {
    const fields = `path digest size hash testId model endpoint format isStreaming outcome responseText content hashStatus`;
    const one = (path: string) =>
      inRepository<{ recordings: { nodes: Record<string, unknown>[] } }>(
        `recordings(filter: { path: "${path}" }) { nodes { ${fields} } }`,
      ).then(({ recordings }) => recordings.nodes[0]);
    expect(await one(FIRST.path)).toEqual({
      path: FIRST.path,
      digest: createHash('sha256').update(FIRST.text).digest('hex'),
      size: Buffer.byteLength(FIRST.text),
      hash: FIRST.hash,
      testId: TESTS[0],
      model: 'gpt-4o',
      endpoint: '/v1/chat/completions',
      format: 'ogx',
      isStreaming: false,
      outcome: 'SUCCESS',
      responseText: 'Answer 0 of gpt-4o.',
      content: FIRST.text,
      hashStatus: 'VERIFIED',
    });
    expect(await one(MISNAMED)).toMatchObject({ hashStatus: 'MISMATCHED', hash: '0'.repeat(64) });
    expect(await one(OPAQUE)).toMatchObject({
      hashStatus: 'UNKNOWN',
      format: 'opaque',
      hash: null,
      testId: null,
    });
  });

  it('read a branch, a pull request, a commit and a snapshot', async () => {
    const before = { search: 'Answer 0 of gpt', path: FIRST.path };
    const total = async (at: Record<string, unknown>) => (await list(before, at)).totalCount;
    expect(await total({ branch: 'main' })).toBe(1);
    expect(await total({ pullRequest: 3 })).toBe(0);
    expect((await list({}, { pullRequest: 3 })).totalCount).toBe(RECORDINGS.length + 1);
    expect(await total({ commit: COMMIT })).toBe(1);
    type Answer = {
      pullRequest: { number: number; snapshot: Snapshot; promotedAs: null };
      snapshot: Snapshot;
    };
    type Snapshot = { id: string; version: number; recordingCount: number; base: { branch: string } | null };
    const { pullRequest, snapshot } = await inRepository<Answer>(`
      pullRequest(number: 3) { number promotedAs { id } snapshot { id version recordingCount base { branch } } }
      snapshot(at: { branch: "main" }) { id version recordingCount base { branch } }`);
    expect(pullRequest).toMatchObject({
      number: 3,
      promotedAs: null,
      snapshot: { base: { branch: 'main' } },
    });
    expect(snapshot).toMatchObject({ version: 1, recordingCount: RECORDINGS.length + 2, base: null });
    expect(await total({ snapshot: pullRequest.snapshot.id })).toBe(0);
    expect(await total({ snapshot: snapshot.id })).toBe(1);
  });

  it.each([
    [{ branch: 'main', pullRequest: 3 }, 'not several'],
    [{ commit: 'abc' }, 'not a full commit id'],
    [{ commit: 'f'.repeat(40) }, 'no snapshot is known for commit f'],
    [{ branch: 'nowhere' }, 'no snapshot is known for branch nowhere'],
    [{ snapshot: 'bm9uc2Vuc2U' }, 'is not the id of a snapshot'],
  ])('reject the state %j with a reason', async (at, reason) => {
    await expect(list({}, at)).rejects.toThrow(reason);
  });

  it('return null for missing objects', async () => {
    expect(await registry.ask('{ repository(owner: "acme", name: "nothing") { id } }')).toEqual({
      repository: null,
    });
    const found = await inRepository('pullRequest(number: 4) { number } drift(pullRequest: 4) { level }');
    expect(found).toEqual({ pullRequest: null, drift: null });
  });

  it('compare a pull request with its base, and any two states', async () => {
    type Change = {
      kind: string;
      level: string | null;
      path: string;
      before: { content: string } | null;
      after: { content: string } | null;
    };
    type Drift = {
      level: string;
      summary: Record<string, number>;
      changes: { totalCount: number; nodes: Change[] };
      markdown: string;
    };
    const selection = `level summary { added removed changed rekeyed moved unchanged content }
      changes(first: 10) { totalCount nodes { kind level path before { content } after { content } } } markdown(limit: 2000)`;
    const { drift, reverse } = await inRepository<{ drift: Drift; reverse: Drift }>(
      `drift(pullRequest: 3) { ${selection} } reverse: drift(base: { pullRequest: 3 }, head: { branch: "main" }) { ${selection} }`,
    );
    expect(drift).toMatchObject({
      level: 'CONTENT',
      summary: { changed: 1, removed: 1, added: 0, content: 1 },
    });
    expect(drift.changes).toMatchObject({
      totalCount: 2,
      nodes: [
        { kind: 'CHANGED', level: 'CONTENT', path: FIRST.path, before: { content: FIRST.text } },
        { kind: 'REMOVED', path: OPAQUE, after: null },
      ],
    });
    expect(drift.markdown.length).toBeLessThanOrEqual(2000);
    expect(drift.markdown).toContain('test_a');
    expect(reverse.summary).toMatchObject({ changed: 1, removed: 0, added: 1 });
  });
});
