import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fixturesJson, runFixtures } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { type Made, made } from '../support/recorder-versions.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// A push prints how many of its recordings the recorder will not find, and why.

const OWN = 'tests/integration/inference/recordings';
const recordingOf = (name: string, more: Partial<Made> = {}) =>
  made({ folder: OWN, test: `tests/integration/inference/test_a.py::test_${name}`, version: 4, ...more });
const BASE = [...'abcdefghijkl'].map((name) => recordingOf(name));
const LOST = {
  MISNAMED: [recordingOf('one', { version: 0 }), recordingOf('two', { isModelList: true })],
  OUTDATED: [recordingOf('old', { version: 2 })],
  MISPLACED: [recordingOf('far', { folder: 'tests/integration/wrong/recordings' })],
};

interface Pushed {
  unplayable: {
    totalCount: number;
    misnamed: number;
    outdated: number;
    misplaced: number;
    recordings: { path: string; playable: string; reason: string }[];
  };
}

describe.each(['embedded', 'postgres'] as const)('a push, %s', (database) => {
  let registry: TestRegistry;
  let folder: Folder;
  const at = () => ({ registry, repository: 'acme/pushed' });
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    folder = await makeFolder(Object.fromEntries(BASE));
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  it('prints nothing when the recorder finds all', async () => {
    const ended = await runFixtures(at(), folder, ['push', '--branch', 'main']);
    expect(ended).toMatchObject({ status: 0 });
    expect(ended.stdout).not.toContain('recorder');
  });

  it('prints one line with the causes of a pull request', async () => {
    await folder.write(Object.fromEntries(Object.values(LOST).flat()));
    const ended = await runFixtures(at(), folder, ['push', '--pull-request', '1']);
    expect(ended).toMatchObject({ status: 0 });
    expect(ended.stdout.split('\n')).toContain(
      '4 recordings will not be found by the recorder: 2 misnamed, 1 named for an older version of it, ' +
        '1 in a folder that it does not search',
    );
  });

  it('lists them all with --json', async () => {
    const { unplayable } = await fixturesJson<Pushed>(at(), folder, 'push', '--pull-request', '2');
    expect(unplayable).toMatchObject({ totalCount: 4, misnamed: 2, outdated: 1, misplaced: 1 });
    const expected = Object.entries(LOST).flatMap(([playable, recordings]) =>
      recordings.map(([path]) => ({ path, playable, reason: expect.stringContaining('find it:') })),
    );
    expect(unplayable.recordings).toEqual(expected.sort((a, b) => (a.path < b.path ? -1 : 1)));
  });
});
