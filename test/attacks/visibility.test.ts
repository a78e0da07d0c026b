import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { archiveOf, askToPush, ownerAndName, planOf, pushFiles, put } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { openPage, sendForm } from '../support/web-page.js';

const PRIVATE = 'acme/walled7';
const MISSING = 'acme/nosuch7';
const PUBLIC = 'acme/opened7';
const shop = record({ test: 'tests/a.py::test_a', ask: 'How is the weather?', say: 'It is sunny.' });
const path = encodeURIComponent(shop.path);

const PAGES = [
  '',
  '/models',
  '/tests',
  '/recordings',
  `/recording?path=${path}`,
  `/recording/file?path=${path}`,
  '/pull/7',
  `/pull/7/change?path=${path}`,
  '/compare/1:1...1:1',
];

describe.each(['embedded', 'postgres'] as const)('visibility, %s', (database) => {
  let registry: TestRegistry;
  const tokens: Record<string, string | null> = { nobody: null };
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    for (const repository of [PRIVATE, PUBLIC]) {
      await pushFiles(registry, { repository, ref: { branch: 'main' }, add: filesOf(shop) });
      await pushFiles(registry, {
        repository,
        ref: { pullRequest: 7, base: 'main' },
        add: { [shop.path]: shop.text.replace('sunny', 'rainy') },
      });
    }
    const change = { ...ownerAndName(PUBLIC), visibility: 'PUBLIC' };
    await mutate('changeRepository', 'ChangeRepositoryInput', change);
    for (const scope of ['READ', 'WRITE', 'ADMIN']) {
      const { createToken } = await registry.ask<{ createToken: { token: string } }>(
        'mutation ($input: CreateTokenInput!) { createToken(input: $input) { ... on NewToken { token } } }',
        { input: { owner: 'acme', name: 'other', scope } },
      );
      tokens[`the ${scope.toLowerCase()} token of another repository`] = createToken.token;
    }
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const mutate = (name: string, type: string, input: object, token?: string | null) =>
    registry.ask<Record<string, { __typename: string; message?: string }>>(
      `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on Problem { message } } }`,
      { input },
      token,
    );

  /** Status, headers and body of a response, without its request ID and with a fixed repository name. */
  async function answerOf(response: Response, repository: string): Promise<unknown> {
    const id = response.headers.get('x-request-id') ?? '-';
    const headers = [...response.headers].filter(([name]) => !['x-request-id', 'date'].includes(name));
    const body = Buffer.from(await response.arrayBuffer()).toString('latin1');
    const told = JSON.stringify([response.status, headers, body]).replaceAll(id, 'ID');
    return told.replaceAll(repository, 'acme/name').replaceAll(repository.split('/')[1] ?? '', 'name');
  }

  async function everyAnswer(repository: string, token: string | null): Promise<Map<string, unknown>> {
    const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    const answers = new Map<string, unknown>();
    const note = async (what: string, response: Promise<Response>) =>
      answers.set(what, await answerOf(await response, repository));
    const by = ownerAndName(repository);
    for (const page of PAGES) {
      await note(
        page,
        fetch(`${registry.url}/${repository}${page}`, { redirect: 'manual', headers: authorization }),
      );
    }
    const contents = `${registry.url}/-/${repository}/content`;
    const json = { ...authorization, 'content-type': 'application/json' };
    await note('download', fetch(contents, { method: 'POST', headers: json, body: '{"digests":[]}' }));
    await note('archive', fetch(`${registry.url}/-/${repository}/archive.zip`, { headers: authorization }));
    const archive = (await archiveOf(['{}'])) as NonNullable<RequestInit['body']>;
    await note('upload', fetch(contents, { method: 'PUT', headers: authorization, body: archive }));
    const form = { token: token ?? '', snapshot: '1:1', path: shop.path };
    await note('accept', sendForm(registry, `/${repository}/pull/7/accept`, form));
    const questions: [string, string, object][] = [
      [
        'query',
        'query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { id } }',
        by,
      ],
      ...(
        [
          ['push', 'PushInput', { ...by, ref: { branch: 'main' }, add: [] }],
          ['promote', 'PromoteInput', { ...by, pullRequest: 7 }],
          ['acceptDrift', 'AcceptDriftInput', { ...by, pullRequest: 7 }],
          ['createToken', 'CreateTokenInput', { ...by, scope: 'READ' }],
          ['changeRepository', 'ChangeRepositoryInput', { ...by, visibility: 'PUBLIC' }],
          ['purgeContent', 'PurgeContentInput', { ...by, digest: 'a'.repeat(64), reason: 'x' }],
        ] as const
      ).map(([name, type, input]): [string, string, object] => [
        name,
        `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on Problem { message } } }`,
        { input },
      ]),
    ];
    for (const [name, query, variables] of questions) {
      const body = JSON.stringify({ query, variables });
      await note(name, fetch(`${registry.url}/graphql`, { method: 'POST', headers: json, body }));
    }
    return answers;
  }

  it.each([
    'nobody',
    'the read token of another repository',
    'the write token of another repository',
    'the admin token of another repository',
  ])(
    'every route gives the same response for a private repository as for a missing one (caller: %s)',
    async (who) => {
      const token = tokens[who] ?? null;
      const there = await everyAnswer(PRIVATE, token);
      const missing = await everyAnswer(MISSING, token);
      expect(there.size).toBeGreaterThanOrEqual(20);
      for (const [what, answer] of there) expect(answer, what).toEqual(missing.get(what));
      // The comparison is sensitive: a public repository gets a different response.
      expect((await everyAnswer(PUBLIC, token)).get('')).not.toEqual(there.get(''));
    },
  );

  it('a private repository is in no list, and nothing of its lists is found by its id', async () => {
    const LISTS = `{ repositories(first: 100) { totalCount nodes { id owner name
      branches { nodes { id snapshot { id } } } pullRequests { nodes { id } } snapshots { nodes { id } }
      recordings(first: 1) { nodes { id history(first: 1) { nodes { snapshot { id } recording { id } } } } } } } }`;
    type Shown = { id: string; owner: string; name: string };
    const shownTo = async (token?: string | null) => {
      const { repositories } = await registry.ask<{
        repositories: { totalCount: number; nodes: Shown[] };
      }>(LISTS, {}, token);
      expect(repositories.totalCount).toBe(repositories.nodes.length);
      return repositories.nodes;
    };
    const idsIn = (value: object) =>
      [...JSON.stringify(value).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id ?? '');
    const find = async (id: string, token: string | null | undefined) =>
      (
        await registry.ask<{ node: object | null }>(
          'query ($id: ID!) { node(id: $id) { __typename } }',
          { id },
          token,
        )
      ).node;
    const all = await shownTo();
    const hidden = all.find(({ owner, name }) => `${owner}/${name}` === PRIVATE);
    const ids = [...new Set(idsIn(hidden ?? {}))];
    // The repository, its branch, pull request, snapshot and recording.
    expect(ids).toHaveLength(5);
    for (const id of ids) expect(await find(id, undefined)).not.toBeNull();
    for (const [who, token] of Object.entries(tokens)) {
      const shown = (await shownTo(token)).map(({ owner, name }) => `${owner}/${name}`);
      expect(shown, who).toContain(PUBLIC);
      expect(shown, who).not.toContain(PRIVATE);
      for (const id of ids) expect(await find(id, token), who).toBeNull();
    }
  });

  it('a caller without a token reads the plan, contents, archive and pages of a public repository', async () => {
    const plan = await registry.ask<{ repository: { pullPlan: { files: { digest: string }[] } } }>(
      `{ repository(owner: "acme", name: "opened7") { pullPlan { ... on PullPlan { files { digest } } } } }`,
      {},
      null,
    );
    const digests = plan.repository.pullPlan.files.map(({ digest }) => digest);
    expect(digests).toHaveLength(1);
    const download = await fetch(`${registry.url}/-/${PUBLIC}/content`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ digests }),
    });
    expect(download.status).toBe(200);
    expect((await download.arrayBuffer()).byteLength).toBeGreaterThan(100);
    const archive = await fetch(`${registry.url}/-/${PUBLIC}/archive.zip`);
    expect(archive.status).toBe(200);
    await archive.arrayBuffer();
    for (const page of PAGES.slice(0, 8)) {
      expect((await openPage(registry, `/${PUBLIC}${page}`, { token: null })).status, page).toBe(200);
    }
  });

  it('a caller without a token, or with one of another repository, cannot write to a public repository', async () => {
    const by = ownerAndName(PUBLIC);
    const before = await planOf(registry, PUBLIC, {});
    for (const token of Object.values(tokens)) {
      const asked = { repository: PUBLIC, ref: { branch: 'main' }, remove: [shop.path] };
      const push = await registry.ask<{ push: { __typename: string } }>(
        'mutation ($input: PushInput!) { push(input: $input) { __typename } }',
        { input: { ...by, ref: asked.ref, add: [], remove: asked.remove } },
        token,
      );
      expect(push.push.__typename).toBe('Forbidden');
      for (const [name, type, input] of [
        ['promote', 'PromoteInput', { ...by, pullRequest: 7 }],
        ['acceptDrift', 'AcceptDriftInput', { ...by, pullRequest: 7 }],
        ['createToken', 'CreateTokenInput', { ...by, scope: 'READ' }],
        ['changeRepository', 'ChangeRepositoryInput', { ...by, visibility: 'PRIVATE' }],
      ] as const) {
        expect((await mutate(name, type, input, token))[name]?.__typename, name).toBe('Forbidden');
      }
      const upload = await fetch(`${registry.url}/-/${PUBLIC}/content`, {
        method: 'PUT',
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
        body: (await archiveOf(['{}'])) as NonNullable<RequestInit['body']>,
      });
      expect(upload.status).toBe(403);
      await upload.arrayBuffer();
    }
    expect(await planOf(registry, PUBLIC, {})).toEqual(before);
    expect((await askToPush(registry, { repository: PUBLIC, ref: { branch: 'main' } })).__typename).toBe(
      'Push',
    );
    expect((await put(registry, PUBLIC, await archiveOf(['{}']))).status).toBe(200);
  });
});
