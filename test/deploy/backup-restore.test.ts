import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixturesJson, runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { startPostgres } from '../support/postgres.js';
import { planOf, pullFiles, pushFiles } from '../support/push-files.js';
import { manyFiles } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { commandsOf, runCommands } from './document-commands.js';
import { postgresTools } from './postgres-tools.js';

const DOCUMENT = 'docs/self-hosting.md';
const REPOSITORY = 'acme/backed-up';
const MAIN = { branch: 'main' };
const BEFORE = { ...manyFiles(30, 'before'), 'tests/recordings/changed.json': '"in the backup"' };
const LOST = { 'tests/recordings/changed.json': '"lost"', 'tests/recordings/lost.json': '"lost too"' };

/** Runs commands of the document, which must succeed. Returns their output. */
async function succeed(...args: Parameters<typeof runCommands>): Promise<string> {
  const ended = await runCommands(...args);
  expect(ended, ended.stderr).toMatchObject({ status: 0 });
  return ended.stdout;
}

/**
 * Pushes before and after a backup, restores the backup, and compares.
 * @param backUp runs the documented backup
 * @param restore runs the documented restore, while the registry is stopped
 */
async function expectRestored(
  registry: TestRegistry,
  backUp: () => Promise<void>,
  restore: () => Promise<void>,
): Promise<void> {
  await using work = await makeFolder();
  const workplace = { registry, repository: REPOSITORY };
  const words = ['token', 'create', '--repository', REPOSITORY, '--scope', 'read'];
  const token = (await registry.command(...words)).stdout.trim();
  const kept = (await pushFiles(registry, { repository: REPOSITORY, ref: MAIN, add: BEFORE })).snapshot.id;
  await backUp();
  const lost = (await pushFiles(registry, { repository: REPOSITORY, ref: MAIN, add: LOST })).snapshot.id;
  await fixturesJson(workplace, work, 'pull', '--branch', 'main');
  await registry.stop();
  await restore();
  await registry.restart();

  const unknown = {
    __typename: 'NotFound',
    message: expect.stringContaining('the registry was restored from a backup or replaced since'),
  };
  // The bytes and the snapshot of the backup.
  expect(await pullFiles(registry, REPOSITORY, { ref: MAIN })).toEqual(BEFORE);
  expect(await pullFiles(registry, REPOSITORY, { at: { snapshot: kept } })).toEqual(BEFORE);
  // Its tokens.
  expect(await registry.ask('{ __typename }', {}, token)).toEqual({ __typename: 'Query' });
  // A state after the backup is unknown, also when a new push gets the same version.
  expect(await planOf(registry, REPOSITORY, { at: { snapshot: lost } })).toMatchObject(unknown);
  const add = { 'tests/recordings/later.json': '"after the restore"' };
  const later = (await pushFiles(registry, { repository: REPOSITORY, ref: MAIN, add })).snapshot.id;
  expect(later).not.toBe(lost);
  expect(await planOf(registry, REPOSITORY, { at: { snapshot: lost } })).toMatchObject(unknown);
  // A directory that pulled the lost state gets the restored one, and keeps what it replaces.
  const pulled = await runFixtures(workplace, work, ['pull', '--branch', 'main']);
  expect(pulled, pulled.stderr).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('no longer knows the snapshot that this directory was pulled from'),
  });
  const files = await work.files();
  expect(Object.fromEntries(Array.from(files, ([path, bytes]) => [path, bytes.toString()]))).toEqual({
    ...BEFORE,
    ...add,
  });
}

describe('the documented backup and restore', () => {
  it('of the embedded database', async () => {
    await using folder = await makeFolder();
    const environment = { FIXTURE_REGISTRY_DATA: join(folder.path, 'data') };
    await using registry = await startRegistry({ environment });
    await expectRestored(
      registry,
      async () => {
        const commands = await commandsOf(DOCUMENT, 'back up the embedded database');
        // It refuses to copy the files of a database in use.
        const refused = await runCommands(folder, commands, environment);
        expect(refused.status).not.toBe(0);
        expect(refused.stderr).toMatch(/is in use by process \d+/);
        await registry.stop();
        await succeed(folder, commands, environment);
        await registry.restart();
      },
      async () => {
        await succeed(folder, await commandsOf(DOCUMENT, 'restore the embedded database'), environment);
      },
    );
  });

  const tools = postgresTools();
  it.skipIf(tools === null)('of Postgres, while the registry runs', async () => {
    await using folder = await makeFolder();
    const bin = tools as string;
    const server = await startPostgres(undefined, {
      initdb: join(bin, 'initdb'),
      postgres: join(bin, 'postgres'),
    });
    try {
      await using registry = await startRegistry({ postgresUrl: server.url });
      const database = { DATABASE_URL: registry.databaseUrl as string };
      const restored = { ...database, RESTORED_URL: `${server.url}/registry_restored` };
      await expectRestored(
        registry,
        async () => {
          await succeed(folder, await commandsOf(DOCUMENT, 'back up Postgres'), database, [bin]);
        },
        async () => {
          await succeed(folder, await commandsOf(DOCUMENT, 'restore Postgres'), restored, [bin]);
          registry.environment['DATABASE_URL'] = restored.RESTORED_URL;
        },
      );
    } finally {
      await server.stop();
    }
  });
});
