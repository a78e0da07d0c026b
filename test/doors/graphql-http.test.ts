import { digestOf } from '@fixture-registry/protocol';
import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { archiveOf, askToPush, planOf, pushFiles, put } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

describe('GraphQL over HTTP', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
    await pushFiles(registry, {
      repository: 'acme/http',
      ref: { branch: 'main' },
      add: { 'recordings/a.json': '{}' },
    });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  it('passes every audit of graphql-http', async () => {
    const results = await auditServer({
      url: `${registry.url}/graphql`,
      fetchFn: (url: string, init: RequestInit = {}) => {
        const headers = new Headers(init.headers);
        headers.set('authorization', `Bearer ${registry.adminToken}`);
        return fetch(url, { ...init, headers });
      },
    });
    expect(results.length).toBeGreaterThan(50);
    const failed = results
      .filter((result) => result.status !== 'ok')
      .map(({ id, name, status }) => ({ id, name, status }));
    expect(failed).toEqual([]);
  });

  it('serves GraphiQL to browsers', async () => {
    const response = await fetch(`${registry.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('GraphiQL');
  });

  it('serves GraphiQL for a link with a query, which it does not run', async () => {
    const link = `${registry.url}/graphql?query=${encodeURIComponent('{ __typename }')}`;
    const page = await fetch(link, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    await page.arrayBuffer();
    const result = await fetch(link, { headers: { accept: 'application/json' } });
    expect(await result.json()).toEqual({ data: { __typename: 'Query' } });
  });

  it('suggests names to callers with a credential only', async () => {
    const misspelled = (token: string | null) => registry.ask('{ repositor { id } }', {}, token);
    await expect(misspelled(registry.adminToken)).rejects.toThrow('Did you mean "repository"');
    await expect(misspelled(null)).rejects.toThrow(
      /^(?!.*(did you mean|"repository")).*Cannot query field/is,
    );
  });

  const nested = (depth: number, leaf: string) => `${'base { '.repeat(depth)}${leaf}${' }'.repeat(depth)}`;
  const inMain = (selection: string) =>
    `{ repository(owner: "acme", name: "http") { snapshot(at: { branch: "main" }) { ${selection} } } }`;
  it.each([
    ['depth', inMain(nested(9, 'id')), inMain(nested(10, 'id'))],
    ['aliases', inMain(aliases(30)), inMain(aliases(31))],
    ['tokens', candidates(1_900), candidates(2_000)],
    ['cost', pages(1), pages(5)],
  ])('limits the %s of a query', async (_what, allowed, refused) => {
    expect(await registry.ask(allowed)).toMatchObject({ repository: expect.anything() });
    const response = await post(registry, { query: refused });
    const { errors, data } = (await response.json()) as {
      errors: { message: string }[];
      data?: { repository: unknown };
    };
    expect(data?.repository ?? null).toBeNull();
    expect(errors[0]?.message).toMatch(/depth|alias|token|cost/i);
    expect(errors[0]?.message).not.toContain('Unexpected error');
  });

  it('limits the size of a request', async () => {
    const response = await post(registry, {
      query: '{ __typename }',
      variables: { filling: 'x'.repeat(65 << 20) },
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { code: 'TOO_LARGE' } });
  });

  it('accepts a request as large as a push of very many paths', async () => {
    const filling = 'x'.repeat(40 << 20);
    const response = await post(registry, { query: '{ __typename }', variables: { filling } });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  it('returns a repository with its new default branch', async () => {
    await pushFiles(registry, {
      repository: 'acme/http',
      ref: { branch: 'next' },
      add: { 'recordings/b.json': '{}' },
    });
    const recordings = 'recordings { nodes { path } }';
    const answer = await registry.ask(
      `mutation { changeRepository(input: { owner: "acme", name: "http", defaultBranch: "next" }) {
        ... on ChangedRepository { repository { ${recordings} } } } }`,
    );
    const paths = { nodes: ['a', 'b'].map((name) => ({ path: `recordings/${name}.json` })) };
    expect(answer).toEqual({ changeRepository: { repository: { recordings: paths } } });
    expect(await registry.ask(`{ repository(owner: "acme", name: "http") { ${recordings} } }`)).toEqual({
      repository: { recordings: paths },
    });
    await registry.ask(
      'mutation { changeRepository(input: { owner: "acme", name: "http", defaultBranch: "main" }) { __typename } }',
    );
  });

  it('returns expected failures as typed results', async () => {
    const main = { branch: 'main' };
    const repository = 'acme/http';
    const content = { 'recordings/new.json': 'never uploaded' };
    const before = await planOf(registry, repository, {});
    expect(await askToPush(registry, { repository, ref: main, add: content })).toMatchObject({
      __typename: 'ContentMissing',
      digests: [digestOf(Buffer.from('never uploaded'))],
    });
    const invalid: [Parameters<typeof askToPush>[1], string][] = [
      [{ repository, ref: { branch: 'a..b' } }, 'not a valid branch name'],
      [{ repository, ref: { pullRequest: 0 } }, 'must be 1 or greater'],
      [{ repository, ref: {} as never }, 'exactly one of branch and pullRequest'],
      [{ repository, ref: main, commit: 'HEAD' }, 'not a full commit id'],
      [{ repository, ref: main, candidates: ['abc'] }, 'not a full commit id'],
      [{ repository, ref: main, baseline: 'abc' }, 'neither a full commit id nor the id of a snapshot'],
      [{ repository, ref: { pullRequest: 1 }, baseline: 'f'.repeat(40) }, 'no snapshot is known'],
      [{ repository, ref: main, add: { '../a.json': '' } }, 'cannot be stored'],
      [{ repository: 'acme/ä', ref: main }, 'not a valid repository name'],
    ];
    for (const [push, message] of invalid) {
      expect(await askToPush(registry, push)).toMatchObject({
        __typename: 'InvalidInput',
        message: expect.stringContaining(message),
      });
    }
    expect(await planOf(registry, repository, { ref: { branch: '-' } })).toMatchObject({
      __typename: 'InvalidInput',
    });
    const both = await planOf(registry, repository, { ref: main, at: { branch: 'main' } });
    expect(both).toMatchObject({ __typename: 'InvalidInput', message: 'set ref or at, not both' });
    // None of these requests changed anything.
    expect(before).toMatchObject({ __typename: 'PullPlan' });
    expect(await planOf(registry, repository, {})).toEqual(before);
  });

  it('shows only the id of an unexpected error and logs its details under that id', async () => {
    await using broken = await startRegistry({ postgresUrl: inject('postgresUrl') });
    const repository = 'acme/broken';
    await pushFiles(broken, { repository, ref: { branch: 'main' }, add: { 'recordings/a.json': '{}' } });
    await broken.sql`alter table readings rename to readings_elsewhere`;
    const query = `{ repository(owner: "acme", name: "broken") { name recordings(first: 1) { nodes { path format } } } }`;
    const response = await post(broken, { query });
    const requestId = response.headers.get('x-request-id');
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      errors: [{ message: `Unexpected error. Request id ${requestId}`, extensions: { code: 'INTERNAL' } }],
    });
    expect(text).not.toMatch(/readings|relation|select|postgres/i);
    await vi.waitFor(() => {
      const lines = broken.output.stderr.split('\n').filter((line) => line.includes(String(requestId)));
      expect(lines.find((line) => line.includes('unexpected error'))).toMatch(/readings.*does not exist/);
    });

    const archive = await put(broken, repository, await archiveOf(['{"new": 1}']));
    expect(archive.status).toBe(500);
    const id = archive.headers.get('x-request-id');
    expect(await archive.json()).toEqual({
      error: { code: 'INTERNAL', message: `Unexpected error. Request id ${id}`, requestId: id },
    });
  });
});

function post(registry: TestRegistry, body: unknown): Promise<Response> {
  return fetch(`${registry.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${registry.adminToken}` },
    body: JSON.stringify(body),
  });
}

function aliases(count: number): string {
  return Array.from({ length: count }, (_, index) => `a${index}: id`).join(' ');
}

/** A short query that requests many rows. */
function pages(count: number): string {
  const page = (index: number) => `p${index}: recordings(first: 500) { nodes { path content } }`;
  const all = Array.from({ length: count }, (_, index) => page(index)).join(' ');
  return `{ repository(owner: "acme", name: "http") { ${all} } }`;
}

/** A query that is long without being deep. */
function candidates(count: number): string {
  const list = Array.from({ length: count }, () => `"${'f'.repeat(40)}"`).join(' ');
  return `{ repository(owner: "acme", name: "http") { pullPlan(candidates: [${list}]) { __typename } } }`;
}
