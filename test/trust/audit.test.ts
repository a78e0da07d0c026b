import { digestOf, pack, writeArchive } from '@fixture-registry/protocol';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect } from '../../packages/registry/dist/database/connect.js';
import { ACTIONS } from '../../packages/registry/src/doors/graphql/audited-mutations.js';
import { auditPage } from '../../packages/registry/src/trust/audit/audit-pages-store.js';
import { recordAudit } from '../../packages/registry/src/trust/audit/audit-store.js';
import { ANONYMOUS } from '../../packages/registry/src/trust/identity/identity.js';
import { auditOf, unattachedAudit } from '../support/audit-log.js';
import { makeFolder } from '../support/folder.js';
import { archiveOf, askToPush, ownerAndName, pushFiles, put, upload } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { createDatabase, startRegistry, type TestRegistry } from '../support/registry.js';
import { openPage, sendForm } from '../support/web-page.js';

const MAIN = { branch: 'main' };
const SHA = 'a'.repeat(40);

describe.each(['embedded', 'postgres'] as const)('the audit log, %s', (database) => {
  let registry: TestRegistry;
  let repositories = 0;
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  /** A new repository for each test. */
  const newRepository = () => `acme/audited-${++repositories}`;

  type Made = { __typename: string; token: string; tokenId: number };
  async function makeToken(repository: string, scope: string, label: string | null = null, token?: string) {
    const { createToken } = await registry.ask<{ createToken: Made }>(
      'mutation ($input: CreateTokenInput!) { createToken(input: $input) { __typename ... on NewToken { token tokenId } } }',
      { input: { ...ownerAndName(repository), scope, label } },
      token,
    );
    return createToken;
  }
  const mutate = (name: string, type: string, input: object, token?: string) =>
    registry.ask<Record<string, { __typename: string }>>(
      `mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`,
      { input },
      token,
    );

  const shop = record({ test: 'tests/a.py::test_a', ask: 'How is the weather?', say: 'It is sunny.' });
  const rainy = { [shop.path]: shop.text.replace('sunny', 'rainy') };

  it('records every write with actor, action, size and address', async () => {
    const repository = newRepository();
    const by = ownerAndName(repository);
    await pushFiles(registry, { repository, ref: MAIN, add: filesOf(shop) });
    await pushFiles(registry, { repository, ref: { pullRequest: 7, base: 'main' }, add: rainy });
    await mutate('acceptDrift', 'AcceptDriftInput', { ...by, pullRequest: 7, by: 'Ada', means: 'LABEL' });
    await mutate('promote', 'PromoteInput', { ...by, pullRequest: 7, commit: SHA });
    await mutate('promote', 'PromoteInput', { ...by, pullRequest: 7 });
    await mutate('changeRepository', 'ChangeRepositoryInput', { ...by, visibility: 'PUBLIC' });
    const { tokenId, token } = await makeToken(repository, 'WRITE', 'nightly');
    await pushFiles(registry, { repository, ref: MAIN, remove: [shop.path], token });
    await registry.ask('mutation ($id: Int!) { revokeToken(id: $id) { __typename } }', { id: tokenId });

    const events = await auditOf(registry, repository);
    expect(events.map(({ action, target, detail }) => [action, target, detail])).toEqual([
      ['REPOSITORY_CHANGE', repository, 'created'],
      ['UPLOAD', null, '1 contents stored, 0 already present'],
      ['PUSH', 'refs/heads/main', 'version 1: 1 added, 0 changed, 0 removed, 0 unchanged'],
      ['UPLOAD', null, '1 contents stored, 0 already present'],
      ['PUSH', 'refs/pull/7', 'version 1: 0 added, 1 changed, 0 removed, 0 unchanged'],
      ['ACCEPT', 'refs/pull/7', 'accepted 1 change on behalf of Ada; 0 were already accepted'],
      ['PROMOTE', 'refs/heads/main', 'pull request #7: promoted to main; 0 added, 1 changed, 0 removed'],
      ['PROMOTE', 'refs/heads/main', expect.stringContaining('was promoted before')],
      ['REPOSITORY_CHANGE', repository, 'visibility: PRIVATE to PUBLIC'],
      ['TOKEN_CREATE', `token ${tokenId}`, 'scope write, without expiry (nightly)'],
      ['PUSH', 'refs/heads/main', 'version 3: 0 added, 0 changed, 1 removed, 0 unchanged'],
      ['TOKEN_REVOKE', `token ${tokenId}`, 'scope write (nightly)'],
    ]);
    expect(new Set(events.map((event) => event.outcome))).toEqual(new Set(['DONE']));
    expect(new Set(events.map((event) => event.address))).toEqual(new Set(['127.0.0.1']));
    expect(new Set(events.map((event) => event.repository))).toEqual(new Set([repository]));
    expect(events.map((event) => event.who)).toEqual([
      ...Array(10).fill('configured admin'),
      expect.stringMatching(new RegExp(`^token ${tokenId}\\b`)),
      'configured admin',
    ]);
    for (const { requestId, at } of events) {
      expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
      expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000);
    }
  });

  it('records every refused write with the reason, even from callers who cannot see the repository', async () => {
    const repository = newRepository();
    await pushFiles(registry, { repository, ref: MAIN, add: filesOf(shop) });
    const reader = await makeToken(repository, 'READ');
    const stranger = await makeToken('acme/elsewhere', 'WRITE');
    const by = ownerAndName(repository);
    const before = (await auditOf(registry, repository)).length;

    await askToPush(registry, { repository, ref: { branch: 'a..b' } });
    await askToPush(registry, { repository, ref: MAIN, add: { '../a.json': '' } });
    await askToPush(registry, { repository, ref: MAIN, token: reader.token });
    await askToPush(registry, { repository, ref: { pullRequest: 3 }, token: stranger.token });
    await mutate('promote', 'PromoteInput', { ...by, pullRequest: 7, branch: '..' });
    await mutate('promote', 'PromoteInput', { ...by, pullRequest: 7 }, reader.token);
    await mutate('acceptDrift', 'AcceptDriftInput', { ...by, pullRequest: 7 });
    await makeToken(repository, 'ADMIN', null, reader.token);
    await mutate('changeRepository', 'ChangeRepositoryInput', { ...by, visibility: 'PUBLIC' }, reader.token);
    await put(registry, repository, await archiveOf(['{}']), reader.token);
    await put(registry, repository, await archiveOf(['{}']), stranger.token);
    await put(registry, repository, Buffer.from('no archive'));
    const form = { token: reader.token, snapshot: 'x' };
    await sendForm(registry, `/${repository}/pull/7/accept`, form);
    await sendForm(registry, `/${repository}/pull/7/accept`, form, { 'sec-fetch-site': 'cross-site' });

    const events = (await auditOf(registry, repository)).slice(before);
    expect(
      events.map(({ who, action, target, detail }) => [who.split(' (')[0], action, target, detail]),
    ).toEqual([
      ['configured admin', 'PUSH', null, expect.stringContaining('not a valid branch name')],
      ['configured admin', 'PUSH', 'refs/heads/main', expect.stringContaining('cannot be stored')],
      [`token ${reader.tokenId}`, 'PUSH', 'refs/heads/main', expect.stringContaining('scope write')],
      [`token ${stranger.tokenId}`, 'PUSH', 'refs/pull/3', expect.stringContaining('does not exist')],
      ['configured admin', 'PROMOTE', 'refs/heads/..', expect.stringContaining('branch')],
      [`token ${reader.tokenId}`, 'PROMOTE', 'refs/pull/7', expect.stringContaining('scope write')],
      ['configured admin', 'ACCEPT', 'refs/pull/7', expect.stringContaining('no recordings were pushed')],
      [`token ${reader.tokenId}`, 'TOKEN_CREATE', null, expect.stringContaining('scope admin')],
      [`token ${reader.tokenId}`, 'REPOSITORY_CHANGE', null, expect.stringContaining('scope admin')],
      [`token ${reader.tokenId}`, 'UPLOAD', null, expect.stringContaining('scope write')],
      [`token ${stranger.tokenId}`, 'UPLOAD', null, expect.stringContaining('does not exist')],
      ['configured admin', 'UPLOAD', null, expect.stringContaining('archive')],
      [`token ${reader.tokenId}`, 'ACCEPT', 'refs/pull/7', expect.stringContaining('scope write')],
      ['anonymous', 'ACCEPT', 'refs/pull/7', expect.stringContaining('Another site')],
    ]);
    expect(new Set(events.map((event) => event.outcome))).toEqual(new Set(['REFUSED']));
  });

  it('has an action for every mutation, so that each refusal is recorded', async () => {
    const { __schema } = await registry.ask<{ __schema: { mutationType: { fields: { name: string }[] } } }>(
      '{ __schema { mutationType { fields { name } } } }',
    );
    const names = __schema.mutationType.fields.map(({ name }) => name);
    expect(names.filter((name) => ACTIONS[name] === undefined)).toEqual([]);
  });

  it('ignores a push that only asks which contents are missing', async () => {
    const repository = newRepository();
    await askToPush(registry, { repository, ref: MAIN, add: filesOf(shop) });
    expect((await auditOf(registry, repository)).filter(({ action }) => action === 'PUSH')).toEqual([]);
  });

  it('names the contents of an upload that were refused', async () => {
    const repository = newRepository();
    await askToPush(registry, { repository, ref: MAIN, add: filesOf(shop) });
    const good = Buffer.from('{"good": 1}');
    const archive: Uint8Array[] = [];
    const entries = [
      { name: digestOf(good), ...pack(good) },
      { name: 'f'.repeat(64), ...pack(Buffer.from('not what its name says')) },
    ];
    for await (const chunk of writeArchive(entries)) archive.push(chunk);
    await put(registry, repository, Buffer.concat(archive));
    expect(await auditOf(registry, repository, { action: 'UPLOAD' })).toMatchObject([
      { outcome: 'DONE', detail: '1 contents stored, 0 already present' },
      {
        outcome: 'REFUSED',
        detail: expect.stringMatching(/^1 contents refused; f{12}: .*does not have the digest/),
      },
    ]);
  });

  it('records an accepted page form under the token that sent it', async () => {
    const repository = newRepository();
    await pushFiles(registry, { repository, ref: MAIN, add: filesOf(shop) });
    await pushFiles(registry, { repository, ref: { pullRequest: 7, base: 'main' }, add: rainy });
    const writer = await makeToken(repository, 'WRITE');
    const page = await openPage(registry, `/${repository}/pull/7`);
    const fields = page
      .all('form[action$="/accept"] input[type=hidden]')
      .map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? ''] as const);
    const form = { ...Object.fromEntries(fields), token: writer.token, by: 'Grace' };
    expect((await sendForm(registry, `/${repository}/pull/7/accept`, form)).status).toBe(303);
    expect(await auditOf(registry, repository, { action: 'ACCEPT' })).toMatchObject([
      {
        who: expect.stringContaining(`token ${writer.tokenId}`),
        outcome: 'DONE',
        detail: expect.stringMatching(
          /^accepted 1 change on behalf of token \d+.*; 0 were already accepted$/,
        ),
      },
    ]);
  });

  it('records failed authentication of writes, not of reads', async () => {
    const count = async () => (await unattachedAudit(registry, { action: 'AUTHENTICATE' })).length;
    const before = await count();
    const headers = { authorization: 'Bearer fr_1_wrong', 'content-type': 'application/json' };
    await fetch(`${registry.url}/acme/x`, { headers });
    expect(await count()).toBe(before);
    await fetch(`${registry.url}/graphql`, { method: 'POST', headers, body: '{}' });
    await fetch(`${registry.url}/-/acme/x/content`, { method: 'PUT', headers, body: 'x' });
    await sendForm(registry, '/acme/x/pull/1/accept', { token: 'nonsense' });
    const events = (await unattachedAudit(registry, { action: 'AUTHENTICATE' })).slice(before);
    expect(events.map(({ who, outcome, target, address }) => [who, outcome, target, address])).toEqual([
      ['unknown', 'REFUSED', 'POST /graphql', '127.0.0.1'],
      ['unknown', 'REFUSED', 'PUT /-/acme/x/content', '127.0.0.1'],
      ['unknown', 'REFUSED', 'POST /acme/x/pull/1/accept', '127.0.0.1'],
    ]);
  });

  it("is visible to admins of the repository; the registry's log only to its own admins", async () => {
    const repository = newRepository();
    await pushFiles(registry, { repository, ref: MAIN, add: filesOf(shop) });
    await mutate('changeRepository', 'ChangeRepositoryInput', {
      ...ownerAndName(repository),
      visibility: 'PUBLIC',
    });
    const query = `query ($owner: String!, $name: String!) {
      audit { totalCount }
      repository(owner: $owner, name: $name) { audit { totalCount } }
    }`;
    const seenBy = (token: string | null) => registry.ask(query, ownerAndName(repository), token);
    for (const token of [
      null,
      (await makeToken(repository, 'READ')).token,
      (await makeToken(repository, 'WRITE')).token,
      (await makeToken('acme/elsewhere', 'ADMIN')).token,
    ]) {
      expect(await seenBy(token)).toEqual({ audit: null, repository: { audit: null } });
    }
    const admin = await makeToken(repository, 'ADMIN');
    expect(await seenBy(admin.token)).toEqual({ audit: null, repository: { audit: { totalCount: 7 } } });
    expect(await seenBy(registry.adminToken)).toMatchObject({
      audit: { totalCount: expect.any(Number) },
      repository: { audit: { totalCount: 7 } },
    });
  });

  it('has pages with cursors, and filters', async () => {
    const repository = newRepository();
    for (let number = 1; number <= 5; number++) {
      await pushFiles(registry, { repository, ref: { branch: `b${number}` } });
    }
    await askToPush(registry, { repository, ref: { branch: '..' } });
    type Page = { nodes: { target: string | null }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    const pageAfter = async (after: string | null, first = 2): Promise<Page> => {
      const answer = await registry.ask<{ repository: { audit: Page } }>(
        `query ($owner: String!, $name: String!, $after: String, $first: Int) { repository(owner: $owner, name: $name) {
          audit(first: $first, after: $after, filter: { action: PUSH, outcome: DONE }) { nodes { target } pageInfo { hasNextPage endCursor } }
        } }`,
        { ...ownerAndName(repository), after, first },
      );
      return answer.repository.audit;
    };
    const seen: (string | null)[] = [];
    let after: string | null = null;
    do {
      const page = await pageAfter(after);
      seen.push(...page.nodes.map((node) => node.target));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual([5, 4, 3, 2, 1].map((number) => `refs/heads/b${number}`));
    await expect(pageAfter(null, 501)).rejects.toThrow('first must be from 0 to 500');
    await expect(pageAfter(Buffer.from('1; drop').toString('base64url'))).rejects.toThrow('not a cursor');

    const counted = async (filter: object) => (await auditOf(registry, repository, filter)).length;
    const now = Date.now();
    expect(await counted({ outcome: 'REFUSED' })).toBe(1);
    expect(await counted({ action: 'PUSH' })).toBe(6);
    expect(await counted({ action: 'PURGE' })).toBe(0);
    expect(await counted({ action: 'REPOSITORY_CHANGE' })).toBe(1);
    expect(await counted({ who: 'configured admin' })).toBe(7);
    expect(await counted({ who: "x' or true --" })).toBe(0);
    expect(await counted({ since: new Date(now + 60_000).toISOString() })).toBe(0);
    expect(await counted({ since: new Date(now - 60_000).toISOString() })).toBe(7);
    expect(await counted({ until: new Date(now - 60_000).toISOString() })).toBe(0);
  });

  it('masks tokens in the wrong fields and removes line breaks', async () => {
    const repository = newRepository();
    await pushFiles(registry, { repository, ref: MAIN, add: filesOf(shop) });
    const { token } = await makeToken(repository, 'WRITE');
    const jwt = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.${'s'.repeat(40)}`;
    await makeToken(repository, 'READ', `${token} ${jwt}\nforged line`);
    await askToPush(registry, { repository, ref: { branch: token } });
    await askToPush(registry, { repository, ref: MAIN, add: { [`${token}/../x`]: '' } });
    await upload(registry, repository, [token]);
    const events = await auditOf(registry, repository);
    expect(events.filter(({ detail, target }) => `${detail}${target}`.includes('[masked]'))).toHaveLength(3);
    for (const secret of [token, jwt, registry.adminToken, '\n']) {
      expect(JSON.stringify(events.map(({ detail, target, who }) => [detail, target, who]))).not.toContain(
        JSON.stringify(secret).slice(1, -1),
      );
    }
  });

  it('records changes from the command line while no server runs', async () => {
    await using stopped = await startRegistry(
      database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {},
    );
    await stopped.stop();
    const repository = 'acme/by-command';
    const made = await stopped.command('token', 'create', '--repository', repository, '--scope', 'read');
    expect(made.status).toBe(0);
    const id = (await stopped.command('token', 'list')).stdout.split('\t')[0] ?? '';
    await stopped.command('token', 'revoke', id);
    await stopped.restart();
    expect(await auditOf(stopped, repository, { who: 'command line' })).toMatchObject([
      { action: 'REPOSITORY_CHANGE', target: repository, detail: 'created' },
      { action: 'TOKEN_CREATE', who: 'command line', address: null, requestId: null, target: `token ${id}` },
      { action: 'TOKEN_REVOKE', who: 'command line', address: null, requestId: null, target: `token ${id}` },
    ]);
  });

  it('names the person and run behind a workflow, and can be filtered by that person', async () => {
    await using folder = await makeFolder();
    const location =
      database === 'postgres'
        ? { url: await createDatabase(inject('postgresUrl')) }
        : { directory: folder.path };
    const connection = await connect(location, () => {});
    try {
      await connection.migrate();
      const run = 'acme/desk/actions/runs/9/attempts/2';
      const identity = { who: 'workflow acme/desk (push)', actor: 'ada', run, grants: [] };
      const by = { identity, address: '192.0.2.1', requestId: null };
      const event = { by, action: 'push', target: 'refs/heads/main', outcome: 'DONE', detail: null } as const;
      for (const repositoryId of [7, 8]) await recordAudit(connection.db, { ...event, repositoryId });
      const anything = { repositoryId: 7, action: null, outcome: null, path: null, since: null, until: null };
      const page = { after: null, before: null, limit: 10, fromEnd: false };
      const of = (who: string) => auditPage(connection.db, { ...anything, who }, page);
      expect(await of('ada')).toMatchObject([{ who: identity.who, actor: 'ada', run, address: '192.0.2.1' }]);
      expect(await of(identity.who)).toHaveLength(1);
      expect(await of('grace')).toEqual([]);
    } finally {
      await connection.close();
    }
  });

  it('finds the pushes and promotions that changed a path, on any branch or pull request', async () => {
    const repository = newRepository();
    const time = record({ test: 'tests/a.py::test_b', ask: 'What time is it?', say: 'It is noon.' });
    await pushFiles(registry, { repository, ref: MAIN, add: filesOf(shop) });
    await pushFiles(registry, { repository, ref: MAIN, add: filesOf(time) });
    await pushFiles(registry, { repository, ref: { pullRequest: 7, base: 'main' }, add: rainy });
    // Neither a push that changes nothing nor a refused one is listed.
    await pushFiles(registry, { repository, ref: MAIN, add: filesOf(shop) });
    await mutate('promote', 'PromoteInput', { ...ownerAndName(repository), pullRequest: 7 });
    const reader = (await makeToken(repository, 'READ')).token;
    const refused = { repository, ref: MAIN, remove: [shop.path], token: reader };
    expect((await askToPush(registry, refused)).__typename).toBe('Forbidden');
    await pushFiles(registry, { repository, ref: MAIN, remove: [shop.path] });
    type Page = {
      totalCount: number;
      nodes: { action: string; target: string; detail: string }[];
      pageInfo: { endCursor: string };
    };
    const pageOf = async (path: string, page = '', name = repository) => {
      const { repository: found } = await registry.ask<{ repository: { audit: Page } }>(
        `query ($owner: String!, $name: String!, $path: String) { repository(owner: $owner, name: $name) {
          audit(filter: { path: $path }${page}) { totalCount nodes { action target detail } pageInfo { endCursor } } } }`,
        { ...ownerAndName(name), path },
      );
      return found.audit;
    };
    const seen = ({ nodes }: Page) =>
      nodes.map(({ action, target, detail }) => [action, target, /version \d|promoted/.exec(detail)?.[0]]);
    const all = [
      ['PUSH', 'refs/heads/main', 'version 4'],
      ['PROMOTE', 'refs/heads/main', 'promoted'],
      ['PUSH', 'refs/pull/7', 'version 1'],
      ['PUSH', 'refs/heads/main', 'version 1'],
    ];
    const found = await pageOf(shop.path);
    expect(seen(found)).toEqual(all);
    expect(found.totalCount).toBe(4);
    const first = await pageOf(shop.path, ', first: 3');
    expect(seen(first)).toEqual(all.slice(0, 3));
    expect(seen(await pageOf(shop.path, `, after: "${first.pageInfo.endCursor}"`))).toEqual(all.slice(3));
    expect(seen(await pageOf(time.path))).toEqual([['PUSH', 'refs/heads/main', 'version 2']]);
    expect(await pageOf('no/such.json')).toMatchObject({ totalCount: 0, nodes: [] });
    // The log of another repository with the same path has its own events only.
    const other = newRepository();
    await pushFiles(registry, { repository: other, ref: MAIN, add: filesOf(shop) });
    expect(seen(await pageOf(shop.path, '', other))).toEqual([['PUSH', 'refs/heads/main', 'version 1']]);
    for (const audit of ['audit(filter: { path: "x" })', 'audit(filter: { path: "x" }, unattached: true)']) {
      await expect(registry.ask(`{ ${audit} { totalCount } }`)).rejects.toThrow('of one repository');
    }
  });

  it('is append-only: the database refuses to change, remove or truncate it', async () => {
    await using folder = await makeFolder();
    const location =
      database === 'postgres'
        ? { url: await createDatabase(inject('postgresUrl')) }
        : { directory: folder.path };
    const connection = await connect(location, () => {});
    try {
      await connection.migrate();
      const { db } = connection;
      const by = { identity: ANONYMOUS, address: null, requestId: null };
      const event = { repositoryId: 0, by, action: 'push', target: 'x', outcome: 'REFUSED', detail: null };
      await recordAudit(db, event as Parameters<typeof recordAudit>[1]);
      for (const statement of [
        `update audit_events set who = 'somebody else'`,
        'delete from audit_events',
        'truncate audit_events',
      ]) {
        const refused = await db.execute(sql.raw(statement)).then(
          () => 'done',
          (error: Error) => String((error.cause as Error | undefined)?.message ?? error.message),
        );
        expect(refused, statement).toBe('audit_events is append-only');
      }
    } finally {
      await connection.close();
    }
  });
});
