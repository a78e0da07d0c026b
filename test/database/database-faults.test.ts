import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { openDoor } from '../support/database-door.js';
import { runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import { pullFiles, pushFiles } from '../support/push-files.js';
import { manyFiles } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const repository = 'acme/faults';
const MAIN = { branch: 'main' };
const FILES = manyFiles(30, 'kept');

// These tests stop their server, so they start their own.
let server: TestPostgres;
let registry: TestRegistry;
beforeAll(async () => {
  server = await startPostgres();
  registry = await startRegistry({
    postgresUrl: server.url,
    environment: { FIXTURE_REGISTRY_RATE_LIMIT: '0' },
  });
  await pushFiles(registry, { repository, ref: MAIN, add: FILES });
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await server.stop();
});
afterEach(async () => {
  await server.resume();
  // Throughout all tests, the process never restarts and never logs an unexpected error.
  expect((await fetch(`${registry.url}/healthz`)).status).toBe(200);
  expect(registry.output.stderr).not.toMatch(/unexpected error|TypeError|Unhandled|\n {4}at /);
});

describe('a Postgres server that stops and restarts', () => {
  it('fails requests under load, but loses no process and no push', async () => {
    await using load = pushAlways(registry, 6);
    for (let round = 0; round < 4; round++) {
      await load.progress();
      await server.halt();
      await load.refusal();
      await server.resume();
    }
    await load.progress();
    const { kept, failures } = await load.end();
    expect(await pullFiles(registry, repository, { ref: MAIN })).toMatchObject(kept);
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) expect(failure).toMatch(/the database (does not answer|has no free)/);
  });

  it('aborts running transactions, and none of them continues on another connection', async () => {
    const holder = postgres(registry.databaseUrl ?? '', { max: 1, onnotice: () => {} });
    await holder.unsafe('begin; lock table entries in exclusive mode');
    const pushes = Array.from({ length: 6 }, (_, job) =>
      pushFiles(registry, {
        repository,
        ref: { branch: `cut-${job}` },
        add: manyFiles(2, `cut-${job}`),
      }).then(
        () => 'pushed',
        (error: Error) => error.message,
      ),
    );
    await vi.waitFor(
      async () => {
        const [waiting] = await ask<{ count: number }>(
          `select count(*)::int as count from pg_locks where not granted`,
        );
        expect(waiting?.count).toBeGreaterThan(0);
      },
      { timeout: 20_000 },
    );
    await ask(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'fixture-registry'`);
    await holder.unsafe('rollback');
    await holder.end();
    const ended = await Promise.all(pushes);
    expect(ended).toContain('the database does not answer');
    for (const [job, end] of ended.entries()) {
      const { length } = await ask(`select 1 from entries e join refs r on r.id = e.ref_id
        where r.name = 'cut-${job}'`);
      expect(length).toBe(end === 'pushed' ? 2 : 0);
    }
  });

  it('makes clients wait and then succeed', async () => {
    const pushed = manyFiles(5, 'outage');
    await using pushing = await makeFolder(pushed);
    await using pulling = await makeFolder();
    await server.halt();
    const before = registry.output.stderr.length;
    const at = { registry, repository };
    const ends = [
      runFixtures(at, pushing, ['push', '--branch', 'main']),
      runFixtures(at, pulling, ['pull', '--branch', 'main']),
    ];
    await vi.waitFor(
      () => {
        const refused = registry.output.stderr.slice(before).match(/"status":503/g);
        expect(refused?.length).toBeGreaterThan(5);
      },
      { timeout: 40_000 },
    );
    await server.resume();
    for (const ended of await Promise.all(ends)) {
      expect(ended).toMatchObject({ status: 0 });
      expect(ended.stderr).toContain('the database does not answer');
      expect(ended.stderr.match(/trying again/g)).toHaveLength(1);
    }
    expect(await pullFiles(registry, repository, { ref: MAIN })).toMatchObject(pushed);
  });

  it('leads to 503 on every kind of route, with Retry-After and without details', async () => {
    await server.halt();
    const headers = { authorization: `Bearer ${registry.adminToken}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ query: '{ repository(owner: "acme", name: "faults") { id } }' });
    const [graphql, content, page, ready] = await Promise.all([
      fetch(`${registry.url}/graphql`, { method: 'POST', headers, body }),
      fetch(`${registry.url}/-/${repository}/content`, { method: 'POST', headers, body: '{"digests":[]}' }),
      fetch(`${registry.url}/${repository}`, { headers: { accept: 'text/html' } }),
      fetch(`${registry.url}/readyz`),
    ]);
    const texts = [];
    for (const answer of [graphql, content, page, ready]) {
      expect([answer.url, answer.status]).toEqual([answer.url, 503]);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      texts.push(await answer.text());
    }
    expect(JSON.parse(texts[0] ?? '')).toMatchObject({
      errors: [
        expect.objectContaining({
          message: 'the database does not answer',
          extensions: { code: 'UNAVAILABLE', requestId: graphql.headers.get('x-request-id') },
        }),
      ],
    });
    expect(JSON.parse(texts[1] ?? '')).toEqual({
      error: expect.objectContaining({ code: 'UNAVAILABLE', message: 'the database does not answer' }),
    });
    expect(texts[2]).toMatch(/<h1>Temporarily unavailable.*the database does not answer/s);
    expect(JSON.parse(texts[3] ?? '')).toMatchObject({
      ready: false,
      reasons: ['the database does not answer'],
    });
    expect(texts.join()).not.toMatch(/127\.0\.0\.1|select|ECONN|node_modules/);
    await server.resume();
  });

  it('makes a starting registry wait', async () => {
    await registry.stop();
    await server.halt();
    const starting = registry.restart();
    await vi.waitFor(() => expect(registry.output.stderr).toContain('for the database'), { timeout: 20_000 });
    await server.resume();
    await starting;
    expect(await pullFiles(registry, repository, { ref: MAIN })).toMatchObject(FILES);
  });
});

it('connections that break at any moment fail requests, but lose no process and no push', async () => {
  await using door = await openDoor(inject('postgresUrl'));
  await using behind = await startRegistry({
    postgresUrl: door.url,
    environment: { FIXTURE_REGISTRY_RATE_LIMIT: '0' },
  });
  await using load = pushAlways(behind, 4);
  for (let round = 0; round < 25; round++) {
    await load.progress();
    await sleep(Math.random() * 60);
    door.cut();
  }
  await load.progress();
  const { kept, failures } = await load.end();
  expect(await pullFiles(behind, repository, { ref: MAIN })).toMatchObject(kept);
  for (const failure of failures) expect(failure).toMatch(/the database does not answer/);
  expect(behind.output.stderr).not.toMatch(/unexpected error|TypeError|Unhandled|\n {4}at /);
});

it('a read-only server serves pulls and refuses pushes with the reason until it accepts writes', async () => {
  await set('default_transaction_read_only', 'on');
  const ready = await untilReady(503);
  expect(await ready.json()).toMatchObject({ reasons: ['the database is read-only'] });
  expect(await pullFiles(registry, repository, { ref: MAIN })).toMatchObject(FILES);
  const push = () => pushFiles(registry, { repository, ref: MAIN, add: manyFiles(3, 'read-only') });
  await expect(push()).rejects.toThrow(/^(upload: 503 .*)?the database is read-only/s);
  await set('default_transaction_read_only', null);
  expect((await untilReady(200)).status).toBe(200);
  await push();
});

it('a server with few connections queues requests', async () => {
  await server.halt();
  await server.resume({ max_connections: 8, superuser_reserved_connections: 3 });
  const pulls = Array.from({ length: 40 }, () => pullFiles(registry, repository, { ref: MAIN }));
  for (const pulled of await Promise.all(pulls)) expect(pulled).toMatchObject(FILES);
  await server.halt();
  await server.resume();
});

interface Load extends AsyncDisposable {
  /** Waits for one more successful push; fails after a minute without one. */
  progress(): Promise<void>;
  /** Waits for one failed push. */
  refusal(): Promise<void>;
  /** The acknowledged pushes, and why others failed. */
  end(): Promise<{ kept: Record<string, string>; failures: string[] }>;
}

/** Pushes one new file after another to main, with several workers. */
function pushAlways(to: TestRegistry, workers: number): Load {
  const kept: Record<string, string> = {};
  const failures: string[] = [];
  let isOver = false;
  const work = async (worker: number) => {
    for (let count = 0; !isOver; count++) {
      const [[path, text] = ['', '']] = Object.entries(manyFiles(1, `load-${worker}-${count}`));
      try {
        await pushFiles(to, { repository, ref: MAIN, add: { [path]: text } });
        kept[path] = String(text);
      } catch (error) {
        failures.push((error as Error).message);
        await sleep(20);
      }
    }
  };
  const working = Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  const more = async (count: () => number) => {
    const before = count();
    await vi.waitFor(() => expect(count()).toBeGreaterThan(before), { timeout: 60_000, interval: 20 });
  };
  const end = async () => {
    isOver = true;
    await working;
    return { kept, failures };
  };
  return {
    progress: () => more(() => Object.keys(kept).length),
    refusal: () => more(() => failures.length),
    end,
    [Symbol.asyncDispose]: async () => {
      await end();
    },
  };
}

/**
 * Queries the server on a separate connection, because the driver's connections do not survive
 * these tests.
 */
async function ask<Row>(...queries: string[]): Promise<Row[]> {
  const client = postgres(registry.databaseUrl ?? '', { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    let rows: unknown = [];
    for (const query of queries) rows = await client.unsafe(query);
    return rows as Row[];
  } finally {
    await client.end({ timeout: 1 });
  }
}

async function set(name: string, value: string | null): Promise<void> {
  const change = value === null ? `alter system reset ${name}` : `alter system set ${name} = '${value}'`;
  await ask(`set ${name} = off`, change, 'select pg_reload_conf()');
}

async function untilReady(status: number): Promise<Response> {
  return await vi.waitFor(
    async () => {
      const answer = await fetch(`${registry.url}/readyz`);
      expect(answer.status).toBe(status);
      return answer;
    },
    { timeout: 20_000 },
  );
}
