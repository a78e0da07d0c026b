import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pushFiles } from '../support/push-files.js';
import { type Made, made } from '../support/recorder-versions.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// What a report says of recordings that the recorder of the base does not find.

const OWN = 'tests/integration/inference/recordings';
const WRONG = 'tests/integration/wrong/recordings';
const repository = 'acme/drift';

const recordingOf = (name: string, more: Partial<Made> = {}) =>
  made({ folder: OWN, test: `tests/integration/inference/test_a.py::test_${name}`, version: 4, ...more });
/** The same path with another request. */
const edited = ([path, text]: [string, string]): [string, string] => [
  path,
  text.replace('score: 0.1234567', 'other'),
];
const reworded = ([path, text]: [string, string]): [string, string] => [
  path,
  text.replace('"body":[]', '"body":["more"]'),
];

const MOVED = recordingOf('moved');
const [REWRITTEN, OLD] = [recordingOf('rewritten'), recordingOf('old', { version: 3 })];
const BASE = [MOVED, REWRITTEN, OLD, ...[...'abcdefghijkl'].map((name) => recordingOf(name))];

const ANSWERED = recordingOf('answered', { version: 2 });
const PULL_REQUEST = [
  recordingOf('moved', { folder: WRONG }),
  edited(REWRITTEN),
  // Not found before either.
  edited(OLD),
  recordingOf('new_old', { version: 3 }),
  recordingOf('new_wrong', { folder: WRONG }),
  recordingOf('new_good'),
  // The newest recorder finds another one for the same request.
  recordingOf('answered'),
  ANSWERED,
];

interface Change {
  kind: string;
  level: string | null;
  path: string;
  summary: string;
  after: { playable: string } | null;
}
interface Report {
  changes: { nodes: Change[] };
}

const isLost = ({ summary }: Change) => /will (not )?find it:/.test(summary);

describe.each(['embedded', 'postgres'] as const)('a report, %s', (database) => {
  let registry: TestRegistry;
  let report: Report;
  const changeOf = ([path]: [string, string]) => report.changes.nodes.find((change) => change.path === path);

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add: Object.fromEntries(BASE) });
    await pushFiles(registry, {
      repository,
      ref: { pullRequest: 1 },
      add: Object.fromEntries(PULL_REQUEST),
      remove: [MOVED[0]],
    });
    const answer = await registry.ask<{ repository: { drift: Report } }>(
      `{ repository(owner: "acme", name: "drift") { drift(pullRequest: 1) {
        changes(first: 100) { nodes { kind level path summary after { playable } } } } } }`,
    );
    report = answer.repository.drift;
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  it('counts as lost only what the recorder found before', () => {
    // Moved and rewritten; new: an old name, a wrong folder.
    expect(report.changes.nodes.filter(isLost)).toHaveLength(4);
    expect(changeOf(REWRITTEN)).toMatchObject({ level: 'BEHAVIOUR', after: { playable: 'MISNAMED' } });
    expect(changeOf(OLD)?.summary).not.toContain('no recorder');
  });

  it('says why a moved recording is lost, first', () => {
    const moved = changeOf(recordingOf('moved', { folder: WRONG }));
    expect(moved).toMatchObject({ kind: 'MOVED', level: 'BEHAVIOUR', after: { playable: 'MISPLACED' } });
    expect(moved?.summary).toContain('it does not search this folder for the test');
    const first = report.changes.nodes.slice(0, 2).map(({ path }) => path);
    expect(new Set(first)).toEqual(new Set([moved?.path, REWRITTEN[0]]));
  });

  it('flags new recordings that the recorder of the base does not find, each with its cause', () => {
    expect(changeOf(recordingOf('new_old', { version: 3 }))?.summary).toContain('only an older version');
    expect(changeOf(recordingOf('new_wrong', { folder: WRONG }))?.summary).toContain('does not search');
    expect(changeOf(recordingOf('new_good'))?.summary).not.toContain('find');
  });

  it('names no loss where another recording answers the request', () => {
    const answered = changeOf(ANSWERED);
    expect(answered).toMatchObject({ kind: 'ADDED', after: { playable: 'OUTDATED' } });
    expect(answered?.summary).not.toContain('not find');
  });

  it('finds a recording again when its name is repaired', async () => {
    const add = Object.fromEntries([recordingOf('old')]);
    await pushFiles(registry, { repository, ref: { pullRequest: 2 }, add, remove: [OLD[0]] });
    const { repository: found } = await registry.ask<{ repository: { drift: Report } }>(
      `{ repository(owner: "acme", name: "drift") { drift(pullRequest: 2) {
        changes(first: 9) { nodes { kind level path summary after { playable } } } } } }`,
    );
    expect(found.drift.changes.nodes).toMatchObject([{ kind: 'MOVED', after: { playable: 'YES' } }]);
    expect(found.drift.changes.nodes[0]?.summary).toContain('finds it again');
  });

  it('is the same when only the response of a lost recording changes', async () => {
    await pushFiles(registry, {
      repository,
      ref: { pullRequest: 3 },
      add: Object.fromEntries([reworded(OLD)]),
    });
    const { repository: found } = await registry.ask<{ repository: { drift: Report } }>(
      `{ repository(owner: "acme", name: "drift") { drift(pullRequest: 3) {
        changes(first: 9) { nodes { kind level path summary after { playable } } } } } }`,
    );
    expect(found.drift.changes.nodes).toMatchObject([{ kind: 'CHANGED', after: { playable: 'OUTDATED' } }]);
    expect(found.drift.changes.nodes.filter(isLost)).toEqual([]);
  });
});
