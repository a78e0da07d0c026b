import { digestOf } from '@fixture-registry/protocol';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { makeContentReader } from '../../packages/registry/dist/store/contents/content-reader.js';
import { archiveOf, type Files, pullFiles, pushFiles, send } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { cassette, cassetteOf } from '../support/vcrpy-cassette.js';

// Cassettes with more, longer or stranger calls than recorders write.

const MIB = 1024 * 1024;
const MOST_CALLS = 10_000;

const MANY = cassetteOf(
  'tests/test_many.py::test_calls',
  ...Array.from({ length: MOST_CALLS + 500 }, (_, n) => ({
    ...{ model: `model-${n}`, ask: `Ask ${n}`, say: `Say ${n}` },
    endpoint: `/v1/${n % 7}`,
  })),
);
const STRANGE = cassetteOf(
  'tests/test_strange.py::test_texts',
  { model: 'nul\0model', ask: 'a\0b', say: 'nul \0 in a text' },
  { model: 'half \ud83d', ask: 'half', say: 'half \udc00 a character' },
  {
    model: `long-${'ü'.repeat(5_000)}`,
    ask: 'long',
    say: 'long '.repeat(40_000),
    query: `?${'q'.repeat(9_000)}`,
  },
  { model: "quo'te\\; drop table exchanges --", ask: 'sql', say: '%_\\' },
);
const EMPTY: [string, string] = [
  'tests/cassettes/test_empty/test_none.yaml',
  'interactions: []\nversion: 1\n',
];
const ODD: [string, string] = [
  'tests/cassettes/test_odd/test_shapes.yaml',
  'interactions:\n- request: {uri: 7, method: [], body: {}, headers: 3}\n  response: {status: {code: x}, body: [1]}\n' +
    '- request: {uri: "http://[", method: GET}\n  response: {status: {code: 99999999999}}\nversion: one\n',
];

describe.each(['embedded', 'postgres'] as const)('hostile cassettes, %s', (database) => {
  const repository = 'acme/hostile';
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const ask = async <Data>(fields: string, variables: object = {}): Promise<Data> => {
    const declared = 'filter' in variables ? 'query ($filter: RecordingFilter)' : '';
    const query = `${declared} { repository(owner: "acme", name: "hostile") { ${fields} } }`;
    return (await registry.ask<{ repository: Data }>(query, { ...variables })).repository;
  };
  const pathsOf = async (filter: object) => {
    type Answer = { recordings: { nodes: { path: string }[] } };
    const { recordings } = await ask<Answer>('recordings(filter: $filter) { nodes { path } }', { filter });
    return recordings.nodes.map(({ path }) => path);
  };
  const push = (add: Files) => pushFiles(registry, { repository, ref: { branch: 'main' }, add });

  it('are stored and pulled byte for byte, with at most 10,000 calls', async () => {
    const files = Object.fromEntries([MANY, STRANGE, EMPTY, ODD]);
    const pushed = await push(files);
    expect(pushed.added).toBe(4);
    expect(pushed.problems).toEqual([
      { path: MANY[0], problem: 'more than 10,000 calls: only the first 10,000 are read' },
    ]);
    expect(await pullFiles(registry, repository, { ref: { branch: 'main' } })).toEqual(files);
    type Answer = {
      recordings: {
        nodes: {
          path: string;
          model: string | null;
          exchanges: { totalCount: number; nodes: { position: number; model: string }[] };
        }[];
      };
    };
    const last = await ask<Answer>(
      'recordings { nodes { path model exchanges(last: 2) { totalCount nodes { position model } } } }',
    );
    const counts = new Map(last.recordings.nodes.map(({ path, exchanges }) => [path, exchanges.totalCount]));
    expect(counts).toEqual(
      new Map([
        [MANY[0], MOST_CALLS],
        [STRANGE[0], 4],
        [EMPTY[0], 0],
        // One interaction has no URL, so it is no call.
        [ODD[0], 1],
      ]),
    );
    const many = last.recordings.nodes.find(({ path }) => path === MANY[0]);
    expect(many?.exchanges.nodes).toEqual([
      { position: 9_998, model: 'model-9998' },
      { position: 9_999, model: 'model-9999' },
    ]);
  });

  it('are found by each of their calls', async () => {
    expect(await pathsOf({ model: 'model-9999' })).toEqual([MANY[0]]);
    expect(await pathsOf({ model: 'model-10400' })).toEqual([]);
    expect(await pathsOf({ endpoint: '/v1/3', model: 'model-3' })).toEqual([MANY[0]]);
    expect(await pathsOf({ endpoint: '/v1/3', model: 'model-4' })).toEqual([]);
    expect(await pathsOf({ search: 'Say 9998' })).toEqual([MANY[0]]);
    const { models } = await ask<{ models: { model: string }[] }>('models { model }');
    expect(models).toHaveLength(MOST_CALLS + 4);
  });

  it('keep only text that the database can hold', async () => {
    type Exchange = { model: string; url: string; responseText: string };
    type Answer = { recordings: { nodes: { exchanges: { nodes: Exchange[] } }[] } };
    const { recordings } = await ask<Answer>(
      'recordings(filter: $filter) { nodes { exchanges { nodes { model url responseText } } } }',
      { filter: { path: STRANGE[0] } },
    );
    const exchanges = recordings.nodes[0]?.exchanges.nodes ?? [];
    expect(exchanges.map(({ model }) => model)).toEqual([
      'nul\ufffdmodel',
      'half \ufffd',
      expect.stringMatching(/^long-ü{400,}$/),
      "quo'te\\; drop table exchanges --",
    ]);
    expect(Buffer.byteLength(exchanges[2]?.model ?? '')).toBeLessThanOrEqual(1_000);
    expect(exchanges[2]?.url).toHaveLength(1_024);
    expect(exchanges[2]?.responseText).toHaveLength(65_536);
    expect(await pathsOf({ model: "quo'te\\; drop table exchanges --" })).toEqual([STRANGE[0]]);
    expect(await pathsOf({ search: '%_\\' })).toEqual([STRANGE[0]]);
  });

  it('of 32 MiB are read, as YAML and as JSON, while other pushes go on', async () => {
    const text = 'the words of a long response '.repeat((3 * MIB) / 29);
    const calls = (more: string) =>
      Array.from({ length: 10 }, (_, n) => ({ model: `${more}-${n}`, ask: `Ask ${n}`, say: `${n} ${text}` }));
    const yaml = cassette(calls('yaml'));
    const json = JSON.stringify({
      interactions: calls('json').map(({ model, ask: content, say }) => ({
        request: {
          method: 'POST',
          uri: 'https://api.provider.invalid/v1/chat/completions',
          body: JSON.stringify({ model, messages: [{ role: 'user', content }] }),
        },
        response: {
          status: { code: 200 },
          body: {
            string: JSON.stringify({ object: 'chat.completion', choices: [{ message: { content: say } }] }),
          },
        },
      })),
    });
    for (const large of [yaml, json]) {
      expect(large.length).toBeGreaterThan(30 * MIB);
      expect(large.length).toBeLessThan(32 * MIB);
    }
    const small = Object.fromEntries(
      Array.from({ length: 20 }, (_, n) =>
        cassetteOf(`tests/test_small.py::test_${n}`, { model: 'small', ask: `${n}`, say: `${n}` }),
      ),
    );
    const archives = [await archiveOf([yaml]), await archiveOf([json])];
    // Packing took long: the registry has closed connections that the client would use again.
    await vi.waitFor(() => ask('defaultBranch'));
    await Promise.all([
      ...archives.map((archive) => send(registry, repository, archive)),
      ...Object.entries(small).map(([path, each]) => push({ [path]: each })),
    ]);
    await push({ 'tests/large.yaml': yaml, 'tests/large.json': json });
    expect(await pathsOf({ model: 'small' })).toEqual(Object.keys(small).sort());
    expect(await pathsOf({ model: 'yaml-9' })).toEqual(['tests/large.yaml']);
    expect(await pathsOf({ model: 'json-9' })).toEqual(['tests/large.json']);
  });
});

describe('a content that takes more memory than a thread has', () => {
  it('is refused, and the next one is read', async () => {
    const reader = makeContentReader(64);
    const taskOf = (text: string) => {
      const bytes = Buffer.from(text);
      const digest = digestOf(bytes);
      return {
        packed: { kind: 'block' as const, codec: 'raw' as const, bytes },
        rawSize: bytes.length,
        members: [{ digest, size: bytes.length, start: 0 }],
        accepted: new Set([digest]),
        allowed: [],
      };
    };
    try {
      const large = taskOf(`{"a":[${'{},'.repeat(3 * MIB)}{}]}`);
      const { contents, refused } = await reader.read(large);
      expect(contents).toEqual([]);
      const message = 'the file takes too much memory to be parsed';
      expect(refused).toEqual([{ digest: large.members[0]?.digest, message }]);
      const read = await reader.read(taskOf(cassette([{ model: 'm', ask: 'a', say: 'b' }])));
      expect(read.contents.map(({ reading }) => reading.exchanges.length)).toEqual([1]);
    } finally {
      await reader.close();
    }
  });
});
