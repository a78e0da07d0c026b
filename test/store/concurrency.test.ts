import { randomUUID } from 'node:crypto';
import type { PushSummary } from '@fixture-registry/client';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fixturesJson, type Workplace } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { ownerAndName, planOf, pullFiles, pushFiles } from '../support/push-files.js';
import { manyFiles } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// Only Postgres has concurrent sessions.

const SHARED = manyFiles(20, 'shared');
const CONTESTED = 'tests/recordings/contested.json';
const MAIN = { branch: 'main' };

let registry: TestRegistry;
let second: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  second = await startRegistry({ environment: { DATABASE_URL: registry.databaseUrl ?? '' } });
});
afterAll(async () => {
  await second[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

/**
 * A job of a matrix: a folder with its own recordings, some that all jobs share, and one that
 * differs in each job.
 */
async function job(at: Workplace, number: number, ...ref: string[]): Promise<PushSummary> {
  const own = manyFiles(30, `job-${number}`);
  await using folder = await makeFolder({ ...own, ...SHARED, [CONTESTED]: `"job ${number}"` });
  return await fixturesJson<PushSummary>(at, folder, 'push', ...ref);
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const ownOf = (jobs: number[]) => Object.assign({}, ...jobs.map((number) => manyFiles(30, `job-${number}`)));

describe('concurrent pushes', () => {
  it('keeps the pushes of eight processes to one pull request through two servers', async () => {
    const repository = 'acme/matrix';
    await pushFiles(registry, { repository, ref: MAIN, add: { 'tests/recordings/old.json': '"old"' } });
    const ref = ['--pull-request', '1', '--base', 'main'];
    const jobs = numbers(8);
    const summaries = await Promise.all(
      jobs.map((number) =>
        job({ registry: number % 2 === 0 ? registry : second, repository }, number, ...ref),
      ),
    );

    const { [CONTESTED]: contested, ...rest } = await pullFiles(registry, repository, {
      ref: { pullRequest: 1 },
    });
    expect(rest).toEqual({ ...ownOf(jobs), ...SHARED, 'tests/recordings/old.json': '"old"' });
    // The last push wins the contested path; older versions hold the earlier ones.
    const versions = summaries.map((summary) => summary.snapshot.version);
    expect(versions.sort((a, b) => a - b)).toEqual(jobs);
    const last = summaries.findIndex((summary) => summary.snapshot.version === 8) + 1;
    expect(contested).toBe(`"job ${last}"`);
    for (const summary of summaries) expect(summary.added + summary.changed).toBeGreaterThanOrEqual(30);
    expect(summaries.reduce((sum, summary) => sum + summary.added, 0)).toBe(8 * 30 + 20 + 1);

    // All push again at once: only the contested path can differ.
    const again = await Promise.all(jobs.map((number) => job({ registry, repository }, number, ...ref)));
    for (const summary of again) {
      expect(summary).toMatchObject({ added: 0, removed: 0, uploaded: 0 });
      expect(summary.changed).toBeLessThanOrEqual(1);
    }
  });

  it('makes one snapshot when many processes push the same recordings', async () => {
    const repository = 'acme/same';
    await using folder = await makeFolder(SHARED);
    const summaries = await Promise.all(
      numbers(6).map(() =>
        fixturesJson<PushSummary>({ registry, repository }, folder, 'push', '--branch', 'main'),
      ),
    );
    expect(summaries.filter((summary) => summary.created)).toHaveLength(1);
    expect(new Set(summaries.map((summary) => summary.snapshot.id)).size).toBe(1);
    const rows = await registry.sql`select count(*)::int as count from contents c
      join repositories r on r.id = c.repository_id where r.name = 'same'`;
    expect(rows[0]?.['count']).toBe(20);
  });

  it('keeps two pull requests apart', async () => {
    const repository = 'acme/two';
    await Promise.all(
      numbers(6).map((number) =>
        job(
          { registry: number > 3 ? second : registry, repository },
          number,
          '--pull-request',
          String((number % 2) + 1),
        ),
      ),
    );
    for (const [pullRequest, jobs] of [
      [1, [2, 4, 6]],
      [2, [1, 3, 5]],
    ] as const) {
      const { [CONTESTED]: _, ...files } = await pullFiles(registry, repository, { ref: { pullRequest } });
      expect(files).toEqual({ ...ownOf([...jobs]), ...SHARED });
    }
  });

  it('promotes everything to the branch while pushes continue', async () => {
    const repository = 'acme/merge-train';
    await pushFiles(registry, { repository, ref: MAIN, add: { 'tests/recordings/old.json': '"old"' } });
    let open = true;
    const promote = async (server: TestRegistry) => {
      const query = `mutation ($input: PromoteInput!) { promote(input: $input) { __typename ... on Promotion { promoted } } }`;
      const input = { ...ownerAndName(repository), pullRequest: 1 };
      return (await server.ask<{ promote: { promoted: boolean } }>(query, { input })).promote.promoted;
    };
    const promoting = [registry, second].map(async (server) => {
      const results: boolean[] = [];
      while (open) results.push(await promote(server));
      return results.filter(Boolean).length;
    });
    const pushing = numbers(4).map((number) =>
      job({ registry, repository }, number, '--pull-request', '1', '--base', 'main'),
    );
    const toMain = numbers(5).map((number) =>
      pushFiles(second, { repository, ref: MAIN, add: manyFiles(10, `main-${number}`) }),
    );
    await Promise.all([...pushing, ...toMain]);
    open = false;
    const promotions = await Promise.all(promoting);
    await promote(registry);
    expect(await promote(registry)).toBe(false);

    const pulled = await pullFiles(registry, repository, { ref: { pullRequest: 1 } });
    const main = await pullFiles(registry, repository, { ref: MAIN });
    expect(main).toEqual({
      ...ownOf(numbers(4)),
      ...SHARED,
      ...Object.assign({}, ...numbers(5).map((number) => manyFiles(10, `main-${number}`))),
      'tests/recordings/old.json': '"old"',
      [CONTESTED]: pulled[CONTESTED],
    });
    // However many promotions are requested, each state of the pull request is promoted at most once.
    expect(promotions.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(4);
  });

  it('creates a new repository once', async () => {
    const ids = await Promise.all(
      numbers(8).map((number) =>
        pushFiles(number % 2 === 0 ? registry : second, {
          repository: number > 4 ? 'acme/brand-new' : 'Acme/Brand-New',
          ref: { branch: `branch-${number}` },
          add: { 'tests/recordings/a.json': `${number}` },
        }),
      ),
    );
    expect(ids).toHaveLength(8);
    const rows =
      await registry.sql`select count(*)::int as count from repositories where lower(name) = 'brand-new'`;
    expect(rows[0]?.['count']).toBe(1);
  });
});

describe('two servers on one database', () => {
  it("see each other's pushes and tokens at once", async () => {
    const repository = 'acme/twins';
    const { snapshot } = await pushFiles(registry, { repository, ref: MAIN, add: SHARED });
    expect((await planOf(second, repository, {})).snapshot.id).toBe(snapshot.id);
    const made = await second.command('token', 'create', '--repository', repository, '--scope', 'read');
    const token = made.stdout.trim();
    expect(await planOf(registry, repository, {}, token)).toMatchObject({ __typename: 'PullPlan' });
    const id = (await registry.command('token', 'list')).stdout.split('\t')[0] ?? '';
    await registry.command('token', 'revoke', id);
    await expect(planOf(second, repository, {}, token)).rejects.toThrow();
  });

  it('migrate an empty database once when they start together', async () => {
    const server = postgres(`${inject('postgresUrl')}/postgres`, { max: 1 });
    const name = `migrated_at_once_${randomUUID().slice(0, 8)}`;
    await server.unsafe(`create database ${name}`);
    await server.end();
    const environment = { DATABASE_URL: `${inject('postgresUrl')}/${name}` };
    const starting = numbers(3).map(() => startRegistry({ environment }));
    const registries = await Promise.all(starting);
    try {
      for (const each of registries) {
        await pushFiles(each, {
          repository: 'acme/start',
          ref: MAIN,
          add: { 'tests/recordings/a.json': '1' },
        });
      }
      const [one] = registries;
      expect(await one?.command('migrate')).toMatchObject({ status: 0 });
      expect((await planOf(one as TestRegistry, 'acme/start', {})).snapshot.version).toBe(1);
    } finally {
      await Promise.all(registries.map((each) => each[Symbol.asyncDispose]()));
    }
  });
});
