import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { openDoor } from '../support/database-door.js';
import { makeFolder } from '../support/folder.js';
import { archiveOf, planOf, pushFiles, put } from '../support/push-files.js';
import { manyFiles } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { runRegistry } from '../support/registry-command.js';

const repository = 'acme/service';
const FILES = manyFiles(5, 'service');

describe.each(['embedded', 'postgres'] as const)('the service, %s', (database) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry({
      ...(database === 'postgres' && { postgresUrl: inject('postgresUrl') }),
      environment: { FIXTURE_REGISTRY_LOG_LEVEL: 'debug' },
    });
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: FILES });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(new URL(path, registry.url), { headers });

  it('reports to everyone that it is alive and ready', async () => {
    const [health, ready] = [await get('/healthz'), await get('/readyz')];
    expect([health.status, await health.text()]).toEqual([200, 'ok']);
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true, database }]);
  });

  it('counts requests by route, never by path', async () => {
    await get(`/-/${repository}/archive.zip`, { authorization: `Bearer ${registry.adminToken}` });
    const metrics = await get('/metrics');
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    const text = await metrics.text();
    expect(text).toMatch(/_count\{method="GET",route="[^"]*archive\.zip",status="200"\} 1/);
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).not.toContain(repository);
  });

  it('logs every request as JSON with the request id of the response', async () => {
    const response = await get('/nowhere?secret=1', { authorization: `Bearer ${registry.adminToken}` });
    expect(response.status).toBe(404);
    const requestId = response.headers.get('x-request-id');
    expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND', requestId } });
    await vi.waitFor(() => {
      const lines = registry.output.stderr
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
      expect(lines.filter((line) => line.requestId === requestId)).toMatchObject([
        { msg: 'request', method: 'GET', path: '/nowhere', status: 404, who: 'configured admin' },
      ]);
    });
    expect(registry.output.stderr).not.toContain('secret=1');
  });

  it('finishes running requests before it stops, and rejects later ones', async () => {
    // An upload that is half sent at the stop.
    const archive = await archiveOf([...Object.values(manyFiles(50, 'late')), 'x'.repeat(100_000)]);
    let stopped: Promise<number | null> | undefined;
    async function* halves() {
      yield archive.subarray(0, archive.length / 2);
      await vi.waitFor(() => expect(registry.output.stderr).toContain('"path":"/healthz"'));
      stopped = registry.stop();
      await vi.waitFor(() => expect(registry.output.stderr).toContain('"msg":"stopping"'));
      yield archive.subarray(archive.length / 2);
    }
    const upload = await put(registry, repository, halves());
    expect(await upload.json()).toMatchObject({ stored: 51, refused: [] });
    expect(await stopped).toBe(0);
    await expect(get('/healthz')).rejects.toThrow();
    await registry.restart();
    expect((await planOf(registry, repository, {})).files).toHaveLength(5);
  });
});

describe('readiness', () => {
  it('fails while the database is unreachable', async () => {
    await using door = await openDoor(inject('postgresUrl'));
    await using registry = await startRegistry({ postgresUrl: door.url });
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: FILES });
    expect((await fetch(`${registry.url}/readyz`)).status).toBe(200);

    door.shut();
    const away = await fetch(`${registry.url}/readyz`);
    expect(away.status).toBe(503);
    const text = await away.text();
    expect(JSON.parse(text)).toMatchObject({
      error: { code: 'UNAVAILABLE', message: 'the database does not answer' },
    });
    expect(text).not.toContain('127.0.0.1');
    expect((await fetch(`${registry.url}/healthz`)).status).toBe(200);
    const asked = planOf(registry, repository, {});
    await expect(asked).rejects.toThrow(/^the database does not answer$/);

    door.open();
    await vi.waitFor(async () => expect((await fetch(`${registry.url}/readyz`)).status).toBe(200), {
      timeout: 30_000,
    });
    expect((await planOf(registry, repository, {})).files).toHaveLength(5);
  });

  it('fails with the reason while migrations are missing', async () => {
    await using registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
    await registry.sql`delete from drizzle.__drizzle_migrations`;
    const response = await fetch(`${registry.url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining('fixture-registry migrate') },
    });
  });
});

describe('fixture-registry, started incorrectly,', () => {
  it.each([
    [
      { DATABASE_URL: 'mysql://root:secret@127.0.0.1/x' },
      ['serve'],
      2,
      /DATABASE_URL must begin with postgres:\/\//,
    ],
    [{ DATABASE_URL: 'postgres://postgres@127.0.0.1:9/x' }, ['serve'], 1, /ECONNREFUSED/],
    [
      { DATABASE_URL: 'postgres://root:sec/secret@db.example.com/x' },
      ['serve'],
      2,
      /DATABASE_URL is not a valid address.*%2F/,
    ],
    [
      { FIXTURE_REGISTRY_PUBLIC_URL: 'fixtures.example.com' },
      ['serve'],
      2,
      /must be an http or https address/,
    ],
    [{ FIXTURE_REGISTRY_ADMIN_TOKEN: 'short' }, ['serve'], 2, /16 characters or more/],
    ...['token.actions.example', 'ftp://issuer.example', 'http://issuer.example', 'https://'].map(
      (FIXTURE_REGISTRY_OIDC_ISSUER) =>
        [
          { FIXTURE_REGISTRY_OIDC_ISSUER },
          ['serve'],
          2,
          /FIXTURE_REGISTRY_OIDC_ISSUER must be an https address/,
        ] as const,
    ),
    ...['*', 'acme/*', 'acme, part ner', 'acme/desk/vault', 'acme;partner', 'https://github.com/acme'].map(
      (FIXTURE_REGISTRY_OIDC_ALLOW) =>
        [
          { FIXTURE_REGISTRY_OIDC_ALLOW },
          ['serve'],
          2,
          /FIXTURE_REGISTRY_OIDC_ALLOW must be a comma-separated list .* is none of these/,
        ] as const,
    ),
    [{}, ['serve', '--port', '70000'], 2, /a port is a number from 0 to 65535/],
    [{}, ['serve', '--colour', 'red'], 2, /unknown option/],
    [{ FIXTURE_REGISTRY_METRICS_TOKEN: 'secret' }, ['serve'], 2, /METRICS_TOKEN must have 16 characters/],
    [{ FIXTURE_REGISTRY_METRICS_PORT: '99999' }, ['serve'], 2, /METRICS_PORT must be a port from 0 to 65535/],
    [
      { FIXTURE_REGISTRY_METRICS_HOST: '::1' },
      ['serve'],
      2,
      /METRICS_HOST requires FIXTURE_REGISTRY_METRICS_PORT/,
    ],
    [
      { FIXTURE_REGISTRY_LOG_LEVEL: 'all' },
      ['serve'],
      2,
      /LOG_LEVEL must be debug, info, warn, error, not "all"/,
    ],
    [{}, ['serve', '--port', '0', '--host', 'nosuch.invalid'], 2, /nosuch\.invalid has no address.*--host/],
    [{}, ['serve', '--port', '0', '--host', '192.0.2.1'], 2, /has no address 192\.0\.2\.1.*--host/],
    [
      { FIXTURE_REGISTRY_METRICS_PORT: '0', FIXTURE_REGISTRY_METRICS_HOST: '192.0.2.1' },
      ['serve', '--port', '0'],
      2,
      /has no address 192\.0\.2\.1.*FIXTURE_REGISTRY_METRICS_HOST/,
    ],
    [
      { DATABASE_URL: 'postgres://postgres@127.0.0.1:9/x' },
      ['gc', '--data', 'here'],
      2,
      /--data .* but DATABASE_URL selects Postgres/,
    ],
    [{}, ['dance'], 2, /unknown command/],
    [{}, ['token', 'create', '--repository', 'acme', '--scope', 'read'], 2, /"acme" is not a repository/],
    [
      {},
      ['token', 'create', '--repository', 'a/b', '--scope', 'all'],
      2,
      /Allowed choices are read, write, admin/,
    ],
    [{}, ['token', 'create', '--scope', 'read'], 2, /--repository/],
  ] as const)('with %j %j exits with %i and the reason', async (environment, words, status, message) => {
    await using folder = await makeFolder();
    const ended = await runRegistry(folder, [...words], environment);
    expect(ended).toMatchObject({ status, stderr: expect.stringMatching(message), stdout: '' });
    expect(ended.stderr).not.toContain('secret');
    expect(ended.stderr).not.toMatch(/^ +at /m);
  });

  it('on a port in use, names the port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await using folder = await makeFolder();
    const ended = await runRegistry(folder, ['serve', '--port', String(port)], {});
    other.close();
    expect(ended).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`port ${port} of 127.0.0.1 is in use`),
    });
  });

  it('on a data directory in use, names the process that uses it', async () => {
    await using registry = await startRegistry();
    const ended = await registry.command('serve', '--port', '0');
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/is in use by process \d+/),
      stdout: '',
    });
    expect((await fetch(`${registry.url}/readyz`)).status).toBe(200);
  });
});
