import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { fixturesJson, runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { archiveOf, askToPush, ownerAndName, planOf, pushFiles, put } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const REPOSITORY = 'acme/guarded';
const FILES = { 'tests/recordings/a.json': '{"a": 1}' };
const MAIN = { branch: 'main' };

describe.each(['embedded', 'postgres'] as const)('tokens, %s', (database) => {
  let registry: TestRegistry;
  /** Every token made here. The last test looks for them in the output of the processes. */
  const secrets: string[] = [];

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    secrets.push(registry.adminToken);
    for (const repository of [REPOSITORY, 'acme/other']) {
      await pushFiles(registry, { repository, ref: MAIN, add: FILES });
    }
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  /** `fixture-registry token create`, while the server runs. */
  async function tokenByCommand(scope: string, ...words: string[]): Promise<string> {
    const made = await registry.command(
      'token',
      'create',
      '--repository',
      REPOSITORY,
      '--scope',
      scope,
      ...words,
    );
    expect(made).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^fr_\d+_[0-9a-f]{48}\n$/),
      stderr: '',
    });
    secrets.push(made.stdout.trim());
    return made.stdout.trim();
  }

  /** Makes a token through the API, which is faster. */
  async function makeToken(scope: string): Promise<string> {
    const { token } = await createToken({ scope: scope.toUpperCase() });
    return token ?? '';
  }

  /** The permissions of a token, as the type names of the responses. */
  async function powersOf(token: string, repository = REPOSITORY): Promise<Record<string, unknown>> {
    const read = await registry.ask<{ repository: object | null }>(
      'query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { id } }',
      ownerAndName(repository),
      token,
    );
    const download = await fetch(`${registry.url}/-/${repository}/archive.zip`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await download.arrayBuffer();
    const upload = await put(registry, repository, await archiveOf(['{"b": 2}']), token);
    const push = await askToPush(registry, { repository, ref: MAIN, add: FILES, token });
    const promote = await registry.ask<{ promote: { __typename: string } }>(
      'mutation ($input: PromoteInput!) { promote(input: $input) { __typename } }',
      { input: { ...ownerAndName(repository), pullRequest: 77 } },
      token,
    );
    const create = await createToken({ repository, token });
    return {
      read: read.repository !== null,
      download: download.status,
      upload: upload.status,
      push: push.__typename,
      promote: promote.promote.__typename,
      createToken: create.__typename,
    };
  }

  async function createToken({
    repository = REPOSITORY,
    token = registry.adminToken,
    scope = 'READ',
    expiresAt = null as string | null,
  }) {
    const input = { ...ownerAndName(repository), scope, expiresAt };
    type Made = { __typename: string; token?: string; tokenId?: number; message?: string };
    const answer = await registry.ask<{ createToken: Made }>(CREATE, { input }, token);
    if (answer.createToken.token) secrets.push(answer.createToken.token);
    return answer.createToken;
  }

  const nothing = {
    read: false,
    download: 404,
    upload: 404,
    push: 'NotFound',
    promote: 'NotFound',
    createToken: 'NotFound',
  };
  const all = {
    read: true,
    download: 200,
    upload: 200,
    push: 'Push',
    promote: 'Promotion',
    createToken: 'NewToken',
  };
  it.each([
    ['read', { ...all, upload: 403, push: 'Forbidden', promote: 'Forbidden', createToken: 'Forbidden' }],
    ['write', { ...all, createToken: 'Forbidden' }],
    ['admin', all],
  ])('with the scope %s grant exactly that, and nothing in another repository', async (scope, expected) => {
    const token = await makeToken(scope);
    expect(await powersOf(token)).toEqual(expected);
    expect(await powersOf(token, 'acme/other')).toEqual(nothing);
    // The token cannot find out whether a repository exists.
    expect(await powersOf(token, 'acme/never-heard-of')).toEqual(nothing);
  });

  it('are required for every request to a private repository', async () => {
    const asked = await registry.ask(
      '{ repository(owner: "acme", name: "guarded") { id } tokens { tokenId } }',
      {},
      null,
    );
    expect(asked).toEqual({ repository: null, tokens: [] });
    const archive = await fetch(`${registry.url}/-/${REPOSITORY}/archive.zip`);
    expect(archive.status).toBe(404);
    const upload = await fetch(`${registry.url}/-/${REPOSITORY}/content`, { method: 'PUT', body: 'x' });
    expect(upload.status).toBe(404);
  });

  it('that are invalid are refused on every route, with the reason', async () => {
    const good = await makeToken('read');
    const mistyped = good.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const wrong = [`Bearer ${mistyped}`, 'Bearer nonsense', 'Bearer', `Basic ${good}`, `Bearer ${good} more`];
    for (const authorization of wrong) {
      for (const path of ['/graphql', `/-/${REPOSITORY}/archive.zip`, `/${REPOSITORY}/pull/1`]) {
        const response = await fetch(new URL(path, registry.url), { headers: { authorization } });
        expect(response.status, `${authorization} ${path}`).toBe(401);
        expect(response.headers.get('www-authenticate')).toBe('Bearer');
        expect(await response.json()).toEqual({
          error: {
            code: 'UNAUTHENTICATED',
            message: expect.stringContaining('mistyped, expired or revoked'),
            requestId: response.headers.get('x-request-id'),
          },
        });
      }
    }
  });

  it('expire', async () => {
    const soon = new Date(Date.now() + 2_000).toISOString();
    const { token = '' } = await createToken({ expiresAt: soon });
    expect((await planOf(registry, REPOSITORY, {}, token)).files).toHaveLength(1);
    const refused = () => expect(planOf(registry, REPOSITORY, {}, token)).rejects.toThrow();
    await vi.waitFor(refused, { timeout: 20_000, interval: 200 });
    const past = await createToken({ expiresAt: '2020-01-01T00:00:00Z' });
    expect(past).toMatchObject({
      __typename: 'InvalidInput',
      message: expect.stringContaining('is in the past'),
    });
    const words = ['--repository', REPOSITORY, '--scope', 'read', '--expires'];
    expect(await registry.command('token', 'create', ...words, 'soon')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('90d'),
    });
  });

  it('stop working as soon as they are revoked, and the list shows them without their secrets', async () => {
    const token = await tokenByCommand('write', '--name', 'nightly run', '--expires', '90d');
    const listed = await registry.command('token', 'list');
    const line = listed.stdout.split('\n').find((each) => each.includes('nightly run')) ?? '';
    const inNinetyDays = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
    const [id = '', ...columns] = line.split('\t');
    expect(columns).toEqual([
      REPOSITORY,
      'write',
      `valid until ${inNinetyDays}`,
      'never used',
      'nightly run',
    ]);
    expect(listed.stdout).not.toContain(token);

    expect(await planOf(registry, REPOSITORY, {}, token)).toMatchObject({ __typename: 'PullPlan' });
    expect(await registry.command('token', 'revoke', id)).toMatchObject({ status: 0 });
    await using folder = await makeFolder(FILES);
    const pulled = await runFixtures({ registry, repository: REPOSITORY, token }, folder, ['pull']);
    expect(pulled).toMatchObject({ status: 1, stderr: expect.stringContaining('revoked') });
    expect((await registry.command('token', 'list')).stdout).toContain('\trevoked ');
    // A second revocation finds nothing.
    expect(await registry.command('token', 'revoke', id)).toMatchObject({ status: 1 });
    expect(await registry.command('token', 'revoke', 'x')).toMatchObject({ status: 2 });
  });

  it('limited to refs show the refs, their creator and their last use, to the minute, in the list', async () => {
    const token = await tokenByCommand('write', '--ref', 'release/*', '--name', 'releases');
    type Listed = { label: string | null; ref: string | null; createdBy: string; lastUsedAt: string | null };
    const listed = async () => {
      const query = '{ tokens { label ref createdBy lastUsedAt } }';
      const { tokens } = await registry.ask<{ tokens: Listed[] }>(query);
      return tokens.find(({ label }) => label === 'releases');
    };
    // The server locks the embedded database, so the command sends its request to the server as admin.
    const createdBy = database === 'postgres' ? 'command line' : 'configured admin';
    expect(await listed()).toEqual({ label: 'releases', ref: 'release/*', createdBy, lastUsedAt: null });

    await planOf(registry, REPOSITORY, {}, token);
    const used = (await listed())?.lastUsedAt ?? '';
    expect(Math.abs(Date.now() - Date.parse(used))).toBeLessThan(30_000);
    await planOf(registry, REPOSITORY, {}, token);
    expect((await listed())?.lastUsedAt).toBe(used);
    if (database === 'postgres') {
      await registry.sql`update tokens set last_used_at = now() - interval '2 minutes' where name = 'releases'`;
      await planOf(registry, REPOSITORY, {}, token);
      expect(Date.parse((await listed())?.lastUsedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(used));
    }

    const lines = (await registry.command('token', 'list')).stdout.split('\n');
    const [, ...columns] = lines.find((line) => line.endsWith('releases'))?.split('\t') ?? [];
    const day = `used ${new Date().toISOString().slice(0, 10)}`;
    expect(columns).toEqual([REPOSITORY, 'write release/*', 'valid', day, 'releases']);
    const words = ['token', 'create', '--repository', REPOSITORY, '--scope', 'read', '--ref', 'main'];
    expect(await registry.command(...words)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('only a token with the scope write can be limited to refs'),
    });
  });

  it('can be revoked only by an admin of their repository', async () => {
    const { tokenId: id } = await createToken({});
    const foreign = await createToken({ repository: 'acme/other', token: await makeToken('admin') });
    expect(foreign.__typename).toBe('NotFound');
    const revoke = async (token: string) => {
      const query = 'mutation ($id: Int!) { revokeToken(id: $id) { __typename } }';
      return (await registry.ask<{ revokeToken: { __typename: string } }>(query, { id }, token)).revokeToken
        .__typename;
    };
    expect(await revoke(await makeToken('write'))).toBe('NotFound');
    expect(await revoke(await makeToken('admin'))).toBe('RevokedToken');
  });

  it('survive a restart, and can be managed while no server runs', async () => {
    const before = await makeToken('read');
    await registry.stop();
    const offline = await tokenByCommand('write');
    await registry.restart();
    for (const token of [before, offline]) {
      expect(await planOf(registry, REPOSITORY, {}, token)).toMatchObject({ __typename: 'PullPlan' });
    }
  });

  it('never appear in the output of a process', async () => {
    const write = await makeToken('write');
    const at = { registry, repository: REPOSITORY, token: write };
    await using folder = await makeFolder({ ...FILES, 'tests/recordings/new.json': '{"new": 1}' });
    const printed = [
      await runFixtures(at, folder, ['push', '--branch', 'main']),
      await runFixtures(at, folder, ['pull', '--json']),
      await runFixtures({ ...at, repository: 'acme/other' }, folder, ['pull']),
      await runFixtures({ ...at, token: `${write}0` }, folder, ['pull', '--json']),
      await runFixtures({ ...at, token: null }, folder, ['pull', '--token', `${write}0`]),
    ].map(({ stdout, stderr }) => stdout + stderr);
    await fetch(`${registry.url}/-/${REPOSITORY}/archive.zip?token=${write}`);
    await fetch(`${registry.url}/graphql?query={__typename}&token=${write}`);
    await registry.stop();
    const everything = [...printed, registry.output.stdout, registry.output.stderr].join('\n');
    await registry.restart();
    expect(everything).toContain('"msg":"request"');
    expect(secrets.length).toBeGreaterThan(8);
    for (const secret of secrets) expect(everything.includes(secret), secret.slice(0, 8)).toBe(false);
  });
});

describe('the first admin token', () => {
  it.each(['embedded', 'postgres'] as const)('is printed once, at the first start, %s', async (database) => {
    const environment = { FIXTURE_REGISTRY_ADMIN_TOKEN: '' };
    const postgres = database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {};
    await using registry = await startRegistry({ environment, ...postgres });
    const token =
      /^admin token, shown this once: (fr_0_[0-9a-f]{48})$/m.exec(registry.output.stdout)?.[1] ?? '';
    await pushFiles(registry, { repository: 'acme/first', ref: MAIN, add: FILES, token });
    await registry.stop();
    await registry.restart();
    expect(registry.output.stdout.match(/admin token/g)).toHaveLength(1);
    expect(registry.output.stderr).not.toContain(token);
    await using folder = await makeFolder();
    const at = { registry, repository: 'acme/first', token };
    expect(await fixturesJson(at, folder, 'pull')).toMatchObject({ pulled: 1 });
  });
});

describe('a public repository', () => {
  it('can be read without a token, but not written', async () => {
    await using registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
    await pushFiles(registry, { repository: 'acme/public', ref: MAIN, add: FILES });
    await registry.sql`update repositories set visibility = 'PUBLIC'`;
    const at = { registry, repository: 'acme/public', token: null };
    await using folder = await makeFolder();
    expect(await fixturesJson(at, folder, 'pull')).toMatchObject({ pulled: 1 });
    await folder.write({ 'tests/recordings/b.json': '{}' });
    expect(await runFixtures(at, folder, ['push', '--branch', 'main'])).toMatchObject({ status: 1 });
    expect((await planOf(registry, 'acme/public', {})).files).toHaveLength(1);
  });
});

const CREATE = `mutation ($input: CreateTokenInput!) {
  createToken(input: $input) { __typename ... on NewToken { tokenId token } ... on Problem { message } }
}`;
