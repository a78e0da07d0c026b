import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { openDoor } from '../support/database-door.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const TOKEN = 'a-token-for-prometheus';

const get = (url: string, token?: string) =>
  fetch(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });

describe('/metrics', () => {
  it('is open without a configuration', async () => {
    await using registry = await startRegistry();
    const response = await get(`${registry.url}/metrics`);
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining('fixture_registry_database_up 1\n'),
    ]);
  });

  it('requires its token, and no other', async () => {
    await using registry = await startRegistry({ environment: { FIXTURE_REGISTRY_METRICS_TOKEN: TOKEN } });
    const address = `${registry.url}/metrics`;
    for (const token of [undefined, registry.adminToken, `${TOKEN}x`, 'x']) {
      const refused = await get(address, token);
      expect(refused.status, token).toBe(401);
      expect(refused.headers.get('www-authenticate')).toBe('Bearer');
      const text = await refused.text();
      expect(JSON.parse(text)).toMatchObject({
        error: {
          code: 'UNAUTHENTICATED',
          message: expect.stringContaining('FIXTURE_REGISTRY_METRICS_TOKEN'),
        },
      });
      expect(text).not.toContain('fixture_registry_database_up');
    }
    const response = await get(address, TOKEN);
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining('fixture_registry_database_up 1\n'),
    ]);
    // The token opens the metrics alone.
    expect((await get(`${registry.url}/graphql?query={__typename}`, TOKEN)).status).toBe(401);
    expect(registry.output.stderr + registry.output.stdout).not.toContain(TOKEN);
  });

  it('is at its own port alone, with its token', async () => {
    await using registry = await startRegistry({
      environment: {
        FIXTURE_REGISTRY_METRICS_PORT: '0',
        FIXTURE_REGISTRY_METRICS_HOST: 'localhost',
        FIXTURE_REGISTRY_METRICS_TOKEN: TOKEN,
      },
    });
    const address = /^metrics at (http:\S+)$/m.exec(registry.output.stdout)?.[1] ?? '';
    expect(new URL(address).port).not.toBe(new URL(registry.url).port);
    expect((await get(`${registry.url}/metrics`, TOKEN)).status).toBe(404);
    expect((await get(address)).status).toBe(401);
    const response = await get(address, TOKEN);
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining('fixture_registry_database_up 1\n'),
    ]);
    for (const path of ['/', '/healthz', '/graphql', '/-/gc']) {
      expect((await get(new URL(path, address).href, registry.adminToken)).status, path).toBe(404);
    }
    expect(await registry.stop()).toBe(0);
    await expect(get(address, TOKEN)).rejects.toThrow();
  });

  it('reports a database that is down', async () => {
    await using door = await openDoor(inject('postgresUrl'));
    await using registry = await startRegistry({ postgresUrl: door.url });
    const read = async () => await (await get(`${registry.url}/metrics`)).text();
    expect(await read()).toContain('fixture_registry_database_up 1\n');
    door.shut();
    const down = await read();
    expect(down).toContain('fixture_registry_database_up 0\n');
    expect(down).toContain('process_resident_memory_bytes');
    expect(down).not.toMatch(/^fixture_registry_database_answer_seconds /m);
    door.open();
    await vi.waitFor(async () => expect(await read()).toContain('fixture_registry_database_up 1\n'), {
      timeout: 30_000,
    });
  });
});

describe('the log', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const probe = async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect((await get(`${registry.url}${path}`)).status).toBe(200);
    }
    await get(`${registry.url}/the-last-one`);
    await vi.waitFor(() => expect(registry.output.stderr).toContain('the-last-one'));
  };

  it('leaves out health probes that succeed', async () => {
    await probe();
    expect(registry.output.stderr).not.toMatch(/healthz|readyz|metrics/);
  });

  it('has them at the level debug', async () => {
    await registry.stop();
    registry.output.stderr = '';
    registry.environment['FIXTURE_REGISTRY_LOG_LEVEL'] = 'debug';
    await registry.restart();
    await probe();
    const lines = registry.output.stderr
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { level: number; path?: string });
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect(lines.filter((line) => line.path === path)).toMatchObject([{ level: 20, status: 200 }]);
    }
  });
});
