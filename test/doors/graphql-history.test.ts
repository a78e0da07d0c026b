import { digestOf } from '@fixture-registry/protocol';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import { ownerAndName, pushFiles } from '../support/push-files.js';
import { type Recording, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { workflowEnvironment, workflowRuns } from '../support/workflow-runs.js';

const MAIN = { branch: 'main' };
const PULL = { pullRequest: 7, base: 'main' };
const commit = (digit: string) => digit.repeat(40);

const weather = record({ test: 'tests/a.py::test_weather', ask: 'How is the weather?', say: 'It is sunny.' });
const time = record({ test: 'tests/a.py::test_time', ask: 'What time is it?', say: 'It is noon.' });
const saying = (recording: Recording, word: string) => recording.text.replace(/sunny|noon/, word);
const digest = (text: string) => digestOf(Buffer.from(text));

interface Version {
  path: string;
  kind: string;
  previousDigest: string | null;
  digest: string | null;
  at: string;
  by: string | null;
  run: string | null;
  commit: string | null;
  promotedPullRequest: number | null;
  snapshot: { version: number; branch: string | null; pullRequest: number | null; by: string | null };
  recording: { digest: string; content: string } | null;
}
interface History {
  totalCount: number;
  nodes: Version[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string; startCursor: string };
}

const VERSION = `{ path kind previousDigest digest at by run commit promotedPullRequest
  snapshot { version branch pullRequest by } recording { digest content } }`;
const HISTORY = `{ totalCount nodes ${VERSION} pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;

describe.each(['embedded', 'postgres'] as const)('the history of recordings, %s', (database) => {
  const repository = 'acme/history';
  let issuer: OidcIssuer;
  let registry: TestRegistry;
  let nightly: string;

  beforeAll(async () => {
    issuer = await startOidcIssuer();
    registry = await startRegistry({
      ...(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {}),
      environment: workflowEnvironment(issuer),
    });
    const push = (more: Omit<Parameters<typeof pushFiles>[1], 'repository'>) =>
      pushFiles(registry, { repository, ...more });
    const first = { [weather.path]: weather.text, [time.path]: time.text };
    await push({ ref: MAIN, add: first, commit: commit('1') });
    const { createToken } = await registry.ask<{ createToken: { token: string; tokenId: number } }>(
      'mutation ($input: CreateTokenInput!) { createToken(input: $input) { ... on NewToken { token tokenId } } }',
      { input: { ...ownerAndName(repository), scope: 'WRITE', label: 'nightly' } },
    );
    nightly = `token ${createToken.tokenId} (nightly)`;
    const { token } = createToken;
    await push({ ref: MAIN, add: { [weather.path]: saying(weather, 'rainy') }, commit: commit('2'), token });
    // The pull request changes one recording and removes the other, and then takes the change back.
    await push({ ref: PULL, add: { [weather.path]: saying(weather, 'windy') }, remove: [time.path] });
    await push({ ref: PULL, add: { [weather.path]: saying(weather, 'rainy') } });
    await push({ ref: MAIN, remove: [time.path] });
    await push({ ref: { pullRequest: 8, base: 'main' }, add: { [weather.path]: saying(weather, 'snowy') } });
    await registry.ask('mutation ($input: PromoteInput!) { promote(input: $input) { __typename } }', {
      input: { ...ownerAndName(repository), pullRequest: 8, commit: commit('4') },
    });
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  });

  async function inRepository<Data>(
    selection: string,
    variables: Record<string, unknown> = {},
    types = '',
    name = repository,
  ): Promise<Data> {
    const query = `query ($owner: String!, $name: String!${types}) { repository(owner: $owner, name: $name) { ${selection} } }`;
    const answer = await registry.ask<{ repository: Data }>(query, { ...ownerAndName(name), ...variables });
    return answer.repository;
  }

  async function historyOf(path: string, at: object | null = null, page = ''): Promise<History> {
    const selection = `history(path: $path, at: $at${page}) ${HISTORY}`;
    return (await inRepository<{ history: History }>(selection, { path, at }, ', $path: String!, $at: At'))
      .history;
  }

  async function recordingHistory(path: string, at: object, page = '(first: 50)'): Promise<History> {
    const selection = `recordings(at: $at, filter: { path: $path }, first: 1) { nodes { history${page} ${HISTORY} } }`;
    const types = ', $path: String!, $at: At';
    const found = await inRepository<{ recordings: { nodes: { history: History }[] } }>(
      selection,
      { path, at },
      types,
    );
    const [recording] = found.recordings.nodes;
    if (!recording) throw new Error(`no recording at ${path}`);
    return recording.history;
  }

  it('of a recording names who pushed which content, when and for which commit', async () => {
    const history = await recordingHistory(weather.path, MAIN);
    expect(history.totalCount).toBe(3);
    const texts = [saying(weather, 'snowy'), saying(weather, 'rainy'), weather.text];
    expect(history.nodes.map(({ at: _, ...version }) => version)).toEqual([
      {
        path: weather.path,
        kind: 'CHANGED',
        previousDigest: digest(texts[1] as string),
        digest: digest(texts[0] as string),
        by: 'configured admin',
        run: null,
        commit: commit('4'),
        promotedPullRequest: 8,
        snapshot: { version: 4, branch: 'main', pullRequest: null, by: 'configured admin' },
        recording: { digest: digest(texts[0] as string), content: texts[0] },
      },
      {
        path: weather.path,
        kind: 'CHANGED',
        previousDigest: digest(texts[2] as string),
        digest: digest(texts[1] as string),
        by: nightly,
        run: null,
        commit: commit('2'),
        promotedPullRequest: null,
        snapshot: { version: 2, branch: 'main', pullRequest: null, by: nightly },
        recording: { digest: digest(texts[1] as string), content: texts[1] },
      },
      {
        path: weather.path,
        kind: 'ADDED',
        previousDigest: null,
        digest: digest(texts[2] as string),
        by: 'configured admin',
        run: null,
        commit: commit('1'),
        promotedPullRequest: null,
        snapshot: { version: 1, branch: 'main', pullRequest: null, by: 'configured admin' },
        recording: { digest: digest(texts[2] as string), content: texts[2] },
      },
    ]);
    const times = history.nodes.map(({ at }) => Date.parse(at));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(Math.min(...times)).toBeGreaterThan(Date.now() - 3_600_000);
    expect(Math.max(...times)).toBeLessThanOrEqual(Date.now());
  });

  it('of an earlier recording ends at it', async () => {
    const at = { commit: commit('2') };
    expect((await recordingHistory(weather.path, at)).nodes.map(({ snapshot }) => snapshot.version)).toEqual([
      2, 1,
    ]);
    expect((await historyOf(weather.path, at)).nodes.map(({ snapshot }) => snapshot.version)).toEqual([2, 1]);
  });

  it('of a removed path says who removed it', async () => {
    const { nodes, totalCount } = await historyOf(time.path);
    expect(totalCount).toBe(2);
    expect(nodes).toMatchObject([
      { kind: 'REMOVED', previousDigest: digest(time.text), digest: null, recording: null },
      { kind: 'ADDED', previousDigest: null, digest: digest(time.text), commit: commit('1') },
    ]);
    expect(nodes[0]?.snapshot.version).toBe(3);
    expect(await historyOf('no/recordings/such.json')).toMatchObject({ totalCount: 0, nodes: [] });
  });

  it('of a pull request is compared with its base, and ends where it returns to it', async () => {
    const [windy, rainy] = [digest(saying(weather, 'windy')), digest(saying(weather, 'rainy'))];
    const ofWeather = await historyOf(weather.path, { pullRequest: 7 });
    expect(ofWeather.nodes).toMatchObject([
      { kind: 'CHANGED', previousDigest: windy, digest: rainy, recording: null },
      { kind: 'CHANGED', previousDigest: rainy, digest: windy, recording: { digest: windy } },
    ]);
    expect(ofWeather.nodes.map(({ snapshot }) => [snapshot.pullRequest, snapshot.version])).toEqual([
      [7, 2],
      [7, 1],
    ]);
    expect((await historyOf(time.path, { pullRequest: 7 })).nodes).toMatchObject([
      { kind: 'REMOVED', previousDigest: digest(time.text), digest: null, snapshot: { version: 1 } },
    ]);
    // The recording itself is the one of the branch.
    const inherited = await recordingHistory(weather.path, { pullRequest: 7 });
    expect(inherited.nodes.map(({ snapshot }) => [snapshot.branch, snapshot.version])).toEqual([
      ['main', 2],
      ['main', 1],
    ]);
  });

  it.each<[string, (page: string) => Promise<History>]>([
    ['a recording', (page) => recordingHistory(weather.path, MAIN, `(${page})`)],
    ['a path', (page) => historyOf(weather.path, null, `, ${page}`)],
  ])('of %s is read in pages of both directions', async (_, load) => {
    const versions = (history: History) => history.nodes.map(({ snapshot }) => snapshot.version);
    const first = await load('first: 2');
    expect([versions(first), first.pageInfo.hasNextPage]).toEqual([[4, 2], true]);
    const second = await load(`first: 2, after: "${first.pageInfo.endCursor}"`);
    expect([versions(second), second.pageInfo.hasNextPage]).toEqual([[1], false]);
    const last = await load('first: null, last: 1');
    expect([versions(last), last.pageInfo.hasPreviousPage]).toEqual([[1], true]);
    const before = await load(`first: null, last: 5, before: "${last.pageInfo.startCursor}"`);
    expect([versions(before), before.pageInfo.hasPreviousPage]).toEqual([[4, 2], false]);
    await expect(load('first: 501')).rejects.toThrow('first must be from 0 to 500, not 501');
    await expect(load('first: 1, after: "YWJj"')).rejects.toThrow('the cursor belongs to another connection');
  });

  it('names the last change of each test, also a removal', async () => {
    type Tests = { nodes: { testId: string; lastChange: Version | null }[] };
    const last = async (at: object) => {
      const selection = `tests(at: $at) { nodes { testId lastChange ${VERSION} } }`;
      const { tests } = await inRepository<{ tests: Tests }>(selection, { at }, ', $at: At');
      return Object.fromEntries(
        tests.nodes.map(({ testId, lastChange }) => [
          testId.split('::')[1],
          lastChange && [lastChange.kind, lastChange.by, lastChange.snapshot.version],
        ]),
      );
    };
    expect(await last(MAIN)).toEqual({ test_weather: ['CHANGED', 'configured admin', 4] });
    expect(await last({ commit: commit('2') })).toEqual({
      test_weather: ['CHANGED', nightly, 2],
      test_time: ['ADDED', 'configured admin', 1],
    });
    // In the pull request, its own push is newer than that of the branch.
    expect(await last({ pullRequest: 7 })).toEqual({ test_weather: ['CHANGED', 'configured admin', 2] });
    // A test that lost one of its recordings changed.
    const two = 'acme/two-recordings';
    const test = 'tests/b.py::test_two';
    const [one, other] = ['One?', 'Two?'].map((ask) => record({ test, ask, say: ask }));
    if (!one || !other) throw new Error('two recordings are expected');
    const add = { [one.path]: one.text, [other.path]: other.text };
    await pushFiles(registry, { repository: two, ref: MAIN, add });
    await pushFiles(registry, { repository: two, ref: MAIN, remove: [other.path] });
    const { tests } = await inRepository<{ tests: Tests }>(
      `tests { nodes { testId lastChange ${VERSION} } }`,
      {},
      '',
      two,
    );
    expect(tests.nodes).toMatchObject([
      { testId: test, lastChange: { kind: 'REMOVED', path: other.path, snapshot: { version: 2 } } },
    ]);
  });

  it('names the person who triggered a workflow, and its run', async () => {
    const runs = workflowRuns(issuer, registry, 91);
    const claims = runs.onBranch('main', { actor: 'ada', run_id: '77', sha: commit('a') });
    const pushed = await runs.push(claims, MAIN, { [weather.path]: weather.text }, { commit: commit('a') });
    expect(pushed.__typename).toBe('Push');
    const found = await inRepository<{ history: History }>(
      `history(path: $path) ${HISTORY}`,
      { path: weather.path },
      ', $path: String!',
      runs.repository,
    );
    expect(found.history.nodes).toMatchObject([
      { by: 'ada', run: `${runs.repository}/actions/runs/77/attempts/1`, commit: commit('a') },
    ]);
  });

  it('keeps who pushed when the branch is renamed', async () => {
    const renamed = 'acme/renamed';
    await pushFiles(registry, { repository: renamed, ref: MAIN, add: { [weather.path]: weather.text } });
    await registry.ask(
      'mutation ($input: ChangeRepositoryInput!) { changeRepository(input: $input) { __typename } }',
      { input: { ...ownerAndName(renamed), defaultBranch: 'trunk' } },
    );
    const found = await inRepository<{ history: History }>(
      `history(path: $path) ${HISTORY}`,
      { path: weather.path },
      ', $path: String!',
      renamed,
    );
    expect(found.history.nodes).toMatchObject([
      { kind: 'ADDED', by: 'configured admin', snapshot: { branch: 'trunk', by: 'configured admin' } },
    ]);
  });
});
