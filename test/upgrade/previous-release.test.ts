import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { ageRows } from '../support/age-rows.js';
import { runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { run } from '../support/process.js';
import { type Files, pullFiles, pushFiles } from '../support/push-files.js';
import { made } from '../support/recorder-versions.js';
import { filesOf, record } from '../support/recordings.js';
import { CHECKOUT, startRegistry, type TestRegistry } from '../support/registry.js';
import { previousRelease } from '../support/release.js';
import previous from './previous-release.json' with { type: 'json' };

// The previous release and this build: on one Postgres, on one folder, and as client and registry of
// each other.

const release = await previousRelease();
const missing = 'missing' in release ? release.missing : null;
const root = 'missing' in release ? '' : release.root;
const repository = 'acme/upgrade';
const main = { ref: { branch: 'main' } };

/** A recording that no other call returns. */
const recordingOf = (who: string, turn: number) =>
  filesOf(record({ test: `tests/${who}.py::test_${turn}`, ask: `Ask ${turn}`, say: `${who} says ${turn}` }));

describe.skipIf(missing !== null)(
  `the previous release, ${previous.commit.slice(0, 7)}${missing ? ` (${missing})` : ''},`,
  () => {
    it('has the newest migration that is listed with its commit', async () => {
      const journal = await run('git', ['show', `${previous.commit}:drizzle/meta/_journal.json`], {
        cwd: CHECKOUT,
      });
      const { entries } = JSON.parse(journal.stdout) as { entries: { tag: string }[] };
      expect(entries.at(-1)?.tag).toBe(previous.migration);
    });

    it('keeps working, or reports not ready, on the Postgres that this build migrates during pushes to both', async () => {
      await using before = await startRegistry({ postgresUrl: inject('postgresUrl'), root });
      const acknowledged: Files = {};
      const push = async (through: TestRegistry, who: string, turn: number) => {
        const add = recordingOf(who, turn);
        await pushFiles(through, { repository, ...main, add });
        Object.assign(acknowledged, add);
      };
      await push(before, 'first', 0);

      // Until the new process is ready, plus a few pushes.
      let after: TestRegistry | null = null;
      const refused: string[] = [];
      const writer = async (who: string) => {
        for (let turn = 0, left = 5; left > 0; turn++) {
          if (after !== null) left--;
          await push(before, who, turn).catch((error: Error) => refused.push(error.message));
        }
      };
      const writers = [writer('left'), writer('right')];
      await using started = await startRegistry({
        environment: { DATABASE_URL: before.databaseUrl ?? '' },
      });
      after = started;
      await Promise.all([...writers, ...[0, 1, 2].map((turn) => push(started, 'new', turn))]);

      const ready = await fetch(`${before.url}/readyz`);
      if (ready.status === 200) {
        expect(refused).toEqual([]);
        expect(await pullFiles(before, repository, main)).toEqual(acknowledged);
      } else expect(ready.status).toBe(503);
      expect(await pullFiles(started, repository, main)).toEqual(acknowledged);
      expect((await fetch(`${started.url}/readyz`)).status).toBe(200);

      // Retention of this build removes versions that the previous release wrote, while that one still runs.
      await ageRows(before.sql, repository, 24 * 400);
      const collected = await started.command('gc');
      expect(collected.stdout).toMatch(/^removed \d+ snapshots/m);
      await ageRows(before.sql, repository, 2);
      expect(await started.command('gc')).toMatchObject({ status: 0 });
      for (const each of ready.status === 200 ? [before, started] : [started]) {
        expect(await pullFiles(each, repository, main)).toEqual(acknowledged);
      }

      // An orchestrator restarts the old build while both versions run.
      await before.stop();
      const again = await before.restart().then(
        () => null,
        (error: Error) => error.message,
      );
      if (ready.status !== 200) expect(again).toContain('migrated this database');
      else {
        expect(again).toBeNull();
        await push(before, 'restarted', 0);
        expect(await pullFiles(started, repository, main)).toEqual(acknowledged);
      }
    });

    it('passes its data folder to this build without loss, and reopens it or says why not', async () => {
      await using before = await startRegistry({ root });
      const first = recordingOf('folder', 1);
      await pushFiles(before, { repository, ...main, add: first, commit: 'a'.repeat(40) });
      await pushFiles(before, {
        repository,
        ref: { pullRequest: 7, base: 'main' },
        add: recordingOf('pr', 1),
      });
      const pull = { ref: { pullRequest: 7, base: 'main' } };
      const [state, layer] = [
        await pullFiles(before, repository, main),
        await pullFiles(before, repository, pull),
      ];
      await before.stop();

      const FIXTURE_REGISTRY_DATA = before.environment['FIXTURE_REGISTRY_DATA'] ?? '';
      await using after = await startRegistry({ environment: { FIXTURE_REGISTRY_DATA } });
      expect(await pullFiles(after, repository, main)).toEqual(state);
      expect(await pullFiles(after, repository, pull)).toEqual(layer);
      expect(await pullFiles(after, repository, { at: { commit: 'a'.repeat(40) } })).toEqual(state);
      await pushFiles(after, { repository, ...main, add: recordingOf('folder', 2) });
      const now = await pullFiles(after, repository, main);
      await after.stop();

      const back = await before.restart().then(
        () => null,
        (error: Error) => error.message,
      );
      if (back === null) expect(await pullFiles(before, repository, main)).toEqual(now);
      else expect(back).toMatch(/migrated this database|holds a database of Postgres/);
    });

    it.each(['embedded', 'postgres'] as const)(
      'leaves contents that this build reads again, %s',
      async (database) => {
        const postgresUrl = inject('postgresUrl');
        await using before = await startRegistry({ root, ...(database === 'postgres' && { postgresUrl }) });
        const folder = 'tests/recordings';
        const named = (name: string, version: 3 | 4) =>
          made({ folder, test: `tests/a.py::${name}`, version });
        const old = named('old', 3);
        const add = Object.fromEntries([old, ...[...'abcdefghijkl'].map((name) => named(name, 4))]);
        await pushFiles(before, { repository, ...main, add });
        await before.stop();

        const { FIXTURE_REGISTRY_DATA = '', DATABASE_URL } = before.environment;
        const environment = DATABASE_URL === undefined ? { FIXTURE_REGISTRY_DATA } : { DATABASE_URL };
        await using after = await startRegistry({ environment });
        await vi.waitFor(
          async () => {
            const { repository: found } = await after.ask<{
              repository: { recordings: { nodes: object[] } };
            }>(
              `{ repository(owner: "acme", name: "upgrade") {
              recordings(filter: { playable: OUTDATED }) { nodes { path recorderVersion hashStatus } } } }`,
            );
            expect(found.recordings.nodes).toEqual([
              { path: old[0], recorderVersion: 3, hashStatus: 'VERIFIED' },
            ]);
          },
          { timeout: 90_000, interval: 1_000 },
        );
        expect(await pullFiles(after, repository, main)).toEqual(add);
      },
    );

    describe('works with this build as', () => {
      const registries: Record<string, TestRegistry> = {};
      beforeAll(async () => {
        const postgresUrl = inject('postgresUrl');
        registries['new'] = await startRegistry({ postgresUrl });
        registries['old'] = await startRegistry({ postgresUrl, root });
      });
      afterAll(async () => {
        for (const registry of Object.values(registries)) await registry[Symbol.asyncDispose]();
      });

      it.each([
        ['old client and new registry', 'new', root],
        ['new client and old registry', 'old', CHECKOUT],
      ])('%s', async (_, which, client) => {
        const registry = registries[which] as TestRegistry;
        const at = { registry, repository: 'acme/clients', root: client };
        const files = { ...recordingOf('client', 1), ...recordingOf('client', 2) };
        await using here = await makeFolder(files);
        await using there = await makeFolder();
        expect(await runFixtures(at, here, ['push', '--branch', 'main'])).toMatchObject({ status: 0 });
        expect(await runFixtures(at, there, ['pull', '--branch', 'main'])).toMatchObject({ status: 0 });
        expect(textsOf(await there.files())).toEqual(files);

        // The second round sends only the differences.
        const changed = { ...files, ...recordingOf('client', 3) };
        await here.write(recordingOf('client', 3));
        expect(await runFixtures(at, here, ['push', '--branch', 'main'])).toMatchObject({ status: 0 });
        expect(await runFixtures(at, there, ['pull', '--branch', 'main'])).toMatchObject({ status: 0 });
        expect(textsOf(await there.files())).toEqual(changed);
      });
    });
  },
);

const textsOf = (files: Map<string, Buffer>) =>
  Object.fromEntries([...files].map(([path, bytes]) => [path, bytes.toString()]));
