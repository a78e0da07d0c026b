import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fixturesJson, runFixtures } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// After a test was renamed, its recordings have names for which no recorder looks.

const OLD = 'tests/test_weather.py::test_tokyo[txt=gpt-4o]';
const NEW = 'tests/test_weather.py::test_oslo[txt=gpt-4o]';
const recorded = record({ test: OLD, ask: 'Is it raining?', say: 'Yes.' });
const renamed = record({ test: NEW, ask: 'Is it raining?', say: 'Yes.' });
/** The id was replaced in the file by hand, so the name no longer fits. */
const edited = { [recorded.path]: renamed.text };

let registry: TestRegistry;
let folder: Folder;
const at = () => ({ registry, repository: 'acme/weather' });
const exists = (path: string) =>
  access(join(folder.path, path)).then(
    () => true,
    () => false,
  );

interface Rekeyed {
  renamed: { from: string; to: string }[];
  blocked: { from: string; same: boolean }[];
  unsound: { path: string; fitsTestId: string | null }[];
  current: number;
}

beforeAll(async () => {
  registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  folder = await makeFolder(filesOf(recorded));
  await runFixtures(at(), folder, ['push', '--branch', 'main']);
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

describe('fixtures rekey', () => {
  it('names the test id with which an edited file fits, and changes nothing without it', async () => {
    await folder.write(edited);
    const summary = await fixturesJson<Rekeyed>(at(), folder, 'rekey');
    expect(summary).toMatchObject({ renamed: [], unsound: [{ path: recorded.path, fitsTestId: OLD }] });
    expect(await exists(recorded.path)).toBe(true);
    const ended = await runFixtures(at(), folder, ['explain', recorded.path, '--branch', 'main']);
    expect(ended.stdout).toContain(`It fits if the test id was ${OLD}.`);
  });

  it('shows with --dry-run what it would rename, and then renames it with its bytes', async () => {
    const option = ['--test-id', `${OLD}=${NEW}`];
    const dry = await runFixtures(at(), folder, ['rekey', 'tests', ...option, '--dry-run']);
    expect(dry.stdout).toContain(`${recorded.path} → ${renamed.hash}.json (its test was renamed)`);
    expect(dry.stdout).toContain('1 recording would be renamed');
    expect(await exists(renamed.path)).toBe(false);

    const summary = await fixturesJson<Rekeyed>(at(), folder, 'rekey', ...option);
    expect(summary.renamed).toMatchObject([{ from: recorded.path, to: renamed.path }]);
    expect(await exists(recorded.path)).toBe(false);
    expect(await readFile(join(folder.path, renamed.path), 'utf8')).toBe(renamed.text);
    expect(await fixturesJson<Rekeyed>(at(), folder, 'rekey')).toMatchObject({ current: 1, unsound: [] });
  });

  it('never replaces another file', async () => {
    await folder.write({ ...edited, [renamed.path]: `${renamed.text}\n` });
    const summary = await fixturesJson<Rekeyed>(at(), folder, 'rekey', '--test-id', `${OLD}=${NEW}`);
    expect(summary).toMatchObject({ renamed: [], blocked: [{ from: recorded.path, same: false }] });
    expect(await readFile(join(folder.path, renamed.path), 'utf8')).toBe(`${renamed.text}\n`);
    expect(await exists(recorded.path)).toBe(true);
  });

  it('fails for paths that match nothing, and for an option that is not OLD=NEW', async () => {
    const nothing = await runFixtures(at(), folder, ['rekey', 'nosuch/**']);
    expect(nothing).toMatchObject({ status: 1, stderr: expect.stringContaining('No file in') });
    const usage = await runFixtures(at(), folder, ['rekey', '--test-id', OLD]);
    expect(usage).toMatchObject({ status: 2, stderr: expect.stringContaining('OLD=NEW') });
  });
});

describe('fixtures explain', () => {
  it('finds a recording by the newest hash of its request when its name is another', async () => {
    const wrong = `tests/recordings/${'b'.repeat(64)}.json`;
    const misnamed = record({ test: 'tests/test_a.py::test_a', ask: 'Which hash?', say: 'This one.' });
    await folder.write({ [wrong]: misnamed.text });
    await runFixtures(at(), folder, ['push', '--pull-request', '3']);
    await folder.remove(wrong);
    const ended = await runFixtures(at(), folder, ['explain', misnamed.hash, '--pull-request', '3']);
    expect(ended).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('recorded under names for which the newest recorder does not look'),
    });
    expect(ended.stdout).toContain(wrong);
  });

  it('takes the test that looks for a recording', async () => {
    await folder.write(filesOf(recorded));
    const explain = ['explain', recorded.path, '--branch', 'main', '--test-id', NEW];
    const { stdout } = await runFixtures(at(), folder, explain);
    expect(stdout).toContain(`Test: ${NEW}`);
    expect(stdout).toContain(`Key: ${renamed.hash}`);
    const byHash = ['explain', 'c'.repeat(64), '--branch', 'main', '--test-id', OLD];
    const other = await runFixtures(at(), folder, byHash);
    expect(other.stdout).toContain(`Recordings of the test, for example:\n  ${recorded.path}`);
  });
});
