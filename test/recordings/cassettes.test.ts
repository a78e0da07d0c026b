import { digestOf } from '@fixture-registry/protocol';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fixturesJson, runFixtures } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { purge } from '../support/purge-content.js';
import { pullFiles, pushFiles, upload } from '../support/push-files.js';
import { record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { cassetteOf } from '../support/vcrpy-cassette.js';

// Queries, selections and lists look into the calls of cassettes.

const MIXED = cassetteOf(
  'tests/test_agent.py::test_two_models',
  { model: 'gpt-4o', ask: 'Plan it', say: 'First the plan' },
  { model: 'claude-sonnet', ask: 'Do it', say: 'Then the work', endpoint: '/v1/messages' },
  { model: 'gpt-4o', ask: 'Check it', say: 'quota exceeded', status: 429 },
);
const SINGLE = cassetteOf(
  'tests/test_agent.py::TestChat::test_one[a/b]',
  { model: 'gpt-4o', ask: 'Greet', say: 'Good morning' },
  { model: 'gpt-4o', ask: 'Leave', say: 'Goodbye' },
);
const OTHER = cassetteOf(
  'tests/test_other.py::test_pair',
  { model: 'gemini-pro', ask: 'One', say: 'Uno' },
  { model: 'gemini-flash', ask: 'Two', say: 'Due' },
);
const PLAIN = cassetteOf('tests/test_web.py::test_fetch', {
  model: null,
  ask: 'Fetch',
  say: 'The page',
  endpoint: '/pages/1',
});
const CALL = record({ test: 'tests/test_ogx.py::test_call', model: 'llama3', ask: 'Hi', say: 'Hello there' });
const CASSETTES = Object.fromEntries([MIXED, SINGLE, OTHER, PLAIN]);
const FILES: Record<string, string> = { ...CASSETTES, [CALL.path]: CALL.text };

const repository = 'acme/cassettes';

describe.each(['embedded', 'postgres'] as const)('cassettes, %s', (database) => {
  let registry: TestRegistry;
  let folder: Folder;
  const at = () => ({ registry, repository });
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    folder = await makeFolder(FILES);
    const paths = ['--paths', 'tests/**/*.yaml', '--paths', 'tests/**/*.json'];
    expect(await runFixtures(at(), folder, ['push', '--branch', 'main', ...paths])).toMatchObject({
      status: 0,
    });
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const ask = async <Data>(fields: string, variables: object = {}, declared = ''): Promise<Data> => {
    const query = `query ${declared} { repository(owner: "acme", name: "cassettes") { ${fields} } }`;
    return (await registry.ask<{ repository: Data }>(query, { ...variables })).repository;
  };
  const pathsOf = async (filter: object) => {
    type Answer = { recordings: { totalCount: number; nodes: { path: string }[] } };
    const { recordings } = await ask<Answer>(
      'recordings(filter: $filter) { totalCount nodes { path } }',
      { filter },
      '($filter: RecordingFilter)',
    );
    expect(recordings.totalCount).toBe(recordings.nodes.length);
    return recordings.nodes.map(({ path }) => path);
  };
  const pull = async (...words: string[]) => {
    await using there = await makeFolder();
    await fixturesJson(at(), there, 'pull', '--branch', 'main', '--paths', 'tests/**/*.*', ...words);
    const files = [...(await there.files())].map(([path, bytes]) => [path, bytes.toString()]);
    return Object.fromEntries(files.filter(([path]) => !path?.startsWith('.')));
  };
  const only = (...files: [string, string][]) => Object.fromEntries(files);
  const sorted = (...files: [string, string][]) => files.map(([path]) => path).sort();

  it.each<[string, object, () => string[]]>([
    ['a model of some calls', { model: 'gpt-4o' }, () => sorted(MIXED, SINGLE)],
    ['a model of one call', { model: 'claude-sonnet' }, () => sorted(MIXED)],
    ['a model of no call', { model: 'gpt' }, () => []],
    ['a model of a recording with one call', { model: 'llama3' }, () => [CALL.path]],
    [
      'an endpoint',
      { endpoint: '/v1/chat/completions' },
      () => [...sorted(MIXED, SINGLE, OTHER), CALL.path].sort(),
    ],
    ['an endpoint of one call', { endpoint: '/v1/messages' }, () => sorted(MIXED)],
    [
      'a model and an endpoint of the same call',
      { model: 'claude-sonnet', endpoint: '/v1/messages' },
      () => sorted(MIXED),
    ],
    [
      'a model and an endpoint of different calls',
      { model: 'claude-sonnet', endpoint: '/v1/chat/completions' },
      () => [],
    ],
    ['an error', { outcome: 'ERROR' }, () => sorted(MIXED)],
    ['an error of a model', { outcome: 'ERROR', model: 'gpt-4o' }, () => sorted(MIXED)],
    ['an error of a model without errors', { outcome: 'ERROR', model: 'claude-sonnet' }, () => []],
    ['a success', { outcome: 'SUCCESS' }, () => Object.keys(FILES).sort()],
    ['a success of a model', { outcome: 'SUCCESS', model: 'gpt-4o' }, () => sorted(MIXED, SINGLE)],
    ['a response text', { search: 'the WORK' }, () => sorted(MIXED)],
    ['a part of a model', { search: 'sonnet' }, () => sorted(MIXED)],
    ['a format', { format: 'vcrpy' }, () => Object.keys(CASSETTES).sort()],
    ['a test id', { testId: 'tests/test_agent.py::TestChat::test_one[a-b]' }, () => sorted(SINGLE)],
    [
      'a test id with a model',
      { testId: 'tests/test_agent.py::test_two_models', model: 'claude-sonnet' },
      () => sorted(MIXED),
    ],
    [
      'a prefix of a test id with a model',
      { testIdPrefix: 'tests/test_a', model: 'gpt-4o' },
      () => sorted(MIXED, SINGLE),
    ],
    ['a later time', { recordedBefore: '2020-01-01T00:00:00Z', model: 'gpt-4o' }, () => []],
  ])('are found by %s', async (_, filter, expected) => {
    expect(await pathsOf(filter)).toEqual(expected());
  });

  it('are paged by model', async () => {
    type Answer = {
      recordings: { nodes: { path: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    };
    const page = (more: string) =>
      ask<Answer>(
        `recordings(filter: { model: "gpt-4o" }, first: 1${more}) { nodes { path } pageInfo { hasNextPage endCursor } }`,
      );
    const first = await page('');
    const second = await page(`, after: "${first.recordings.pageInfo.endCursor}"`);
    expect([first, second].map(({ recordings }) => recordings.nodes[0]?.path)).toEqual(sorted(MIXED, SINGLE));
    expect([first, second].map(({ recordings }) => recordings.pageInfo.hasNextPage)).toEqual([true, false]);
  });

  it('are listed once for each model, and their tests with all models', async () => {
    const found = await ask<{ models: object[]; tests: { totalCount: number; nodes: object[] } }>(
      'models { model recordings tests } tests(first: 10) { totalCount nodes { testId recordings models } }',
    );
    expect(found.models).toEqual([
      { model: 'claude-sonnet', recordings: 1, tests: 1 },
      { model: 'gemini-flash', recordings: 1, tests: 1 },
      { model: 'gemini-pro', recordings: 1, tests: 1 },
      { model: 'gpt-4o', recordings: 2, tests: 2 },
      { model: 'llama3', recordings: 1, tests: 1 },
    ]);
    expect(found.tests).toEqual({
      totalCount: 5,
      nodes: [
        { testId: 'tests/test_agent.py::TestChat::test_one[a-b]', recordings: 1, models: ['gpt-4o'] },
        {
          testId: 'tests/test_agent.py::test_two_models',
          recordings: 1,
          models: ['claude-sonnet', 'gpt-4o'],
        },
        { testId: 'tests/test_ogx.py::test_call', recordings: 1, models: ['llama3'] },
        {
          testId: 'tests/test_other.py::test_pair',
          recordings: 1,
          models: ['gemini-flash', 'gemini-pro'],
        },
        { testId: 'tests/test_web.py::test_fetch', recordings: 1, models: [] },
      ],
    });
    const byModel = await ask<{ tests: { totalCount: number; nodes: object[] } }>(
      'tests(filter: { model: "claude-sonnet" }) { totalCount nodes { testId } }',
    );
    expect(byModel.tests).toEqual({
      totalCount: 1,
      nodes: [{ testId: 'tests/test_agent.py::test_two_models' }],
    });
  });

  it('have pages of models and tests with the same numbers', async () => {
    const headers = { authorization: `Bearer ${registry.adminToken}` };
    const page = async (address: string) =>
      (await (await fetch(`${registry.url}/${repository}${address}`, { headers })).text()).replaceAll(
        /\s+/g,
        ' ',
      );
    const models = await page('/models');
    for (const model of ['claude-sonnet', 'gemini-flash', 'gemini-pro', 'gpt-4o', 'llama3'])
      expect(models).toContain(model);
    for (const order of ['name', 'recordings', 'size', 'recorded']) {
      const tests = await page(`/tests?sort=${order}`);
      expect(tests).toContain('test_two_models');
    }
    expect(await page('/tests')).toContain('claude-sonnet');
  });

  it('are pulled with a selection of models when one of their calls has it', async () => {
    expect(await pull('--models', 'claude-sonnet')).toEqual(only(MIXED, PLAIN));
    expect(await pull('--models', 'gpt-4o')).toEqual(only(MIXED, SINGLE, PLAIN));
    expect(await pull('--models', 'llama3')).toEqual(only([CALL.path, CALL.text], PLAIN));
    expect(await pull('--models', 'gemini-flash', '--models', 'llama3')).toEqual(
      only(OTHER, [CALL.path, CALL.text], PLAIN),
    );
  });

  it('are pulled with a selection of tests, by the node id of pytest too', async () => {
    expect(await pull('--tests', 'tests/test_agent.py::test_two_models')).toEqual(only(MIXED));
    expect(await pull('--tests', 'tests/test_agent.py::TestChat::test_one[a/b]')).toEqual(only(SINGLE));
    expect(await pull('--tests', 'tests/test_agent.py::*')).toEqual(only(MIXED, SINGLE));
    expect(await pull('--tests', 'tests/test_agent.py::*', '--models', 'claude-sonnet')).toEqual(only(MIXED));
  });

  it('have no other models and tests than those of their calls', async () => {
    await using there = await makeFolder();
    for (const words of [
      ['--models', 'nosuch'],
      ['--tests', 'tests/test_agent.py::test_one'],
    ]) {
      const ended = await runFixtures(at(), there, ['pull', '--branch', 'main', ...words]);
      expect(ended.status).toBe(1);
      expect(ended.stderr).toContain(words[1]);
    }
  });

  it('list their exchanges', async () => {
    const fields =
      'position key occurrence method url model endpoint status outcome isStreaming responseText';
    type Answer = {
      recordings: {
        nodes: {
          model: string | null;
          endpoint: string | null;
          outcome: string;
          exchanges: {
            totalCount: number;
            nodes: Record<string, unknown>[];
            pageInfo: { endCursor: string };
          };
        }[];
      };
    };
    const exchangesOf = async (path: string, args = '') =>
      (
        await ask<Answer>(
          `recordings(filter: { path: $path }) { nodes { model endpoint outcome exchanges${args} {
            totalCount nodes { ${fields} } pageInfo { hasNextPage endCursor } } } }`,
          { path },
          '($path: String)',
        )
      ).recordings.nodes[0];
    const mixed = await exchangesOf(MIXED[0]);
    const url = 'https://api.provider.invalid/v1/chat/completions';
    expect(mixed).toMatchObject({ model: null, endpoint: null, outcome: 'ERROR' });
    expect(mixed?.exchanges).toMatchObject({
      totalCount: 3,
      nodes: [
        {
          ...{ position: 0, occurrence: 0, method: 'POST', url, model: 'gpt-4o', status: 200 },
          ...{ endpoint: '/v1/chat/completions', outcome: 'SUCCESS', isStreaming: false },
          responseText: 'First the plan',
          key: digestOf(Buffer.from(`POST ${url}`)),
        },
        {
          position: 1,
          occurrence: 0,
          endpoint: '/v1/messages',
          model: 'claude-sonnet',
          responseText: 'Then the work',
        },
        { position: 2, occurrence: 1, status: 429, outcome: 'ERROR', model: 'gpt-4o' },
      ],
    });
    const first = await exchangesOf(MIXED[0], '(first: 2)');
    expect(first?.exchanges.nodes.map(({ position }) => position)).toEqual([0, 1]);
    expect(first?.exchanges.pageInfo).toMatchObject({ hasNextPage: true });
    const cursor = first?.exchanges.pageInfo.endCursor;
    const next = await exchangesOf(MIXED[0], `(first: 2, after: "${cursor}")`);
    expect(next?.exchanges.nodes.map(({ position }) => position)).toEqual([2]);
    const last = await exchangesOf(MIXED[0], '(last: 1)');
    expect(last?.exchanges.nodes.map(({ position }) => position)).toEqual([2]);
    await expect(
      exchangesOf(MIXED[0], `(after: "${Buffer.from('a').toString('base64url')}")`),
    ).rejects.toThrow('the cursor belongs to another connection');

    const call = await exchangesOf(CALL.path);
    expect(call?.exchanges).toMatchObject({
      totalCount: 1,
      nodes: [
        {
          ...{ position: 0, occurrence: 0, method: 'POST', model: 'llama3', outcome: 'SUCCESS' },
          ...{ endpoint: '/v1/chat/completions', isStreaming: false, responseText: 'Hello there' },
        },
      ],
    });
    const all = await ask<Answer>(`recordings { nodes { exchanges { totalCount nodes { ${fields} } } } }`);
    expect(all.recordings.nodes.map(({ exchanges }) => exchanges.nodes.length)).toEqual(
      all.recordings.nodes.map(({ exchanges }) => exchanges.totalCount),
    );
    await expect(
      ask(`recordings(first: 500) { nodes { exchanges(first: 500) { nodes { ${fields} } } } }`),
    ).rejects.toThrow('request smaller pages or fewer fields');
  });

  it('write rows only for cassettes, and none of them twice', async () => {
    await pushFiles(registry, {
      repository,
      ref: { pullRequest: 3, base: 'main' },
      add: { 'copy.yaml': MIXED[1] },
    });
    if (database === 'embedded') return;
    const rows =
      await registry.sql`select encode(digest, 'hex') as digest, count(*)::int as count from exchanges
      group by 1 order by 2, 1`;
    const counts = new Map(rows.map(({ digest, count }) => [digest, count]));
    expect(counts.get(digestOf(Buffer.from(MIXED[1])))).toBe(3);
    expect(counts.get(digestOf(Buffer.from(CALL.text)))).toBeUndefined();
  });

  it('lose their texts and the queries of their URLs with a purge', async () => {
    const SECRET = cassetteOf('tests/test_secret.py::test_it', {
      ...{ model: 'gpt-4o', ask: 'Tell', say: 'the code word is plover' },
      query: '?name=plover',
    });
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: Object.fromEntries([SECRET]) });
    expect(await pathsOf({ search: 'plover' })).toEqual([SECRET[0]]);
    await purge(registry, { repository, digest: digestOf(Buffer.from(SECRET[1])) });
    expect(await pathsOf({ search: 'plover' })).toEqual([]);
    expect(await pathsOf({ testIdPrefix: 'tests/test_secret.py', model: 'gpt-4o' })).toEqual([SECRET[0]]);
    type Answer = { recordings: { nodes: { exchanges: { totalCount: number; nodes: object[] } }[] } };
    const { recordings } = await ask<Answer>(
      `recordings(filter: { path: "${SECRET[0]}" }) { nodes { exchanges { totalCount nodes { url } } } }`,
    );
    expect(recordings.nodes).toEqual([{ exchanges: { totalCount: 0, nodes: [] } }]);
    if (database === 'embedded') return;
    const rows = await registry.sql`select x::text as row from exchanges x`;
    expect(rows.filter(({ row }) => String(row).includes('plover'))).toEqual([]);
  });

  it('leave no rows when gc collects their content', async () => {
    if (database === 'embedded') return;
    const [, text] = cassetteOf('tests/test_left.py::test_it', { model: 'm', ask: 'a', say: 'b' });
    const digest = digestOf(Buffer.from(text));
    await upload(registry, repository, [text]);
    const stored = () => registry.sql`select 1 from exchanges where digest = decode(${digest}, 'hex')`;
    expect(await stored()).toHaveLength(1);
    await registry.sql`update contents set created_at = now() - interval '2 days'
      where digest = decode(${digest}, 'hex')`;
    expect(await registry.command('gc')).toMatchObject({ status: 0 });
    expect(await stored()).toHaveLength(0);
  });

  it('are pulled whole, byte for byte', async () => {
    const files = await pullFiles(registry, repository, {
      ref: { branch: 'main' },
      selection: { paths: ['tests/**'] },
    });
    for (const [path, text] of Object.entries(FILES)) expect(files[path]).toBe(text);
  });
});
