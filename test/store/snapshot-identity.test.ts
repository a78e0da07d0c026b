import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PullSummary, PushSummary } from '@fixture-registry/client';
import { digestOf } from '@fixture-registry/protocol';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Backup, takeBackup } from '../support/database-backup.js';
import { fixturesJson, runFixtures } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { purge } from '../support/purge-content.js';
import {
  askToPush,
  type Files,
  ownerAndName,
  planOf,
  pullFiles,
  pushFiles,
  type RefArgument,
} from '../support/push-files.js';
import { filesOf, manyFiles, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// The numbers of a snapshot (repository, ref, version) repeat when a database is restored from a
// backup, fails over to a lagging replica, or is replaced by an empty one at the same address. What a
// client or cache stores under these numbers must not be used for another state.

const REPOSITORY = 'acme/desk';
const MAIN = { branch: 'main' };
const LOST = /no longer knows the snapshot that this directory was pulled from/;

const X = 'tests/recordings/x.json';
const SHARED = { 'tests/recordings/shared.json': '{"shared": true}' };

const push = (registry: TestRegistry, add: Files) =>
  pushFiles(registry, { repository: REPOSITORY, ref: MAIN, add });
const pull = (registry: TestRegistry, folder: Folder) =>
  fixturesJson<PullSummary>({ registry, repository: REPOSITORY }, folder, 'pull', '--branch', 'main');
const run = (registry: TestRegistry, folder: Folder, ...words: string[]) =>
  runFixtures({ registry, repository: REPOSITORY }, folder, [...words, '--branch', 'main']);
const onDisk = async (folder: Folder): Promise<Record<string, string>> =>
  Object.fromEntries(Array.from(await folder.files(), ([path, bytes]) => [path, bytes.toString()]));
const keyOf = (id: string) => Buffer.from(id, 'base64url').toString();
const withoutSeals = (id: string) =>
  Buffer.from(keyOf(id).replace(/-[0-9a-f]{12}/g, '')).toString('base64url');

describe('a fresh data folder at the same address', () => {
  let registry: TestRegistry;
  let fresh: Folder;
  let folder: Folder;
  let idBefore = '';
  beforeAll(async () => {
    [registry, fresh, folder] = await Promise.all([startRegistry(), makeFolder(), makeFolder()]);
    idBefore = (await push(registry, { [X]: 'one', ...SHARED })).snapshot.id;
    await pull(registry, folder);
    await registry.stop();
    registry.environment['FIXTURE_REGISTRY_DATA'] = fresh.path;
    await registry.restart();
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await Promise.all([fresh[Symbol.asyncDispose](), folder[Symbol.asyncDispose]()]);
  });

  it('receives what the folder had pulled, plus its changes, and keeps the pushes of other clients', async () => {
    const { snapshot } = await push(registry, { [X]: 'two' });
    expect(withoutSeals(snapshot.id)).toBe(withoutSeals(idBefore));
    expect(snapshot.id).not.toBe(idBefore);
    await folder.write({ 'tests/recordings/y.json': 'new' });

    const pushed = await run(registry, folder, 'push');

    expect([pushed.status, pushed.stderr]).toEqual([0, expect.stringMatching(LOST)]);
    const all = { [X]: 'two', ...SHARED, 'tests/recordings/y.json': 'new' };
    expect(await pullFiles(registry, REPOSITORY, { ref: MAIN })).toEqual(all);
    // No notice the second time: the change of state is known.
    const again = await run(registry, folder, 'push');
    expect([again.status, again.stderr]).toEqual([0, '']);
  });

  it('sends the new recordings to a folder that pulled before', async () => {
    await pull(registry, folder);
    expect((await onDisk(folder))[X]).toBe('two');
    expect(await onDisk(folder)).toEqual(await pullFiles(registry, REPOSITORY, { ref: MAIN }));
  });
});

describe('a database restored under a running registry', () => {
  let registry: TestRegistry;
  let backup: Backup;
  let repositories = 0;
  let repository = '';
  const question = (at: object) => planOf(registry, repository, { at });
  const pushTo = async (add: Files, ref: { branch: string } | { pullRequest: number; base: string } = MAIN) =>
    (await pushFiles(registry, { repository, ref, add })).snapshot.id;

  beforeAll(async () => {
    registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  async function begin(add: Files): Promise<string> {
    repository = `acme/restored-${++repositories}`;
    return pushTo(add);
  }

  async function save(): Promise<void> {
    await registry.sql`drop schema if exists backup cascade`;
    backup = await takeBackup(registry.sql);
  }

  it('sends a folder that pulled a lost state the new bytes and saves the lost ones', async () => {
    await begin({ [X]: 'in the backup', ...SHARED });
    await save();
    await pushTo({ [X]: 'lost', 'tests/recordings/lost.json': 'lost too' });
    const at = { registry, repository };
    await using folder = await makeFolder();
    await fixturesJson(at, folder, 'pull', '--branch', 'main');
    await backup.restore();
    await pushTo({ 'tests/recordings/later.json': 'after the restore' });

    const pulled = await runFixtures(at, folder, ['pull', '--branch', 'main']);

    expect([pulled.status, pulled.stderr]).toEqual([0, expect.stringMatching(LOST)]);
    expect(await onDisk(folder)).toEqual(await pullFiles(registry, repository, { ref: MAIN }));
    const replaced = await runFixtures(at, folder, ['status', '--branch', 'main']);
    expect(replaced.status).toBe(0);
    const kept = (path: string) => readFile(join(folder.path, '.fixtures/replaced', path), 'utf8');
    expect([await kept(X), await kept('tests/recordings/lost.json')]).toEqual(['lost', 'lost too']);
  });

  it('gets back what a folder pushed to a lost state, with its next push, except where the branch is newer', async () => {
    const newer = 'tests/recordings/newer.json';
    await begin({ [X]: 'in the backup', [newer]: 'in the backup', ...SHARED });
    await save();
    const at = { registry, repository };
    await using folder = await makeFolder({
      [X]: 'lost',
      [newer]: 'lost',
      'tests/recordings/lost.json': 'lost too',
    });
    await fixturesJson(at, folder, 'pull', '--branch', 'main', '--paths', 'tests/recordings/shared.json');
    await folder.write({ [X]: 'lost', [newer]: 'lost', 'tests/recordings/lost.json': 'lost too' });
    await fixturesJson<PushSummary>(at, folder, 'push', '--branch', 'main');
    await backup.restore();
    await pushTo({ [newer]: 'after the restore' });

    await fixturesJson(at, folder, 'push', '--branch', 'main');

    expect(await pullFiles(registry, repository, { ref: MAIN })).toEqual({
      ...{ [X]: 'lost', [newer]: 'after the restore', 'tests/recordings/lost.json': 'lost too' },
      ...SHARED,
    });
  });

  it('prunes nothing that a folder pulled only from a lost state', async () => {
    await begin({ [X]: 'x', ...SHARED });
    await save();
    await pushTo({ 'tests/recordings/lost.json': 'lost' });
    const at = { registry, repository };
    await using folder = await makeFolder();
    await fixturesJson(at, folder, 'pull', '--branch', 'main');
    await backup.restore();
    await folder.remove(X);

    const pruned = await runFixtures(at, folder, ['push', '--branch', 'main', '--prune']);

    expect([pruned.status, pruned.stderr]).toEqual([0, expect.stringContaining('Nothing is pruned')]);
    expect(await pullFiles(registry, repository, { ref: MAIN })).toEqual({
      ...{ [X]: 'x', 'tests/recordings/lost.json': 'lost' },
      ...SHARED,
    });
  });

  it('rejects the ids of lost states everywhere, with the reason', async () => {
    const kept = await begin({ [X]: 'one' });
    await pushTo({ [X]: 'in the pull request' }, { pullRequest: 1, base: 'main' });
    await save();
    const lost = await pushTo({ [X]: 'lost' });
    const lostOwn = await pushTo({ [X]: 'lost' }, { pullRequest: 1, base: 'main' });
    await backup.restore();
    const later = await pushTo({ [X]: 'later' });
    const laterOwn = await pushTo({ [X]: 'later still' }, { pullRequest: 1, base: 'main' });
    expect([lost, lostOwn].map(withoutSeals)).toEqual([later, laterOwn].map(withoutSeals));
    const WHY = expect.stringContaining('restored from a backup or replaced');

    for (const id of [lost, lostOwn]) {
      expect(await question({ snapshot: id })).toEqual({ __typename: 'NotFound', message: WHY });
      expect(await nodeOf(id)).toBeNull();
      await expect(ask(`recordings(at: { snapshot: "${id}" }) { totalCount }`)).rejects.toThrow(/restored/);
      const answer = await askToPush(registry, {
        repository,
        ref: { pullRequest: 2, base: 'main' },
        baseline: id,
      });
      expect(answer).toEqual({ __typename: 'InvalidInput', message: WHY });
      expect(await statusOfPage(id)).toBe(404);
      const since = await askToPush(registry, { repository, ref: MAIN, since: id });
      expect(since.__typename).toBe('SinceUnknown');
      const plan = await planOf(registry, repository, { ref: MAIN, have: id });
      expect([plan.unchanged, plan.files.length]).toEqual([false, 1]);
    }
    const accepted = await registry.ask<{ acceptDrift: { __typename: string; message: string } }>(
      `mutation ($input: AcceptDriftInput!) { acceptDrift(input: $input) { __typename ... on Problem { message } } }`,
      { input: { ...ownerAndName(repository), pullRequest: 1, snapshot: lostOwn } },
    );
    expect(accepted.acceptDrift).toEqual({ __typename: 'InvalidInput', message: WHY });
    expect(await statusOfPage(later)).toBe(200);
    // Snapshots in the backup keep their ids; an id of an earlier release names the state with its
    // numbers.
    expect((await question({ snapshot: kept })).snapshot.id).toBe(kept);
    expect((await question({ snapshot: withoutSeals(later) })).snapshot.id).toBe(later);
    expect((await question({ snapshot: withoutSeals(laterOwn) })).snapshot.id).toBe(laterOwn);
  });

  it('accepts only an id with all its seals', async () => {
    const first = await begin({ [X]: 'one' });
    const own = await pushTo({ 'tests/recordings/own.json': 'own' }, { pullRequest: 1, base: 'main' });
    const seven = { pullRequest: 1, base: 'main' };
    const haveOf = async (ref: RefArgument, have: string) => {
      const plan = await planOf(registry, repository, { ref, have });
      return [plan.unchanged, plan.files.length];
    };
    expect(await haveOf(MAIN, first)).toEqual([true, 0]);
    expect(await haveOf(seven, own)).toEqual([true, 0]);
    expect(await haveOf(MAIN, withoutSeals(first))).toEqual([false, 1]);
    expect(await haveOf(seven, withoutSeals(own))).toEqual([false, 2]);
    // The layer of the pull request is proven, its base is not.
    const [key = ''] = keyOf(own).split(',');
    const half = Buffer.from(`${key},${keyOf(withoutSeals(own)).split(',')[1]}`).toString('base64url');
    expect(await haveOf(seven, half)).toEqual([false, 2]);
    const other = keyOf(first).replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    expect(await haveOf(MAIN, Buffer.from(other).toString('base64url'))).toEqual([false, 1]);
    expect(await haveOf(MAIN, 'no id at all')).toEqual([false, 1]);
    for (const [since, known] of [
      [first, 'Push'],
      [withoutSeals(first), 'SinceUnknown'],
      ['no id at all', 'SinceUnknown'],
    ] as const) {
      expect((await askToPush(registry, { repository, ref: MAIN, since })).__typename).toBe(known);
    }
  });

  it('never serves a content through another repository', async () => {
    const theirs = await begin({ [X]: 'one' });
    await begin({ [X]: 'one' });
    const { repository: found } = await registry.ask<{ repository: { pullPlan: { knowsHave: boolean } } }>(
      `query ($owner: String!, $name: String!, $have: ID) { repository(owner: $owner, name: $name) {
        pullPlan(have: $have) { ... on PullPlan { knowsHave } } } }`,
      { ...ownerAndName(repository), have: withoutSeals(theirs) },
    );
    expect(found.pullPlan.knowsHave).toBe(false);
  });

  it('serves no cached report or recording of a lost state', async () => {
    const greet = (say: string) => record({ test: 'tests/a.py::test_a', ask: 'Greet', say });
    const base = await begin(filesOf(greet('Hello.')));
    await save();
    await pushTo(filesOf(greet('The lost words.')));
    const report = async () =>
      (
        await ask<{ drift: { text: string } }>(
          `drift(base: { snapshot: "${base}" }, head: { branch: "main" }) { text }`,
        )
      ).drift.text;
    const recordingId = async () =>
      (await ask<{ recordings: { nodes: { id: string }[] } }>('recordings { nodes { id } }')).recordings
        .nodes[0]?.id;
    expect(await report()).toContain('The lost words.');
    const lost = (await recordingId()) ?? '';
    expect(await nodeOf(lost)).not.toBeNull();
    await backup.restore();
    await pushTo(filesOf(greet('The new words.')));

    expect(await report()).toContain('The new words.');
    expect(await report()).not.toContain('lost');
    expect(await nodeOf(lost)).toBeNull();
    const now = (await recordingId()) ?? '';
    expect(await nodeOf(now)).toEqual({ id: now });
    // An id of an earlier release has no content digest and names the recording by numbers.
    const earlier = keyOf(now).replace(/-[0-9a-f]{12}:/, ':');
    expect(await nodeOf(Buffer.from(earlier).toString('base64url'))).toEqual({ id: now });
  });

  it('hides contents purged after the restore, even when the number of purges is the same as before', async () => {
    const said = { leaky: 'zebra', other: 'okapi' };
    const two = (mark: string) => [
      record({ test: 'tests/a.py::test_a', ask: 'A', say: `${mark} ${said.leaky}` }),
      record({ test: 'tests/a.py::test_b', ask: 'B', say: `${mark} ${said.other}` }),
    ];
    const base = await begin(filesOf(...two('first')));
    await pushTo(filesOf(...two('second')));
    await save();
    const report = async () =>
      (
        await ask<{ drift: { text: string } }>(
          `drift(base: { snapshot: "${base}" }, head: { branch: "main" }) { text }`,
        )
      ).drift.text;
    const purged = async (index: number) => {
      const digest = digestOf(Buffer.from(two('second')[index]?.text ?? ''));
      expect((await purge(registry, { repository, digest })).__typename).toBe('Purged');
    };
    await purged(1);
    expect(await report()).toContain(`second ${said.leaky}`);
    await backup.restore();
    await purged(0);
    expect(await report()).not.toContain(`second ${said.leaky}`);
  });

  async function statusOfPage(id: string): Promise<number> {
    const at = keyOf(id).slice('Snapshot:'.length);
    const headers = { authorization: `Bearer ${registry.adminToken}` };
    return (await fetch(`${registry.url}/${repository}/recordings?at=${at}`, { headers })).status;
  }

  async function nodeOf(id: string): Promise<{ id: string } | null> {
    return (
      await registry.ask<{ node: { id: string } | null }>('query ($id: ID!) { node(id: $id) { id } }', { id })
    ).node;
  }

  async function ask<Fields>(fields: string): Promise<Fields> {
    const { owner, name } = ownerAndName(repository);
    const query = `{ repository(owner: "${owner}", name: "${name}") { ${fields} } }`;
    return (await registry.ask<{ repository: Fields }>(query)).repository;
  }
});

describe('a folder with the state file of an earlier release', () => {
  it('is compared file by file once, without downloads', async () => {
    await using registry = await startRegistry();
    await using folder = await makeFolder();
    const files = manyFiles(20, 'old');
    await push(registry, files);
    await pull(registry, folder);
    const file = join(folder.path, '.fixtures', 'state.json');
    const { since: _, ...state } = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...state, snapshot: withoutSeals(state.snapshot) }));

    expect(await pull(registry, folder)).toMatchObject({ pulled: 0, reused: 20, removed: 0, replaced: 0 });
    expect(await onDisk(folder)).toEqual(files);
    const again = await run(registry, folder, 'pull');
    expect([again.status, again.stderr]).toEqual([0, '']);
  });
});
