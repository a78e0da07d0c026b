import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Files, ownerAndName, pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const answer = (test: string, say: string) =>
  filesOf(record({ test: `tests/test_desk.py::${test}`, ask: `Ask ${test}`, say }));
const PATH = Object.keys(answer('test_mood', ''))[0];
const main = { branch: 'main' };

interface Report {
  markdown: string;
  changes: { nodes: { path: string; flaky: Record<string, unknown> | null }[] };
}

describe.each(['embedded', 'postgres'] as const)('unstable responses, %s', (database) => {
  let registry: TestRegistry;
  let repository = '';
  let repositories = 0;

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  afterAll(() => registry[Symbol.asyncDispose]());
  beforeEach(async () => {
    repository = `acme/flaky-${++repositories}`;
    await pushFiles(registry, {
      repository,
      ref: main,
      add: { ...answer('test_mood', 'Fine.'), ...answer('test_calm', 'Calm.') },
    });
  });

  const push = (pullRequest: number, add: Files) =>
    pushFiles(registry, { repository, ref: { pullRequest, base: 'main' }, add });

  async function report(pullRequest: number): Promise<Report> {
    const query = `query ($owner: String!, $name: String!, $pullRequest: Int!) {
      repository(owner: $owner, name: $name) { drift(pullRequest: $pullRequest) { markdown
        changes { nodes { path flaky { withinPullRequest pullRequests ofPullRequests words } } } } } }`;
    const variables = { ...ownerAndName(repository), pullRequest };
    return (await registry.ask<{ repository: { drift: Report } }>(query, variables)).repository.drift;
  }

  async function unstable(first = 50): Promise<Record<string, unknown>[]> {
    const query = `query ($owner: String!, $name: String!, $first: Int!) { repository(owner: $owner, name: $name) {
      unstable(first: $first) { path testId model pullRequests ofPullRequests betweenPushes words } } }`;
    const variables = { ...ownerAndName(repository), first };
    type Answer = { repository: { unstable: Record<string, unknown>[] } };
    return (await registry.ask<Answer>(query, variables)).repository.unstable;
  }

  it('are marked when they change between pushes of one pull request', async () => {
    await push(1, { ...answer('test_mood', 'Good.'), ...answer('test_calm', 'Quiet.') });
    expect((await report(1)).changes.nodes.map(({ flaky }) => flaky)).toEqual([null, null]);
    await push(1, answer('test_mood', 'So so.'));
    await push(1, answer('test_mood', 'Great.'));
    const { changes, markdown } = await report(1);
    const marked = changes.nodes.filter(({ flaky }) => flaky !== null);
    const words = 'changed 2 times between pushes of this pull request';
    expect(marked).toEqual([
      { path: PATH, flaky: { withinPullRequest: 2, pullRequests: 1, ofPullRequests: 1, words } },
    ]);
    expect(markdown.split('\n')[4]).toBe(
      `1 response is unstable although its request did not change: \`test_desk.py::test_mood\` ${words}.`,
    );
  });

  it('are marked when they change in three recent pull requests, each over its own base', async () => {
    await push(1, answer('test_mood', 'Good.'));
    await push(2, answer('test_calm', 'Quiet.'));
    await push(3, answer('test_mood', 'Bad.'));
    expect((await report(3)).changes.nodes[0]?.flaky).toBeNull();
    await push(4, { ...answer('test_mood', 'Fine enough.'), ...answer('test_calm', 'Still.') });
    const { changes } = await report(4);
    expect(
      Object.fromEntries(changes.nodes.map(({ path, flaky }) => [path === PATH, flaky?.['words']])),
    ).toEqual({
      true: 'changed in 3 of the last 4 pull requests',
      false: undefined,
    });
  });

  it('are listed for the repository, those that changed most often first', async () => {
    expect(await unstable()).toEqual([]);
    await push(1, { ...answer('test_mood', 'Good.'), ...answer('test_calm', 'Quiet.') });
    await push(2, answer('test_mood', 'Bad.'));
    expect(await unstable()).toEqual([]);
    await push(1, answer('test_calm', 'Silent.'));
    const calm = { path: Object.keys(answer('test_calm', ''))[0], testId: 'tests/test_desk.py::test_calm' };
    const words = 'changed once between pushes of a pull request';
    const once = { ...calm, model: 'llama3', pullRequests: 1, ofPullRequests: 2, betweenPushes: 1, words };
    expect(await unstable()).toEqual([once]);
    await push(3, answer('test_mood', 'So so.'));
    const mood = { path: PATH, testId: 'tests/test_desk.py::test_mood', model: 'llama3' };
    expect(await unstable()).toEqual([
      {
        ...mood,
        ...{ pullRequests: 3, ofPullRequests: 3, betweenPushes: 0 },
        words: 'changed in 3 of the last 3 pull requests',
      },
      { ...once, ofPullRequests: 3 },
    ]);
    expect(await unstable(1)).toMatchObject([mood]);
    expect(await unstable(0)).toEqual([]);
    await expect(unstable(501)).rejects.toThrow('first must be from 0 to 500, not 501');
  });

  it('are not marked for changes that no test notices, or for another request', async () => {
    const cosmetic = (id: string) =>
      Object.fromEntries(
        Object.entries(answer('test_mood', 'Good.')).map(([path, text]) => [path, text.replace('rec-1', id)]),
      );
    for (const id of ['rec-2', 'rec-3', 'rec-4']) await push(1, cosmetic(id));
    expect((await report(1)).changes.nodes[0]?.flaky).toBeNull();
    const edited = (say: string) =>
      Object.fromEntries(
        Object.entries(answer('test_mood', say)).map(([path, text]) => [
          path,
          text.replaceAll('Ask test_mood', 'Ask another'),
        ]),
      );
    await push(2, edited('Good.'));
    await push(2, edited('Bad.'));
    expect((await report(2)).changes.nodes[0]?.flaky).toBeNull();
    expect(await unstable()).toEqual([]);
  });
});
