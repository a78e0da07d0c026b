import { access, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { PullSummary, PushSummary, StatusSummary } from '@fixture-registry/client';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { fixturesJson, runFixtures, type Workplace } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const weather = record({
  test: 'tests/test_tools.py::test_weather[ollama-x]',
  ask: 'Weather?',
  say: 'Sunny.',
});
const joke = record({ test: 'tests/test_chat.py::test_joke', model: 'gpt-4o', ask: 'A joke?', say: 'Ha.' });
const models = record({ test: null, ask: 'Which models are there?', say: 'Many.' });
const ALL = filesOf(weather, joke, models);

/** Bytes that are easily damaged in transit. */
const ODD: Record<string, Uint8Array> = {
  'tests/recordings/binary.json': Uint8Array.from({ length: 1024 }, (_, index) => (index * 7) % 256),
  'tests/recordings/crlf.json': Buffer.from('\ufeff{"a": 1.0,\r\n "a": 1}\r\n'),
  'tests/recordings/empty.json': Buffer.alloc(0),
  'tests/recordings/ein Name mit ü & 100%.json': Buffer.from('{}'),
};

describe.each(['embedded', 'postgres'] as const)('push and pull, %s', (database) => {
  let registry: TestRegistry;
  let repositories = 0;
  const workplace = (): Workplace => ({ registry, repository: `acme/sync-${++repositories}` });

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    await pushFiles(registry, { repository: 'acme/selections', ref: { branch: 'main' }, add: ALL });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  it('copy the recordings of one folder to another, byte for byte, and nothing else', async () => {
    const at = workplace();
    await using here = await makeFolder({ ...ALL, ...ODD, 'src/main.py': 'print()', 'data.json': '{}' });
    await using there = await makeFolder({ 'README.md': 'mine' });

    const pushed = await runFixtures(at, here, ['push', '--branch', 'main']);
    expect(pushed).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('main at version 1\n7 added;'),
    });
    const pulled = await runFixtures(at, there, ['pull', '--branch', 'main']);
    expect(pulled).toMatchObject({ status: 0, stdout: expect.stringContaining('7 recordings written') });

    const expected = { ...ALL, ...ODD, 'README.md': 'mine' };
    const found = await there.files();
    expect([...found.keys()]).toEqual(Object.keys(expected).sort());
    for (const [path, bytes] of Object.entries(expected)) {
      expect(found.get(path)?.equals(Buffer.from(bytes)), path).toBe(true);
    }
  });

  it('take two requests for a cold pull, and one when nothing changed', async () => {
    const at = workplace();
    await using here = await makeFolder(ALL);
    await using there = await makeFolder();
    await fixturesJson(at, here, 'push', '--branch', 'main');
    const cold = await requestsOf(registry, () => fixturesJson<PullSummary>(at, there, 'pull'));
    expect(cold.result).toMatchObject({ pulled: 3, reused: 0 });
    expect(cold.paths).toEqual(['/graphql', `/-/${at.repository}/content`]);
    const before = await stat(join(there.path, weather.path));

    const again = await requestsOf(registry, () => fixturesJson<PullSummary>(at, there, 'pull'));
    expect(again.result).toMatchObject({ pulled: 0, reused: 3, bytes: 0 });
    expect(again.paths).toEqual(['/graphql']);
    expect((await stat(join(there.path, weather.path))).mtimeMs).toBe(before.mtimeMs);
  });

  it('send only what the registry lacks; a repeated push makes no snapshot', async () => {
    const at = workplace();
    await using here = await makeFolder(ALL);
    await fixturesJson(at, here, 'push', '--branch', 'main');
    await here.write({
      [joke.path]: joke.text.replace('Ha.', 'Ho.'),
      'tests/recordings/copy.json': weather.text,
    });
    const second = await fixturesJson<PushSummary>(at, here, 'push', '--branch', 'main');
    expect(second).toMatchObject({ added: 1, changed: 1, removed: 0, uploaded: 1, created: true });
    const third = await fixturesJson<PushSummary>(at, here, 'push', '--branch', 'main');
    expect(third).toMatchObject({ added: 0, changed: 0, uploaded: 0, created: false });
    expect(third.snapshot.version).toBe(2);
  });

  it.each([
    [
      ['--tests', 'tests/test_tools.py::test_weather[ollama-x]'],
      [weather, models],
    ],
    [
      ['--tests', '*::test_joke'],
      [joke, models],
    ],
    [
      ['--tests', '*test_w*', '--tests', '*joke'],
      [weather, joke, models],
    ],
    [
      ['--models', 'gpt-4o'],
      [joke, models],
    ],
    [['--paths', `tests/*/${joke.hash}.json`], [joke]],
  ])('pull the selection %j', async (words, expected) => {
    const at = { registry, repository: 'acme/selections' };
    await using there = await makeFolder();
    await fixturesJson(at, there, 'pull', ...words);
    expect([...(await there.files()).keys()]).toEqual(expected.map(({ path }) => path).sort());
  });

  it('remove from a ref only with --prune, and from disk only pulled files', async () => {
    const at = workplace();
    await using here = await makeFolder(ALL);
    await using there = await makeFolder({ 'tests/recordings/of-mine.json': '{"local": true}' });
    await fixturesJson(at, here, 'push', '--branch', 'main');
    await fixturesJson(at, there, 'pull');
    await here.remove(joke.path);

    const without = await fixturesJson<PushSummary>(at, here, 'push', '--branch', 'main');
    expect(without).toMatchObject({ removed: 0, created: false });
    const pruned = await fixturesJson<PushSummary>(at, here, 'push', '--branch', 'main', '--prune');
    expect(pruned).toMatchObject({ removed: 1, added: 0, changed: 0 });

    expect(await fixturesJson<PullSummary>(at, there, 'pull')).toMatchObject({ removed: 1, pulled: 0 });
    const left = [weather.path, models.path, 'tests/recordings/of-mine.json'].sort();
    expect([...(await there.files()).keys()]).toEqual(left);
  });

  it('show how folder and registry differ, and save a local re-recording before a pull replaces it', async () => {
    const at = workplace();
    await using here = await makeFolder(ALL);
    await using there = await makeFolder();
    await fixturesJson(at, here, 'push', '--branch', 'main');
    await fixturesJson(at, there, 'pull');

    const rerecorded = weather.text.replace('Sunny.', 'Rainy.');
    await there.write({ [weather.path]: rerecorded, 'tests/recordings/new.json': '{}' });
    await there.remove(models.path);
    expect(await fixturesJson<StatusSummary>(at, there, 'status')).toMatchObject({
      new: ['tests/recordings/new.json'],
      modified: [weather.path],
      missing: [models.path],
      behind: [],
      unchanged: 1,
      ages: { recordings: 3, olderThanMonth: 0 },
    });

    const pulled = await fixturesJson<PullSummary>(at, there, 'pull');
    expect(pulled).toMatchObject({ pulled: 2, reused: 1, replaced: 1, removed: 0 });
    expect(await readFile(join(there.path, weather.path), 'utf8')).toBe(weather.text);
    const kept = join(there.path, '.fixtures/replaced', weather.path);
    expect(await readFile(kept, 'utf8')).toBe(rerecorded);
    expect((await there.files()).has('tests/recordings/new.json')).toBe(true);
  });

  it('write nothing through a symbolic link that leads out of the folder', async () => {
    const at = workplace();
    await using here = await makeFolder(ALL);
    await using there = await makeFolder();
    await using elsewhere = await makeFolder();
    await fixturesJson(at, here, 'push', '--branch', 'main');
    await mkdir(join(there.path, 'tests'));
    await symlink(elsewhere.path, join(there.path, 'tests/recordings'));
    const pulled = await runFixtures(at, there, ['pull']);
    expect(pulled).toMatchObject({ status: 1, stderr: expect.stringContaining('tests/recordings') });
    expect(await elsewhere.files()).toEqual(new Map());
  });

  it('exit with 1 for a missing target and with 2 for wrong usage, with the next step', async () => {
    const at = workplace();
    await using here = await makeFolder(ALL);
    const unknown = await runFixtures(at, here, ['pull', '--json']);
    expect(unknown).toMatchObject({ status: 1, stderr: expect.stringContaining(at.repository) });
    expect(JSON.parse(unknown.stdout)).toMatchObject({ error: { code: 'NOT_FOUND' } });
    const both = await runFixtures(at, here, ['pull', '--branch', 'a', '--pull-request', '1']);
    expect(both).toMatchObject({ status: 2, stdout: '' });
    await expect(access(join(here.path, '.fixtures/state.json'))).rejects.toThrow('ENOENT');
  });
});

/** Runs a function and returns the paths of the requests that the registry received meanwhile, in order. */
async function requestsOf<Result>(registry: TestRegistry, work: () => Promise<Result>) {
  await logArrived(registry);
  const start = registry.output.stderr.length;
  const result = await work();
  const seen = () =>
    registry.output.stderr
      .slice(start)
      .split('\n')
      .filter((line) => line.includes('"msg":"request"'))
      .map((line) => (JSON.parse(line) as { path: string }).path);
  await logArrived(registry);
  return { result, paths: seen().filter((path) => path !== '/nothing-here') };
}

/** Log lines pass through a pipe: when the line of one more request arrives, all earlier ones have. */
async function logArrived(registry: TestRegistry): Promise<void> {
  const lines = () => registry.output.stderr.split('"path":"/nothing-here"').length;
  const before = lines();
  await fetch(new URL('/nothing-here', registry.url));
  await vi.waitFor(() => expect(lines()).toBeGreaterThan(before));
}
