import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { claimsOf, type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import { ownerAndName, pushFiles } from '../support/push-files.js';
import { manyFiles, type Recording, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { AUDIENCE, workflowEnvironment } from '../support/workflow-runs.js';

const TEST = 'tests/a.py::test_weather';
const weather = record({ test: TEST, ask: 'How is the weather?', say: 'It is sunny.' });
const forecast = record({ test: TEST, ask: 'And tomorrow?', say: 'It is cloudy.' });
const time = record({ test: 'tests/a.py::test_time', ask: 'What time is it?', say: 'It is noon.' });
const saying = (recording: Recording, word: string) => recording.text.replace(/sunny|cloudy/, word);

interface List<Node> {
  totalCount: number;
  nodes: (Node & { id: string })[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
}
const PAGE = 'totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

describe.each(['embedded', 'postgres'] as const)('lists, %s', (database) => {
  const repository = 'acme/lists';
  let issuer: OidcIssuer;
  let registry: TestRegistry;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    issuer = await startOidcIssuer();
    registry = await startRegistry({
      ...(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {}),
      environment: workflowEnvironment(issuer),
    });
    const push = (ref: Parameters<typeof pushFiles>[1]['ref'], more: object) =>
      pushFiles(registry, { repository, ref, ...more });
    const first = { [weather.path]: weather.text, [forecast.path]: forecast.text, [time.path]: time.text };
    await push({ branch: 'main' }, { add: first, commit: '1'.repeat(40) });
    await push({ branch: 'release/1' }, { add: { [weather.path]: saying(weather, 'rainy') } });
    await push({ branch: 'Älter' }, { remove: [weather.path, forecast.path] });
    // Both branches lie over version 1, in which the forecast is another one.
    await push({ branch: 'main' }, { add: { [forecast.path]: saying(forecast, 'windy') } });
    for (const number of [7, 8, 9, 10]) {
      const add = { [weather.path]: saying(weather, `as in ${number}`) };
      await push({ pullRequest: number, base: 'main' }, { add, title: `The title of ${number}` });
    }
    const input = ownerAndName(repository);
    await registry.ask('mutation ($input: PromoteInput!) { promote(input: $input) { __typename } }', {
      input: { ...input, pullRequest: 8 },
    });
    // Only a run of the pull request can report that it was closed.
    const run = { event: 'pull_request', ref: 'refs/pull/9/merge', baseRef: 'main' };
    const claims = claimsOf({ repository, repositoryId: 50, ...run });
    await registry.ask(
      'mutation ($input: ClosePullRequestInput!) { closePullRequest(input: $input) { __typename } }',
      { input: { ...input, pullRequest: 9 } },
      await issuer.token(claims, AUDIENCE),
    );
    for (const [scope, name] of [
      ['READ', 'lists'],
      ['READ', 'other'],
    ] as const) {
      await pushFiles(registry, { repository: `acme/${name}`, ref: { branch: 'main' }, add: {} });
      const { createToken } = await registry.ask<{ createToken: { token: string } }>(
        'mutation ($input: CreateTokenInput!) { createToken(input: $input) { ... on NewToken { token } } }',
        { input: { owner: 'acme', name, scope } },
      );
      tokens[name] = createToken.token;
    }
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  });

  async function list<Node>(field: string, fields: string, token?: string): Promise<List<Node>> {
    type Answer = { repository: { list: List<Node> } };
    const query = `{ repository(owner: "acme", name: "lists") { list: ${field} { ${PAGE} nodes { id ${fields} } } } }`;
    return (await registry.ask<Answer>(query, {}, token)).repository.list;
  }

  const node = async (id: string, token: string | null = registry.adminToken) =>
    (
      await registry.ask<{ node: Record<string, unknown> | null }>(
        `query ($id: ID!) { node(id: $id) { __typename id ... on Branch { name } ... on PullRequest { number }
          ... on Snapshot { version } ... on Repository { name } } }`,
        { id },
        token,
      )
    ).node;

  it('branches, by name, with their newest state and who pushed it', async () => {
    type Branch = { name: string; isDefault: boolean; snapshot: { version: number; by: string } };
    const found = await list<Branch>('branches', 'name isDefault snapshot { version by }');
    expect(found.totalCount).toBe(3);
    expect(found.nodes.map(({ id: _, ...branch }) => branch)).toEqual([
      { name: 'main', isDefault: true, snapshot: { version: 3, by: 'configured admin' } },
      { name: 'release/1', isDefault: false, snapshot: { version: 1, by: 'configured admin' } },
      { name: 'Älter', isDefault: false, snapshot: { version: 1, by: 'configured admin' } },
    ]);
  });

  it('pull requests, newest first, in each state', async () => {
    type Pull = { number: number; state: string; title: string; baseBranch: string };
    const numbers = async (field: string) => {
      const found = await list<Pull>(field, 'number state title baseBranch');
      expect(found.totalCount).toBe(found.nodes.length);
      expect(new Set(found.nodes.map(({ baseBranch }) => baseBranch))).toEqual(new Set(['main']));
      for (const { number, title } of found.nodes) expect(title).toBe(`The title of ${number}`);
      return found.nodes.map(({ number, state }) => `${number} ${state}`);
    };
    expect(await numbers('pullRequests')).toEqual(['10 OPEN', '9 CLOSED', '8 MERGED', '7 OPEN']);
    expect(await numbers('pullRequests(state: OPEN)')).toEqual(['10 OPEN', '7 OPEN']);
    expect(await numbers('pullRequests(state: MERGED)')).toEqual(['8 MERGED']);
    expect(await numbers('pullRequests(state: CLOSED)')).toEqual(['9 CLOSED']);
  });

  it('snapshots of a branch or pull request, newest first', async () => {
    type Shot = { version: number; commit: string | null; promotedPullRequest: number | null };
    const versions = async (field: string) => {
      const found = await list<Shot>(field, 'version commit promotedPullRequest');
      return { ...found, nodes: found.nodes.map(({ id: _, ...shot }) => shot) };
    };
    const main = await versions('snapshots');
    expect(main.totalCount).toBe(3);
    expect(main.nodes).toEqual([
      { version: 3, commit: null, promotedPullRequest: 8 },
      { version: 2, commit: null, promotedPullRequest: null },
      { version: 1, commit: '1'.repeat(40), promotedPullRequest: null },
    ]);
    expect((await versions('snapshots(branch: "release/1")')).nodes).toMatchObject([{ version: 1 }]);
    expect((await versions('snapshots(pullRequest: 7)')).nodes).toMatchObject([{ version: 1 }]);
    expect(await versions('snapshots(branch: "nosuch")')).toMatchObject({ totalCount: 0, nodes: [] });
    await expect(versions('snapshots(branch: "main", pullRequest: 7)')).rejects.toThrow('exactly one');
  });

  it.each([
    ['branches', 3],
    ['pullRequests', 4],
    ['snapshots', 3],
  ])('%s are read one by one in both directions, and found by id', async (field, count) => {
    const all = (await list(field, '__typename')).nodes.map(({ id }) => id);
    expect(new Set(all).size).toBe(count);
    const forward: string[] = [];
    for (let after = ''; forward.length < count; ) {
      const page = await list(`${field}(first: 1${after && `, after: "${after}"`})`, '__typename');
      forward.push(...page.nodes.map(({ id }) => id));
      expect(page.pageInfo.hasNextPage).toBe(forward.length < count);
      after = page.pageInfo.endCursor;
    }
    expect(forward).toEqual(all);
    const backward: string[] = [];
    for (let before = ''; backward.length < count; ) {
      const page = await list(`${field}(last: 1${before && `, before: "${before}"`})`, '__typename');
      backward.unshift(...page.nodes.map(({ id }) => id));
      expect(page.pageInfo.hasPreviousPage).toBe(backward.length < count);
      before = page.pageInfo.startCursor;
    }
    expect(backward).toEqual(all);
    for (const id of all) {
      expect(await node(id)).toMatchObject({ id });
      expect(await node(id, tokens['lists'])).toMatchObject({ id });
      // A private repository looks as if it did not exist.
      expect(await node(id, tokens['other'])).toBeNull();
      expect(await node(id, null)).toBeNull();
    }
    if (field !== 'branches') {
      const foreign = list(`${field}(first: 1, after: "YWJj")`, '__typename');
      await expect(foreign).rejects.toThrow('the cursor belongs to another connection');
    }
  });

  it('the recordings of a test, or at a path, on each branch and in each open pull request', async () => {
    type Across = {
      branch: { name: string } | null;
      pullRequest: { number: number } | null;
      recordingCount: number;
      recordings: { path: string; content: string; playable: string }[];
    };
    const across = async (args: string) => {
      type Answer = {
        repository: { recordingsAcrossRefs: Omit<List<Across>, 'nodes'> & { nodes: Across[] } };
      };
      const { repository: found } = await registry.ask<Answer>(
        `query { repository(owner: "acme", name: "lists") { recordingsAcrossRefs(${args}) { ${PAGE} nodes {
          branch { name } pullRequest { number } recordingCount recordings { path content playable } } } } }`,
      );
      const { nodes, ...rest } = found.recordingsAcrossRefs;
      const words = nodes.map(({ branch, pullRequest, recordings, recordingCount }) => [
        branch?.name ?? pullRequest?.number,
        recordingCount,
        recordings.map(({ content }) => /It is ([^"]*)\./.exec(content)?.[1]).sort(),
      ]);
      return { ...rest, words };
    };
    const test = `testId: "${TEST}", first: 10`;
    expect((await across(test)).words).toEqual([
      ['main', 2, ['as in 8', 'windy']],
      ['release/1', 2, ['cloudy', 'rainy']],
      ['Älter', 0, []],
      [10, 2, ['as in 10', 'windy']],
      [7, 2, ['as in 7', 'windy']],
    ]);
    expect((await across(`path: "${weather.path}", first: 10`)).words).toEqual([
      ['main', 1, ['as in 8']],
      ['release/1', 1, ['rainy']],
      ['Älter', 0, []],
      [10, 1, ['as in 10']],
      [7, 1, ['as in 7']],
    ]);
    const names = async (args: string) => {
      const page = await across(`testId: "${TEST}", ${args}`);
      expect(page.totalCount).toBe(5);
      return { names: page.words.map(([name]) => name), ...page.pageInfo };
    };
    const first = await names('first: 2');
    expect(first).toMatchObject({ names: ['main', 'release/1'], hasNextPage: true });
    const second = await names(`first: 2, after: "${first.endCursor}"`);
    expect(second).toMatchObject({ names: ['Älter', 10], hasNextPage: true });
    const third = await names(`first: 2, after: "${second.endCursor}"`);
    expect(third).toMatchObject({ names: [7], hasNextPage: false });
    const last = await names('last: 2');
    expect(last).toMatchObject({ names: [10, 7], hasPreviousPage: true });
    const middle = await names(`last: 2, before: "${last.startCursor}"`);
    expect(middle).toMatchObject({ names: ['release/1', 'Älter'], hasPreviousPage: true });
    const start = await names(`last: 2, before: "${middle.startCursor}"`);
    expect(start).toMatchObject({ names: ['main'], hasPreviousPage: false });
    for (const wrong of ['first: 1', `${test}, path: "x"`])
      await expect(across(wrong)).rejects.toThrow('set exactly one of testId and path');
    await expect(across(`${test}, after: "YWJj"`)).rejects.toThrow('another connection');
    await expect(across(`testId: "${TEST}", first: 500`)).rejects.toThrow('the query has a cost of');
  });

  it('repositories, only those that the caller can read', async () => {
    for (const name of ['zz-hidden', 'Open', 'open-too']) {
      await pushFiles(registry, { repository: `Corp/${name}`, ref: { branch: 'main' }, add: {} });
    }
    for (const name of ['Open', 'open-too']) {
      await registry.ask(
        'mutation ($input: ChangeRepositoryInput!) { changeRepository(input: $input) { __typename } }',
        { input: { owner: 'Corp', name, visibility: 'PUBLIC' } },
      );
    }
    type Answer = { repositories: List<{ owner: string; name: string }> };
    const page = async (args: string, token: string | null | undefined) => {
      const query = `{ repositories${args} { ${PAGE} nodes { id owner name } } }`;
      const { repositories } = await registry.ask<Answer>(query, {}, token);
      return { ...repositories, names: repositories.nodes.map(({ owner, name }) => `${owner}/${name}`) };
    };
    const open = ['Corp/Open', 'Corp/open-too'];
    expect(await page('', null)).toMatchObject({ totalCount: 2, names: open });
    expect(await page('', tokens['other'])).toMatchObject({ totalCount: 3, names: ['acme/other', ...open] });
    const all = ['acme/lists', 'acme/other', ...open, 'Corp/zz-hidden'];
    expect(await page('', undefined)).toMatchObject({ totalCount: 5, names: all });
    const first = await page('(first: 3)', undefined);
    expect(first).toMatchObject({ names: all.slice(0, 3), pageInfo: { hasNextPage: true } });
    const rest = await page(`(first: 3, after: "${first.pageInfo.endCursor}")`, undefined);
    expect(rest).toMatchObject({ names: all.slice(3), pageInfo: { hasNextPage: false } });
    const last = await page('(last: 2)', undefined);
    expect(last).toMatchObject({ names: all.slice(3), pageInfo: { hasPreviousPage: true } });
    const before = await page(`(last: 3, before: "${last.pageInfo.startCursor}")`, undefined);
    expect(before).toMatchObject({ names: all.slice(0, 3), pageInfo: { hasPreviousPage: false } });
    // The cursor of a private repository shows no more than any text.
    const hidden = await page(`(first: 3, after: "${rest.pageInfo.startCursor}")`, null);
    expect(hidden.names).toEqual([]);
    const ids = (await page('', undefined)).nodes.map(({ id }) => id);
    expect(await Promise.all(ids.map(async (id) => (await node(id))?.['name']))).toEqual(
      all.map((name) => name.split('/')[1]),
    );
  });

  it('each of many snapshots names its branch and who pushed it', async () => {
    const many = 'acme/many-snapshots';
    for (const [path, text] of Object.entries(manyFiles(25, 'many'))) {
      await pushFiles(registry, { repository: many, ref: { branch: 'main' }, add: { [path]: text } });
    }
    type Shot = { version: number; branch: string; by: string; createdAt: string };
    const { repository: found } = await registry.ask<{ repository: { snapshots: List<Shot> } }>(
      `{ repository(owner: "acme", name: "many-snapshots") { snapshots(first: 500) { ${PAGE}
        nodes { id version branch by createdAt } } } }`,
    );
    const { nodes } = found.snapshots;
    expect(nodes.map(({ version }) => version)).toEqual(Array.from({ length: 25 }, (_, index) => 25 - index));
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(25);
    expect(new Set(nodes.map(({ branch, by }) => `${branch} ${by}`))).toEqual(
      new Set(['main configured admin']),
    );
    const times = nodes.map(({ createdAt }) => Date.parse(createdAt));
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });
});
