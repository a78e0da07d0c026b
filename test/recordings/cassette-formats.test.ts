import type { PullSummary } from '@fixture-registry/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type CassetteFormat, writeCassette } from '../support/cassette-formats.js';
import { fixturesJson, runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// A cassette of each format travels byte for byte, and the registry reads its calls.

const CALLS = [
  { model: 'gpt-4o', ask: 'Wer?', say: 'Grüße 🎉' },
  { model: 'm-2', ask: 'Bye?', say: 'Bye.' },
];

const CASSETTES: [layout: CassetteFormat, path: string, format: string, testId: string][] = [
  ['vcrpy', 'tests/cassettes/test_chat/test_greets.yaml', 'vcrpy', 'tests/test_chat.py::test_greets'],
  ['vcr', 'spec/cassettes/chat_greets.yaml', 'vcr', 'spec/cassettes/chat_greets.yaml'],
  ['go-vcr', 'chat/testdata/TestGreets.yaml', 'go-vcr', 'chat/testdata/TestGreets.yaml'],
  ['har', 'web/__recordings__/chat_1/greets_2/recording.har', 'har', 'Chat/greets'],
  ['har.yaml', 'web/recordings/greets_2/recording.har.yaml', 'har', 'Chat/greets'],
  ['httprr', 'llms/testdata/TestGreets.httprr', 'httprr', 'llms/testdata/TestGreets.httprr'],
  ['nock', 'node/recordings/greets.json', 'nock', 'node/recordings/greets.json'],
  ['test-proxy', 'sdk/SessionRecords/greets.json', 'test-proxy', 'sdk/SessionRecords/greets.json'],
  ['aimock', 'fixtures/greets.json', 'aimock', 'fixtures/greets.json'],
  ['dd-trace', 'fixtures/v1_chat_post_0a1b2c3d.json', 'dd-trace', 'fixtures/v1_chat_post_0a1b2c3d.json'],
];
const FILES = Object.fromEntries(
  CASSETTES.map(([layout, path]) => [path, writeCassette(layout, CALLS, 'Chat/greets')]),
);
const OTHER = {
  'node/recordings/other.json': writeCassette('nock', [{ model: 'm-3', ask: 'a', say: 'b' }], ''),
};
const PATHS = ['**/*.{yaml,har,httprr}', '**/recordings/**', '**/SessionRecords/**', 'fixtures/*.json'];
const WHERE = PATHS.flatMap((path) => ['--paths', path]);

interface Node {
  path: string;
  exchanges: { totalCount: number };
}

describe.each(['embedded', 'postgres'] as const)('cassettes, %s', (database) => {
  let registry: TestRegistry;
  const at = () => ({ registry, repository: 'acme/cassettes' });
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    await using folder = await makeFolder({ ...FILES, ...OTHER, 'package.json': '{}' });
    const pushed = await runFixtures(at(), folder, ['push', '--branch', 'main', ...WHERE]);
    expect(pushed).toMatchObject({ status: 0, stdout: expect.stringContaining('11 added') });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  it('are read', async () => {
    const query = `{ repository(owner: "acme", name: "cassettes") { recordings(first: 20) { nodes {
      path format testId model endpoint outcome responseText problem playable
      exchanges { totalCount nodes { method url model status outcome responseText occurrence } } } } } }`;
    const { repository } = await registry.ask<{ repository: { recordings: { nodes: Node[] } } }>(query);
    const read = new Map(repository.recordings.nodes.map((recording) => [recording.path, recording]));
    expect(read.size).toBe(11);
    for (const [layout, path, format, testId] of CASSETTES) {
      const isHttp = layout !== 'aimock';
      const calls = layout === 'dd-trace' ? CALLS.slice(0, 1) : CALLS;
      expect(read.get(path), layout).toMatchObject({
        ...{ path, format, testId, outcome: 'SUCCESS', problem: null, playable: 'UNKNOWN' },
        model: calls.length > 1 ? null : 'gpt-4o',
        endpoint: isHttp ? '/v1/chat/completions' : null,
        responseText: calls.map(({ say }) => say).join('\n\n'),
        exchanges: {
          totalCount: calls.length,
          nodes: calls.map(({ model, say }, occurrence) => ({
            method: isHttp ? 'POST' : '',
            url: !isHttp
              ? ''
              : layout === 'nock'
                ? 'https://api.example:443/v1/chat/completions'
                : 'https://api.example/v1/chat/completions',
            ...{ model, status: 200, outcome: 'SUCCESS', responseText: say, occurrence },
          })),
        },
      });
    }
  });

  it('are pulled byte for byte', async () => {
    await using folder = await makeFolder();
    await fixturesJson<PullSummary>(at(), folder, 'pull', '--branch', 'main', '--models', 'gpt-4o', ...WHERE);
    const found = await folder.files();
    expect([...found.keys()]).toEqual(Object.keys(FILES).sort());
    for (const [path, bytes] of Object.entries(FILES))
      expect(found.get(path)?.equals(bytes), path).toBe(true);
  });

  it('are selected by the test that they name', async () => {
    await using folder = await makeFolder();
    await fixturesJson<PullSummary>(
      at(),
      folder,
      'pull',
      '--branch',
      'main',
      '--tests',
      'Chat/greets',
      ...WHERE,
    );
    expect([...(await folder.files()).keys()]).toEqual([
      'web/__recordings__/chat_1/greets_2/recording.har',
      'web/recordings/greets_2/recording.har.yaml',
    ]);
  });

  it('are compared call by call', async () => {
    const [first, second] = CALLS as [(typeof CALLS)[0], (typeof CALLS)[0]];
    const edited = [{ ...first, say: 'Servus' }, second];
    await using folder = await makeFolder(
      Object.fromEntries(
        CASSETTES.map(([layout, path]) => [path, writeCassette(layout, edited, 'Chat/greets')]),
      ),
    );
    const push = ['push', '--pull-request', '3', '--base', 'main', ...WHERE];
    expect(await runFixtures(at(), folder, push)).toMatchObject({ status: 0 });
    const query = `{ repository(owner: "acme", name: "cassettes") { drift(pullRequest: 3) {
      changes { nodes { kind path level
        exchanges { kind level before { position responseText } after { position responseText } } } } } } }`;
    const { repository } = await registry.ask<{
      repository: { drift: { changes: { nodes: { path: string; exchanges: object[] }[] } } };
    }>(query);
    const changes = new Map(repository.drift.changes.nodes.map((change) => [change.path, change]));
    expect([...changes.keys()].sort()).toEqual(Object.keys(FILES).sort());
    const exchange = {
      ...{ kind: 'CHANGED', level: 'CONTENT' },
      before: { position: 0, responseText: first.say },
      after: { position: 0, responseText: 'Servus' },
    };
    for (const [layout, path] of CASSETTES) {
      const exchanges = layout === 'dd-trace' ? [] : [exchange];
      expect(changes.get(path), layout).toEqual({ kind: 'CHANGED', path, level: 'CONTENT', exchanges });
    }
  });
});
