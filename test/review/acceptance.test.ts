import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { runFixtures } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { ownerAndName, pushFiles } from '../support/push-files.js';
import { record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

interface Report {
  level: string | null;
  accepted: number;
  unaccepted: number;
  unacceptedLevel: string | null;
  markdown: string;
  head: { id: string };
  changes: { nodes: { path: string; accepted: { by: string; at: string; means: string } | null }[] };
}

interface Accepted {
  __typename: string;
  message?: string;
  count?: number;
  already?: number;
  changes?: { path: string }[];
}

const answer = (test: string, say: string) => {
  const { path, text } = record({ test: `tests/test_desk.py::${test}`, ask: `Ask ${test}`, say });
  return { [path]: text };
};
const pathOf = (test: string) => Object.keys(answer(test, ''))[0] ?? '';
const HELLO = pathOf('test_hello');
const BYE = pathOf('test_bye');

describe.each(['embedded', 'postgres'] as const)('accepting drift, %s', (database) => {
  let registry: TestRegistry;
  let folder: Folder;
  let repository = '';
  let repositories = 0;

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    folder = await makeFolder();
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    repository = `acme/acceptance-${++repositories}`;
    await push(main, { ...answer('test_hello', 'Hello.'), ...answer('test_bye', 'Bye.') });
    await push(pr(7), { ...answer('test_hello', 'Good day.'), ...answer('test_bye', 'See you.') });
  });

  const main = { branch: 'main' };
  const pr = (pullRequest: number) => ({ pullRequest, base: 'main' });
  const push = (
    ref: { branch: string } | { pullRequest: number; base: string },
    add: Record<string, string>,
  ) => pushFiles(registry, { repository, ref, add });

  async function report(pullRequest = 7): Promise<Report> {
    const query = `query ($owner: String!, $name: String!, $pullRequest: Int!) {
      repository(owner: $owner, name: $name) { drift(pullRequest: $pullRequest) {
        level accepted unaccepted unacceptedLevel markdown head { id }
        changes { nodes { path accepted { by at means } } }
      } }
    }`;
    const variables = { ...ownerAndName(repository), pullRequest };
    return (await registry.ask<{ repository: { drift: Report } }>(query, variables)).repository.drift;
  }

  async function accept(input: Record<string, unknown>, token = registry.adminToken): Promise<Accepted> {
    const mutation = `mutation ($input: AcceptDriftInput!) { acceptDrift(input: $input) { __typename
      ... on AcceptedDrift { count already changes { path } } ... on Problem { message } } }`;
    const variables = { input: { ...ownerAndName(repository), pullRequest: 7, ...input } };
    return (await registry.ask<{ acceptDrift: Accepted }>(mutation, variables, token)).acceptDrift;
  }

  async function makeToken(scope: 'READ' | 'WRITE'): Promise<string> {
    const mutation = `mutation ($input: CreateTokenInput!) { createToken(input: $input) { ... on NewToken { token } } }`;
    const input = { ...ownerAndName(repository), scope };
    return (await registry.ask<{ createToken: { token: string } }>(mutation, { input })).createToken.token;
  }

  it('excludes accepted changes from failing, names the acceptor, and keeps the overall level', async () => {
    expect(await accept({ by: 'alice', means: 'LABEL' })).toMatchObject({ count: 2, already: 0 });
    const told = await report();
    expect(told).toMatchObject({ level: 'CONTENT', accepted: 2, unaccepted: 0, unacceptedLevel: null });
    const lines = told.markdown.split('\n');
    expect(lines[0]).toBe('### ✅ 2 recordings with changed content');
    expect(lines[4]).toBe('`alice` accepted all 2 changes.');
    expect(told.changes.nodes[0]?.accepted).toMatchObject({ by: 'alice', means: 'LABEL' });
    const again = await accept({ by: 'bob' });
    expect(again).toMatchObject({ count: 0, already: 2, changes: [] });
    expect((await report()).changes.nodes.map((change) => change.accepted?.by)).toEqual(['alice', 'alice']);
  });

  it('lapses for a change that differs later, and applies again when that is reverted', async () => {
    await accept({ by: 'alice', means: 'LABEL' });
    await push(pr(7), answer('test_hello', 'Howdy.'));
    const told = await report();
    expect(told).toMatchObject({ accepted: 1, unaccepted: 1, unacceptedLevel: 'CONTENT' });
    expect(told.markdown).toContain(
      '`alice` accepted 1 of 2 changes. Not accepted (highest level: content): `test_desk.py::test_hello`.',
    );
    await push(pr(7), answer('test_hello', 'Good day.'));
    expect(await report()).toMatchObject({ accepted: 2, unaccepted: 0 });
  });

  it('lapses when the baseline differs', async () => {
    await accept({});
    const commit = 'c0ffee'.padEnd(40, '0');
    await pushFiles(registry, { repository, ref: main, add: answer('test_bye', 'Farewell.'), commit });
    await pushFiles(registry, { repository, ref: pr(7), candidates: [commit] });
    const { changes } = await report();
    expect(Object.fromEntries(changes.nodes.map((one) => [one.path, one.accepted !== null]))).toEqual({
      [HELLO]: true,
      [BYE]: false,
    });
  });

  it('covers only what the reviewer saw: one snapshot, or the state at one time', async () => {
    const seen = (await report()).head.id;
    const before = new Date(Date.now() - 3_600_000).toISOString();
    await push(pr(7), answer('test_hello', 'Howdy.'));
    expect(await accept({ at: before })).toMatchObject({ count: 0 });
    expect(await report()).toMatchObject({ accepted: 0, unaccepted: 2 });
    expect(await accept({ snapshot: seen })).toMatchObject({ count: 2 });
    expect(await report()).toMatchObject({ accepted: 1, unaccepted: 1 });
  });

  it('covers only the given paths, up to the given level', async () => {
    await push(pr(7), answer('test_new', 'New.'));
    expect(await accept({ level: 'METADATA' })).toMatchObject({
      changes: [{ path: pathOf('test_new') }],
    });
    expect(await accept({ paths: ['nowhere/*.json'] })).toMatchObject({ count: 0 });
    expect(await accept({ paths: [HELLO] })).toMatchObject({ changes: [{ path: HELLO }] });
    expect(await report()).toMatchObject({ accepted: 2, unaccepted: 1, unacceptedLevel: 'CONTENT' });
  });

  it('applies to its own pull request only, and requires the scope write', async () => {
    await push(pr(8), { ...answer('test_hello', 'Good day.') });
    expect(await accept({}, await makeToken('READ'))).toMatchObject({ __typename: 'Forbidden' });
    expect(await report()).toMatchObject({ accepted: 0 });
    expect(await accept({}, await makeToken('WRITE'))).toMatchObject({ count: 2 });
    expect(await report(8)).toMatchObject({ accepted: 0, unaccepted: 1 });
    const other = (await report(8)).head.id;
    expect(await accept({ snapshot: other })).toMatchObject({
      __typename: 'InvalidInput',
      message: 'this is not a snapshot of pull request #7',
    });
    expect(await accept({ pullRequest: 99 })).toMatchObject({ __typename: 'NotFound' });
    expect(await accept({ by: 'a\nb' })).toMatchObject({ __typename: 'InvalidInput' });
  });

  it('works from the command line, which lists the accepted changes and then passes', async () => {
    const at = { registry, repository };
    const drift = (...words: string[]) =>
      runFixtures(at, folder, ['drift', '--pull-request', '7', '--fail-on', 'content', ...words]);
    expect(await drift()).toMatchObject({ status: 3 });
    const some = await drift('--accept', '--paths', HELLO);
    expect(some).toMatchObject({ status: 3 });
    expect(some.stdout).toMatch(
      /^Accepted 1 change:\n {2}tests\/test_desk.py::test_hello: answer: Hello → Good day/,
    );
    const rest = await drift('--accept', '--json');
    expect(rest).toMatchObject({ status: 0 });
    expect(JSON.parse(rest.stdout)).toMatchObject({ accepted: 2, newlyAccepted: [{ path: BYE }] });
    expect((await drift()).stdout).toContain('configured admin accepted all 2 changes.');
  });
});
