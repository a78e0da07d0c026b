import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pushFiles } from '../support/push-files.js';
import { type Made, made } from '../support/recorder-versions.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// `playable` is computed by rules for a field and by SQL for a filter: both must agree.

const LIST = '/v1/models';
const OWN = 'tests/integration/inference/recordings';
const COMMON = 'tests/integration/common/recordings';

let turn = 0;
const test = () => `tests/integration/inference/test_a.py::test_${turn++}[x]`;

const CASES: [expected: string, version: number | null, made: Made][] = [
  ['YES', 4, { folder: OWN, test: test(), version: 4 }],
  ['OUTDATED', 3, { folder: OWN, test: test(), version: 3 }],
  ['OUTDATED', 2, { folder: OWN, test: test(), version: 2 }],
  ['OUTDATED', 1, { folder: OWN, test: test(), version: 1 }],
  ['MISNAMED', null, { folder: OWN, test: test(), version: 0 }],
  ['YES', 4, { folder: COMMON, test: test(), version: 4 }],
  ['YES', 4, { folder: 'common/recordings', test: test(), version: 4 }],
  ['YES', 4, { folder: `server/${COMMON}`, test: test(), version: 4 }],
  ['YES', 4, { folder: `server/${OWN}`, test: test(), version: 4 }],
  ['MISPLACED', 4, { folder: 'tests/integration/wrong/recordings', test: test(), version: 4 }],
  ['MISPLACED', 4, { folder: 'tests/unit/common/recordings', test: test(), version: 4 }],
  ['MISPLACED', 4, { folder: `x${OWN}`, test: test(), version: 4 }],
  ['OUTDATED', 3, { folder: 'tests/integration/wrong/recordings', test: test(), version: 3 }],
  ['YES', 4, { folder: 'recordings', test: 'test_a.py::test_root', version: 4 }],
  ['MISPLACED', 4, { folder: 'recordings/old', test: 'test_a.py::test_old', version: 4 }],
  ['YES', 4, { folder: 'any/recordings', test: 'no file', version: 4 }],
  ['YES', 4, { folder: 'any/recordings', test: '::test_a', version: 4 }],
  ['YES', 4, { folder: COMMON, test: null, version: 4 }],
  ['MISPLACED', 4, { folder: OWN, test: null, version: 4 }],
  ['YES', 4, { folder: 'conformance/recordings', test: null, version: 4 }],
  ['UNKNOWN', null, { folder: COMMON, test: null, version: 0 }],
  ['YES', 4, { folder: OWN, test: test(), version: 4, endpoint: LIST, isModelList: true }],
  ['OUTDATED', 2, { folder: OWN, test: test(), version: 2, endpoint: LIST, isModelList: true }],
  ['MISNAMED', null, { folder: OWN, test: test(), version: 4, endpoint: LIST }],
  ['MISNAMED', null, { folder: OWN, test: test(), version: 4, isModelList: true }],
  ['OUTDATED', 1, { folder: OWN, test: test(), version: 1, endpoint: LIST }],
  ['MISNAMED', null, { folder: OWN, test: test(), version: 1, isModelList: true }],
];
const FILES = CASES.map(([expected, version, each]) => {
  const [path, text] = made(each);
  return { path, text, expected, version };
});
const OPAQUE = { path: 'any/recordings/notes.json', text: '{"note": 1}', expected: 'UNKNOWN', version: null };
const ALL = [...FILES, OPAQUE];
const VALUES = ['YES', 'OUTDATED', 'MISNAMED', 'MISPLACED', 'UNKNOWN'];

describe.each(['embedded', 'postgres'] as const)('playable, %s', (database) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    const add = Object.fromEntries(ALL.map(({ path, text }) => [path, text]));
    await pushFiles(registry, { repository: 'acme/playable', ref: { branch: 'main' }, add });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  interface Found {
    recordings: {
      totalCount: number;
      nodes: { path: string; playable: string; recorderVersion: number | null }[];
    };
  }
  async function list(filter: object, repository = 'playable', at: object = { branch: 'main' }) {
    const { repository: found } = await registry.ask<{ repository: Found }>(
      `query ($name: String!, $filter: RecordingFilter, $at: At) { repository(owner: "acme", name: $name) {
        recordings(filter: $filter, at: $at, first: 100) { totalCount nodes { path playable recorderVersion } } } }`,
      { name: repository, filter, at },
    );
    return found.recordings;
  }

  it('is what the names and folders say', async () => {
    const { nodes } = await list({});
    expect(nodes).toEqual(
      ALL.map(({ path, expected, version }) => ({ path, playable: expected, recorderVersion: version })).sort(
        (a, b) => (a.path < b.path ? -1 : 1),
      ),
    );
  });

  it.each(VALUES)('filters %s', async (value) => {
    const expected = ALL.filter((one) => one.expected === value).map(({ path }) => path);
    const found = await list({ playable: value });
    expect(found.totalCount).toBe(expected.length);
    expect(found.nodes.map(({ path }) => path)).toEqual(expected.sort());
    expect(found.nodes.every(({ playable }) => playable === value)).toBe(true);
  });

  it('filters all that no recorder finds, and all that one does', async () => {
    for (const isPlayable of [true, false]) {
      const values = isPlayable ? ['YES'] : ['OUTDATED', 'MISNAMED', 'MISPLACED'];
      const expected = ALL.filter((one) => values.includes(one.expected)).map(({ path }) => path);
      expect(expected.length).toBeGreaterThan(8);
      const found = await list({ isPlayable });
      expect(found.totalCount).toBe(expected.length);
      expect(found.nodes.map(({ path }) => path)).toEqual(expected.sort());
    }
    const misnamed = ALL.filter((one) => one.expected === 'MISNAMED').map(({ path }) => path);
    const both = await list({ isPlayable: false, playable: 'MISNAMED' });
    expect(both.nodes.map(({ path }) => path)).toEqual(misnamed.sort());
    expect((await list({ isPlayable: true, playable: 'MISNAMED' })).totalCount).toBe(0);
    // The other mismatched one has no test id, without which its hash cannot be computed.
    const mismatched = await list({ isPlayable: false, hashStatus: 'MISMATCHED' });
    expect(mismatched.totalCount).toBe(1);
    // The state of every recording is computed, so a query can have only some such filters.
    const aliases = ['a', 'b', 'c', 'd', 'e', 'f'].map(
      (name) => `${name}: recordings(filter: { isPlayable: false }, first: 1) { totalCount }`,
    );
    const many = registry.ask(`{ repository(owner: "acme", name: "playable") { ${aliases.join(' ')} } }`);
    await expect(many).rejects.toThrow('the query has a cost of');
  });

  it('is the same for a recording that is loaded by its id', async () => {
    const { repository } = await registry.ask<{
      repository: { recordings: { nodes: { id: string; path: string }[] } };
    }>('{ repository(owner: "acme", name: "playable") { recordings(first: 100) { nodes { id path } } } }');
    for (const { path, expected } of ALL.slice(0, 12)) {
      const id = repository.recordings.nodes.find((each) => each.path === path)?.id;
      const found = await registry.ask(
        'query ($id: ID!) { node(id: $id) { ... on Recording { playable } } }',
        { id },
      );
      expect(found, path).toEqual({ node: { playable: expected } });
    }
  });

  it('finds what other filters name', async () => {
    expect((await list({ format: 'opaque' })).nodes.map(({ path }) => path)).toEqual([OPAQUE.path]);
    expect((await list({ format: 'ogx' })).totalCount).toBe(FILES.length);
    expect((await list({ outcome: 'SUCCESS' })).totalCount).toBe(FILES.length);
    expect((await list({ outcome: 'ERROR' })).totalCount).toBe(0);
    expect((await list({ hashStatus: 'UNKNOWN' })).nodes.map(({ path }) => path)).toEqual([OPAQUE.path]);
    expect((await list({ hashStatus: 'MISMATCHED' })).totalCount).toBe(2);
    expect((await list({ recordedBefore: '2020-01-01T00:00:00Z' })).totalCount).toBe(0);
    expect((await list({ recordedBefore: '2999-01-01T00:00:00Z', playable: 'UNKNOWN' })).totalCount).toBe(2);
  });

  it('accepts one folder above all tests, where no recording lies beside its test', async () => {
    const above = made({ folder: 'tests/integration/recordings', test: test(), version: 4 });
    const away = made({ folder: 'elsewhere/recordings', test: test(), version: 4 });
    const add = Object.fromEntries([above, away]);
    await pushFiles(registry, { repository: 'acme/flat', ref: { branch: 'main' }, add });
    for (const [value, path] of Object.entries({ YES: above[0], MISPLACED: away[0] })) {
      const found = await list({ playable: value }, 'flat');
      expect(found.nodes).toEqual([{ path, playable: value, recorderVersion: 4 }]);
    }
  });

  it('follows the settings of the branch, not those of a pull request', async () => {
    const repository = 'acme/settings';
    const add = Object.fromEntries(ALL.map(({ path, text }) => [path, text]));
    const older = 'recorder: { version: 3, folders: [conformance/recordings] }\n';
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add, settings: older });
    const moved = made({ folder: 'other/recordings', test: null, version: 3 });
    const newer = 'recorder: { version: 4 }\n';
    await pushFiles(registry, {
      repository,
      ref: { pullRequest: 1 },
      add: Object.fromEntries([moved]),
      settings: newer,
    });
    const at = { pullRequest: 1 };
    const outdated = ALL.filter((one) => one.expected === 'OUTDATED' && one.version !== 3);
    expect((await list({ playable: 'OUTDATED' }, 'settings', at)).totalCount).toBe(outdated.length);
    // With named bases, a recording without a test is searched in no other folder.
    const misplaced = (await list({ playable: 'MISPLACED' }, 'settings', at)).nodes.map(({ path }) => path);
    expect(misplaced).toContain(moved[0]);
    expect(misplaced.some((path) => path.startsWith('conformance/'))).toBe(false);
  });
});
