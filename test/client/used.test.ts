import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clockTick } from '../../packages/client/test/clock-tick.js';
import { notesReads } from '../../packages/client/test/notes-reads.js';
import { StandInRegistry } from '../../packages/client/test/stand-in-registry.js';
import { runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { run } from '../support/process.js';
import { CHECKOUT } from '../support/registry.js';

// Each needs a program or a file system that a machine may lack; without it, a test reports that it is skipped.
const HAS_PYTEST = spawnSync('python3', ['-m', 'pytest', '--version'], { stdio: 'ignore' }).status === 0;
const MAY_MOUNT = spawnSync('unshare', ['-m', 'true'], { stdio: 'ignore' }).status === 0;
const MEMORY = '/dev/shm';
const PLACES = [
  ['the folder for temporary files', tmpdir(), notesReads()],
  ['tmpfs', MEMORY, existsSync(MEMORY)],
] as const;

const NAMES = Array.from({ length: 25 }, (_, n) => `tests/recordings/${n}.json`);
const FILES = Object.fromEntries(NAMES.map((path, n) => [path, JSON.stringify({ answer: `answer ${n}` })]));

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

@pytest.mark.parametrize("n", [0, 7, 8, 24])
def test_pathlib(n):
    assert replayed(n) == f"answer {n}"

def test_open():
    with open(f"tests/recordings/15.json") as file:
        assert json.load(file)["answer"] == "answer 15"

def test_records_again():
    assert replayed(3, record=True) == "a new answer"

def test_lists_without_reading():
    assert len(list(RECORDINGS.iterdir())) == 25
    assert (RECORDINGS / "4.json").stat().st_size > 0
`;
const READ = [0, 15, 24, 3, 7, 8].map((n) => `tests/recordings/${n}.json`);

describe.skipIf(!HAS_PYTEST)('fixtures used, after pytest', () => {
  describe.each(PLACES)('in %s', (_, parent, notesReadsThere) => {
    it.skipIf(!notesReadsThere).each([
      ['by access times', false],
      ['by the list of examples/pytest', true],
    ])('reports exactly what the tests read, %s', async (_name, isListed) => {
      await using registry = await StandInRegistry.start();
      registry.hold('main', FILES);
      await using folder = await makeFolder(
        { 'tests/test_replay.py': TESTS, 'provider.py': 'print("a new answer", end="")' },
        parent,
      );
      const { path } = folder;
      const workplace = {
        registry: { url: registry.connection.registry, adminToken: 'secret-token' },
        repository: 'acme/tests',
      };
      const fixtures = (...words: string[]) => runFixtures(workplace, folder, [...words, '--branch', 'main']);
      if (isListed) await cp(join(CHECKOUT, 'examples/pytest/conftest.py'), join(path, 'conftest.py'));

      expect(await fixtures('pull')).toMatchObject({ status: 0 });
      await clockTick(path);
      const tested = await run('python3', ['-m', 'pytest', '-q', '--rootdir', '.'], { cwd: path });
      expect(tested).toMatchObject({ status: 0, stdout: expect.stringMatching(/7 passed/) });
      expect(await fixtures('status')).toMatchObject({ status: 0 });

      const words = isListed ? ['--files', 'used-files.txt'] : [];
      const used = await fixtures('used', ...words, '--json');
      expect(used.stderr).toBe('');
      expect(JSON.parse(used.stdout)).toMatchObject({ recordings: 25, read: READ.length });
      expect(registry.used.map(({ read }) => read)).toEqual([READ]);
    });
  });
});

/** Pulls, reads a recording and reports, on a file system without access times that only these processes see. */
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
    expect(ended.stdout).toMatch(/^status 1\n1 of 25 pulled recordings was read\n/);
    expect(registry.used.map(({ read }) => read)).toEqual([null, ['tests/recordings/7.json']]);
  },
);
