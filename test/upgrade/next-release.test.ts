import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { describe, expect, inject, it, vi } from 'vitest';
import { startProcess } from '../support/clean-up.js';
import { type Finished, run } from '../support/process.js';
import { planOf, pullFiles, pushFiles, put } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { CHECKOUT, createDatabase, startRegistry } from '../support/registry.js';
import { nextRelease } from '../support/release.js';

// This build on a database that a later release has migrated.

const repository = 'acme/later';
const main = { ref: { branch: 'main' } };
const FILES = filesOf(record({ test: 'tests/a.py::test_a', ask: 'Hello?', say: 'Hello.' }));
const EXPANDS = 'ALTER TABLE "settings" ADD COLUMN "note" text;';
const BREAKS = 'ALTER TABLE "settings" RENAME COLUMN "text" TO "words";';
const TOO_NEW = /Fixture Registry 99\.0\.0 migrated (it|this database) to 9000_break.* 9000_break/;

const expanding = () => nextRelease('9000_expand', EXPANDS);
const breaking = () => nextRelease('9000_break', BREAKS, { oldest: '9000_break' });

function runRegistry(
  root: string,
  environment: Record<string, string>,
  ...words: string[]
): Promise<Finished> {
  const command = join(root, 'packages/registry/bin/fixture-registry.js');
  return run(process.execPath, [command, ...words], { cwd: root, env: environment });
}

describe('a running process on Postgres, after a later release migrates it,', () => {
  it('continues when the release only adds something', async () => {
    await using later = await expanding();
    await using registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
    await pushFiles(registry, { repository, ...main, add: FILES });
    const environment = { DATABASE_URL: registry.databaseUrl ?? '' };
    expect(await runRegistry(later.root, environment, 'migrate')).toMatchObject({ status: 0 });

    await using other = await startRegistry({ environment, root: later.root });
    const more = filesOf(record({ test: 'tests/a.py::test_b', ask: 'And?', say: 'Yes.' }));
    await pushFiles(registry, { repository, ...main, add: more });
    expect((await fetch(`${registry.url}/readyz`)).status).toBe(200);
    for (const each of [registry, other]) {
      expect(await pullFiles(each, repository, main)).toEqual({ ...FILES, ...more });
    }
    await registry.stop();
    await registry.restart();
    expect(await pullFiles(registry, repository, main)).toEqual({ ...FILES, ...more });
  });

  it('is not ready, reports why, and returns only 503 when the release requires a newer build', async () => {
    await using later = await breaking();
    await using registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
    await pushFiles(registry, { repository, ...main, add: FILES });
    const environment = { DATABASE_URL: registry.databaseUrl ?? '' };
    expect(await runRegistry(later.root, environment, 'migrate')).toMatchObject({ status: 0 });

    const authorization = `Bearer ${registry.adminToken}`;
    // Readiness checks at once; other requests notice within a second.
    for (const path of ['readyz', repository]) {
      await vi.waitFor(
        async () => {
          const answer = await fetch(`${registry.url}/${path}`, { headers: { authorization } });
          expect(answer.status).toBe(503);
        },
        { timeout: 10_000 },
      );
    }
    const answers = [
      await fetch(`${registry.url}/readyz`),
      await fetch(`${registry.url}/${repository}`, { headers: { authorization } }),
      await put(registry, repository, Buffer.from('no zip')),
      await fetch(`${registry.url}/graphql`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ __typename }' }),
      }),
    ];
    for (const answer of answers) {
      expect(answer.status, answer.url).toBe(503);
      expect(await answer.text(), answer.url).toMatch(TOO_NEW);
    }
    expect(answers.slice(1).map(({ headers }) => headers.get('retry-after'))).toEqual(['3', '3', '3']);
    await expect(planOf(registry, repository, main)).rejects.toThrow();
    expect((await fetch(`${registry.url}/healthz`)).status).toBe(200);

    await registry.stop();
    const journal = await registry.sql`select * from drizzle.applied_migrations order by id`;
    for (const words of [['serve', '--port', '0'], ['migrate'], ['gc'], ['token', 'list']]) {
      const refused = await registry.command(...words);
      expect(refused.status, words.join(' ')).toBe(1);
      expect(refused.stderr, words.join(' ')).toMatch(TOO_NEW);
      expect(refused.stderr, words.join(' ')).toContain('docs/upgrading.md');
    }
    expect(await registry.sql`select * from drizzle.applied_migrations order by id`).toEqual(journal);
  });
});

describe('several processes', () => {
  it('migrate an empty Postgres once when they start together', async () => {
    const DATABASE_URL = await createDatabase(inject('postgresUrl'));
    const ended = await Promise.all([0, 1, 2].map(() => runRegistry(CHECKOUT, { DATABASE_URL }, 'migrate')));
    expect(ended.map(({ status, stderr }) => ({ status, stderr }))).toEqual(
      ended.map(() => ({ status: 0, stderr: '' })),
    );
    const sql = postgres(DATABASE_URL, { max: 1, onnotice: () => {} });
    try {
      const [found] = await sql<{ rows: number; hashes: number }[]>`
        select count(*)::int as rows, count(distinct hash)::int as hashes from drizzle.__drizzle_migrations`;
      expect(found?.rows).toBe(found?.hashes);
      expect(await sql`select * from drizzle.compatibility`).toHaveLength(1);
    } finally {
      await sql.end();
    }
  });

  it('keep reading a table while a migration waits for it', async () => {
    await using later = await nextRelease('9000_lock', 'ALTER TABLE "repositories" ADD COLUMN "note" text;');
    await using registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
    await pushFiles(registry, { repository, ...main, add: FILES });
    const environment = { DATABASE_URL: registry.databaseUrl ?? '' };

    // A long report reads the table in a transaction that stays open.
    let finish = () => {};
    const reported = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let begun = () => {};
    const reading = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const report = registry.sql.begin(async (tx) => {
      await tx`select count(*) from repositories`;
      begun();
      await reported;
    });
    await reading;
    const command = join(later.root, 'packages/registry/bin/fixture-registry.js');
    const migration = startProcess(process.execPath, [command, 'migrate'], {
      cwd: later.root,
      env: environment,
    });
    const ended = once(migration, 'close');
    let said = '';
    migration.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await vi.waitFor(
      () => expect(said).toContain('the migrations wait until other transactions release a table'),
      { timeout: 60_000 },
    );
    // A migration that waited for the lock would block this read until the report is done.
    expect(await pullFiles(registry, repository, main)).toEqual(FILES);
    finish();
    await report;
    expect((await ended)[0]).toBe(0);
  });
});

describe('an embedded database', () => {
  it('of a later release that requires a newer build is refused with a reason and stays unchanged', async () => {
    await using later = await breaking();
    await using registry = await startRegistry();
    await pushFiles(registry, { repository, ...main, add: FILES });
    await registry.stop();
    const { environment } = registry;
    expect(await runRegistry(later.root, environment, 'migrate')).toMatchObject({ status: 0 });
    for (const words of [['serve', '--port', '0'], ['gc'], ['token', 'list']]) {
      const refused = await registry.command(...words);
      expect(refused.status, words.join(' ')).toBe(1);
      expect(refused.stderr, words.join(' ')).toMatch(TOO_NEW);
    }
    // Nothing changed, so the later release has nothing to do.
    expect(await runRegistry(later.root, environment, 'migrate')).toMatchObject({ status: 0, stderr: '' });
  });

  it('of another Postgres version is refused before it is opened', async () => {
    await using registry = await startRegistry();
    await registry.stop();
    const data = registry.environment['FIXTURE_REGISTRY_DATA'] ?? '';
    const file = join(data, 'database/PG_VERSION');
    const version = await readFile(file, 'utf8');
    expect(version.trim()).toBe('18');
    await writeFile(file, '17\n');
    const before = await control(data);
    const refused = await registry.command('serve', '--port', '0');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(
      /contains a database of Postgres 17, but this build opens Postgres 18\. Start/,
    );
    expect(await control(data)).toEqual(before);
    await writeFile(file, version);
    await registry.restart();
  });
});

/** The files that Postgres writes at each start and stop. */
const control = (data: string): Promise<Buffer> => readFile(join(data, 'database/global/pg_control'));
