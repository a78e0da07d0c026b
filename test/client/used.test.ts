import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { clockTick } from '../../packages/client/test/clock-tick.js';
import { notesReads } from '../../packages/client/test/notes-reads.js';
import { StandInRegistry } from '../../packages/client/test/stand-in-registry.js';
import { runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { run } from '../support/process.js';
import { pushFiles } from '../support/push-files.js';
import { CHECKOUT, startRegistry, type TestRegistry } from '../support/registry.js';

// Programs and file systems that a machine may lack; without them, tests report that they are skipped.
const HAS_PYTEST = spawnSync('python3', ['-m', 'pytest', '--version'], { stdio: 'ignore' }).status === 0;
const MAY_MOUNT = spawnSync('unshare', ['-m', 'true'], { stdio: 'ignore' }).status === 0;
const MEMORY = '/dev/shm';
const PLACES = [
  ['the folder for temporary files', tmpdir(), notesReads()],
  ['tmpfs', MEMORY, existsSync(MEMORY)],
] as const;

// The order of the last two by code point differs from that of JavaScript.
const NAMES = [...Array.from({ length: 25 }, (_, n) => `${n}`), '\uff5e', '\u{1f600}'];
const FILES = Object.fromEntries(
  NAMES.map((name) => [`tests/recordings/${name}.json`, JSON.stringify({ answer: `answer ${name}` })]),
);

/** Tests that replay recordings by open and pathlib, and record one again with the answer of a provider. */
const TESTS = `
import json, pathlib, subprocess, sys
import pytest

RECORDINGS = pathlib.Path(__file__).parent / "recordings"

def replayed(name, record=False):
    path = RECORDINGS / f"{name}.json"
    if record:
        provider = subprocess.run([sys.executable, "provider.py"], check=True, capture_output=True, text=True)
        path.write_text(json.dumps({"answer": provider.stdout}))
    return json.loads(path.read_text())["answer"]

@pytest.mark.parametrize("n", [0, 7, 8, 24, "\\U0001f600"])
def test_pathlib(n):
    assert replayed(n) == f"answer {n}"

def test_open():
    with open(f"tests/recordings/15.json") as file:
        assert json.load(file)["answer"] == "answer 15"

def test_records_again():
    assert replayed(3, record=True) == "a new answer"

def test_lists_without_reading():
    assert len(list(RECORDINGS.iterdir())) == 27
    assert (RECORDINGS / "4.json").stat().st_size > 0
`;
const READ = [0, 15, 24, 3, 7, 8, '\u{1f600}'].map((n) => `tests/recordings/${n}.json`);

describe.skipIf(!HAS_PYTEST)('fixtures used, after pytest', () => {
  let registry: TestRegistry;
  let repositories = 0;
  beforeAll(async () => {
    registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  describe.each(PLACES)('in %s', (_, parent, notesReadsThere) => {
    it.skipIf(!notesReadsThere).each([
      ['by access times', []],
      ['by the list of examples/pytest', ['--files', 'used-files.txt']],
    ])('reports exactly what the tests read, %s', async (_name, list) => {
      const name = `tests-${++repositories}`;
      const workplace = { registry, repository: `acme/${name}` };
      const { repository } = workplace;
      await pushFiles(registry, { repository, ref: { branch: 'main' }, add: FILES });
      const files = { 'tests/test_replay.py': TESTS, 'provider.py': 'print("a new answer", end="")' };
      await using folder = await makeFolder(files, parent);
      const { path } = folder;
      const fixtures = (...words: string[]) => runFixtures(workplace, folder, [...words, '--branch', 'main']);
      if (list.length > 0) await cp(join(CHECKOUT, 'examples/pytest/conftest.py'), join(path, 'conftest.py'));

      expect(await fixtures('pull')).toMatchObject({ status: 0 });
      await clockTick(path);
      const tested = await run('python3', ['-m', 'pytest', '-q', '--rootdir', '.'], { cwd: path });
      expect(tested).toMatchObject({ status: 0, stdout: expect.stringMatching(/8 passed/) });
      expect(await fixtures('status')).toMatchObject({ status: 0 });

      const used = await fixtures('used', ...list);
      expect(used).toEqual({
        ...{ status: 0, stderr: '' },
        stdout:
          `${READ.length} of 27 pulled recordings were read\n` +
          'the run counts for unused recordings; 1 run of branch main counts so far\n',
      });
      expect(await usedPaths(registry, name)).toEqual(READ);
    });
  });

  it('reports what was read of a selection of a pull request', async () => {
    const workplace = { registry, repository: 'acme/selected' };
    const { repository } = workplace;
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: FILES });
    const added = { 'tests/recordings/1a.json': '{}', 'tests/recordings/1\u{1f600}.json': '{"emoji":1}' };
    const ref = { pullRequest: 7, base: 'main' };
    await pushFiles(registry, { repository, ref, add: added, remove: ['tests/recordings/11.json'] });
    await using folder = await makeFolder();
    const fixtures = (...words: string[]) =>
      runFixtures(workplace, folder, [...words, '--pull-request', '7']);

    const pulled = await fixtures('pull', '--paths', 'tests/recordings/1*.json');
    expect(pulled.stdout).toMatch(/12 recordings written/);
    await folder.write({ 'used.txt': Object.keys(added).join('\n') });
    const used = await fixtures('used', '--files', 'used.txt', '--json');
    expect(JSON.parse(used.stdout)).toMatchObject({
      ...{ selection: { paths: ['tests/recordings/1*.json'] }, recordings: 12, read: 2 },
      run: { counts: false, reason: 'SELECTION', read: 2, recordings: 12 },
    });
  });
});

/** The paths whose last use the registry knows. */
async function usedPaths({ sql }: TestRegistry, name: string): Promise<string[]> {
  const rows = await sql<{ path: string }[]>`
    select u.path from recording_uses u join repositories r on r.id = u.repository_id
    where r.name = ${name} and u.last_used_at > 'epoch' order by u.path`;
  return rows.map(({ path }) => path);
}

/**
 * Pulls, reads a recording and reports, on a file system without access times that only these
 * processes see.
 */
const BLIND = `
mount -t tmpfs -o noatime none . && cd "$PWD" || exit 9
"$0" "$1" pull --branch main >&2 || exit 8
cat tests/recordings/7.json >&2
"$0" "$1" used --branch main
echo "status $?"
echo tests/recordings/7.json | "$0" "$1" used --branch main --files -
`;

// Mounting needs root.
it.skipIf(!MAY_MOUNT)(
  'fixtures used on a file system with noatime knows only what a list names',
  async () => {
    await using registry = await StandInRegistry.start();
    registry.hold('main', FILES);
    await using folder = await makeFolder();
    const command = join(CHECKOUT, 'packages/cli/bin/fixtures.js');
    const ended = await run('unshare', ['-m', 'sh', '-c', BLIND, process.execPath, command], {
      cwd: folder.path,
      env: {
        FIXTURE_REGISTRY_URL: registry.connection.registry,
        FIXTURE_REGISTRY_TOKEN: 'secret-token',
        FIXTURE_REGISTRY_REPOSITORY: 'acme/tests',
      },
    });
    expect(ended.stderr).toMatch(/does not note which files are read.* --files FILE/);
    expect(ended.stdout).toMatch(/^status 1\n1 of 27 pulled recordings was read\n/);
    expect(registry.used.map(({ read }) => read)).toEqual([null, ['tests/recordings/7.json']]);
  },
);
