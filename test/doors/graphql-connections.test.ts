import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ownerAndName, pushFiles } from '../support/push-files.js';
import { manyFiles, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const COUNT = 23;
const FILES = manyFiles(COUNT, 'pages');
const PATHS = Object.keys(FILES).sort();

interface Page {
  totalCount: number;
  nodes: { id: string; path: string }[];
  edges: { cursor: string; node: { path: string } }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

describe.each(['embedded', 'postgres'] as const)('connections and ids, %s', (database) => {
  let registry: TestRegistry;

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    await pushFiles(registry, { repository: 'acme/pages', ref: { branch: 'main' }, add: FILES });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  async function page(args: Record<string, unknown>, repository = 'acme/pages'): Promise<Page> {
    const variables = { ...ownerAndName(repository), ...args };
    type Answer = { repository: { recordings: Page } };
    return (await registry.ask<Answer>('first' in args || !('last' in args) ? FORWARD : BACKWARD, variables))
      .repository.recordings;
  }

  it('pages forward through every path once', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (const size of [7, 7, 7, 2]) {
      const found: Page = await page({ first: 7, after });
      expect(found.nodes).toHaveLength(size);
      expect(found.edges.map((edge) => edge.node.path)).toEqual(found.nodes.map((node) => node.path));
      expect(found.pageInfo).toMatchObject({
        hasNextPage: size === 7,
        startCursor: found.edges[0]?.cursor,
        endCursor: found.edges.at(-1)?.cursor,
      });
      expect(found.totalCount).toBe(COUNT);
      seen.push(...found.nodes.map((node) => node.path));
      after = found.pageInfo.endCursor;
    }
    expect(seen).toEqual(PATHS);
  });

  it('pages backward through every path', async () => {
    let seen: string[] = [];
    let before: string | null = null;
    for (const size of [10, 10, 3]) {
      const found: Page = await page({ last: 10, before });
      expect(found.nodes).toHaveLength(size);
      expect(found.pageInfo.hasPreviousPage).toBe(size === 10);
      seen = [...found.nodes.map((node) => node.path), ...seen];
      before = found.pageInfo.startCursor;
    }
    expect(seen).toEqual(PATHS);
  });

  it('keep cursors valid while recordings are added and removed', async () => {
    const repository = 'acme/moving';
    const push = (add: Record<string, string>, remove: string[] = []) =>
      pushFiles(registry, { repository, ref: { branch: 'main' }, add, remove });
    await push(FILES);
    const first = await page({ first: 5 }, repository);
    const [last] = first.nodes.slice(-1);
    await push({ 'a/recordings/earlier.json': '1', 'z/recordings/later.json': '2' }, [last?.path ?? '']);
    const rest = await page({ first: 100, after: first.pageInfo.endCursor }, repository);
    expect(rest.nodes.map((node) => node.path)).toEqual([...PATHS.slice(5), 'z/recordings/later.json']);
  });

  it('return 50 nodes by default and up to 500, and reject a larger page', async () => {
    const add = manyFiles(501, 'five-hundred');
    await pushFiles(registry, { repository: 'acme/large', ref: { branch: 'main' }, add });
    expect((await page({ first: 500 }, 'acme/large')).nodes).toHaveLength(500);
    expect((await page({}, 'acme/large')).nodes).toHaveLength(50);
    expect((await page({ first: 0 }, 'acme/large')).nodes).toHaveLength(0);
    await expect(page({ first: 501 }, 'acme/large')).rejects.toThrow('first must be from 0 to 500, not 501');
    await expect(page({ last: 501 }, 'acme/large')).rejects.toThrow('last must be from 0 to 500, not 501');
    await expect(page({ first: -1 }, 'acme/large')).rejects.toThrow('first must be from 0 to 500, not -1');
    await expect(page({ first: 1, after: '%%%' }, 'acme/large')).rejects.toThrow('not a cursor');
  });

  it('find repository, snapshot and recording by id', async () => {
    type Answer = {
      repository: { id: string; snapshot: { id: string }; recordings: { nodes: { id: string }[] } };
    };
    const { repository } = await registry.ask<Answer>(
      `{ repository(owner: "acme", name: "pages") { id snapshot(at: { branch: "main" }) { id }
         recordings(first: 1) { nodes { id } } } }`,
    );
    expect(await node(repository.id)).toEqual({ __typename: 'Repository', name: 'pages' });
    expect(await node(repository.snapshot.id)).toEqual({ __typename: 'Snapshot', version: 1 });
    const recording = repository.recordings.nodes[0]?.id ?? '';
    expect(await node(recording)).toEqual({
      __typename: 'Recording',
      path: PATHS[0],
      content: FILES[PATHS[0] ?? ''],
    });
    // The id names the state of that time, whatever is pushed later.
    await pushFiles(registry, {
      repository: 'acme/pages',
      ref: { pullRequest: 1 },
      add: { [PATHS[0] ?? '']: 'new' },
    });
    expect(await node(recording)).toMatchObject({ content: FILES[PATHS[0] ?? ''] });
    await expect(node('nonsense')).rejects.toThrow('is not an id of this registry');
  });

  it('hide objects of other repositories, even by id', async () => {
    const secret = record({ test: 't', ask: 'Secret?', say: 'Yes.' });
    await pushFiles(registry, {
      repository: 'acme/secret',
      ref: { branch: 'main' },
      add: { [secret.path]: secret.text },
    });
    type Answer = {
      repository: { id: string; snapshot: { id: string }; recordings: { nodes: { id: string }[] } };
    };
    const { repository } = await registry.ask<Answer>(
      `{ repository(owner: "acme", name: "secret") { id snapshot(at: { branch: "main" }) { id }
         recordings(first: 1) { nodes { id } } } }`,
    );
    const ids = [repository.id, repository.snapshot.id, repository.recordings.nodes[0]?.id ?? ''];
    const made = await registry.command('token', 'create', '--repository', 'acme/pages', '--scope', 'admin');
    for (const token of [made.stdout.trim(), null]) {
      for (const id of ids) expect(await node(id, token)).toBeNull();
      const byName = await registry.ask('{ repository(owner: "acme", name: "secret") { id } }', {}, token);
      expect(byName).toEqual({ repository: null });
    }
    // The id of a snapshot works only in its own repository.
    const inOther = registry.ask(
      `query ($id: ID!) { repository(owner: "acme", name: "pages") { snapshot(at: { snapshot: $id }) { version } } }`,
      { id: repository.snapshot.id },
      made.stdout.trim(),
    );
    expect(await inOther).toEqual({ repository: { snapshot: null } });
  });

  async function node(id: string, token: string | null = registry.adminToken): Promise<unknown> {
    const query = `query ($id: ID!) { node(id: $id) { __typename ... on Repository { name } ... on Snapshot { version }
      ... on Recording { path content } } }`;
    return (await registry.ask<{ node: unknown }>(query, { id }, token)).node;
  }
});

const FIELDS = `{ totalCount nodes { id path } edges { cursor node { path } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;
const FORWARD = `query ($owner: String!, $name: String!, $first: Int = 50, $after: String) {
  repository(owner: $owner, name: $name) { recordings(first: $first, after: $after) ${FIELDS} } }`;
const BACKWARD = `query ($owner: String!, $name: String!, $last: Int, $before: String) {
  repository(owner: $owner, name: $name) { recordings(last: $last, before: $before) ${FIELDS} } }`;
