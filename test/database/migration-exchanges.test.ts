import { digestOf } from '@fixture-registry/protocol';
import type postgres from 'postgres';
import { describe, expect, it, vi } from 'vitest';
import { type Run, upgrade } from '../support/older-version.js';
import { ownerAndName, pullFiles, pushFiles } from '../support/push-files.js';
import { record } from '../support/recordings.js';
import type { TestRegistry } from '../support/registry.js';
import { cassetteOf } from '../support/vcrpy-cassette.js';

// Releases before exchanges stored cassettes as opaque files, without model, test and endpoint.

const BEFORE = '0012_verdicts';
const OPEN = 2_147_483_647;
const PATIENT = { timeout: 60_000, interval: 200 };

const repository = 'acme/old';
const MIXED = cassetteOf(
  'tests/test_a.py::test_mixed',
  { model: 'gpt-4o', ask: 'One', say: 'Uno' },
  { model: 'claude-sonnet', ask: 'Two', say: 'Due', endpoint: '/v1/messages' },
);
/** The same path, recorded earlier. */
const EARLIER = cassetteOf('tests/test_a.py::test_mixed', { model: 'gpt-4', ask: 'One', say: 'Eins' });
const SINGLE = cassetteOf('tests/test_a.py::test_single', { model: 'gpt-4o', ask: 'Greet', say: 'Hello' });
const OF_PULL = cassetteOf('tests/test_b.py::test_new', { model: 'gemini-pro', ask: 'New', say: 'Nuovo' });
const PURGED = cassetteOf('tests/test_b.py::test_gone', { model: 'gpt-4o', ask: 'Tell', say: 'plover' });
const OGX = record({ test: 'tests/test_o.py::test_call', model: 'llama3', ask: 'Hi', say: 'Hello there' });
const CALL: [string, string] = [OGX.path, OGX.text];
const README: [string, string] = ['tests/cassettes/readme.yaml', '- nothing\n- recorded\n'];

const CONTENTS = [MIXED, EARLIER, SINGLE, OF_PULL, PURGED, CALL, README];

/** Branch `main` is ref 1, with two versions; pull request 1 over its second version is ref 2. */
const ENTRIES: { ref: number; file: [string, string]; since: number; until?: number }[] = [
  { ref: 1, file: EARLIER, since: 1, until: 2 },
  { ref: 1, file: MIXED, since: 2 },
  { ref: 1, file: SINGLE, since: 1 },
  { ref: 1, file: PURGED, since: 1 },
  { ref: 1, file: CALL, since: 1 },
  { ref: 1, file: README, since: 2 },
  { ref: 2, file: OF_PULL, since: 1 },
  { ref: 2, file: SINGLE, since: 1 },
];

describe.each(['embedded', 'postgres'] as const)('cassettes of an older version, %s', (database) => {
  it('are searched, selected and listed by their calls once they are read again', () =>
    upgrade(database, BEFORE, fill, checkUpgraded));
});

async function checkUpgraded(registry: TestRegistry, sql: postgres.Sql | null): Promise<void> {
  const callIdOf = async ([path]: [string, string]) =>
    sql &&
    (await sql`select e.call_id, k.xmin::text as written from entries e join calls k on k.id = e.call_id
      where k.path = ${path}`);
  const before = await callIdOf(CALL);
  const main = { branch: 'main' };
  const pathsOf = async (filter: object, at: object = main) => {
    const query = `query ($owner: String!, $name: String!, $filter: RecordingFilter, $at: At) {
      repository(owner: $owner, name: $name) { recordings(filter: $filter, at: $at) { nodes { path } } } }`;
    type Answer = { repository: { recordings: { nodes: { path: string }[] } } };
    const answer = await registry.ask<Answer>(query, { ...ownerAndName(repository), filter, at });
    return answer.repository.recordings.nodes.map(({ path }) => path);
  };
  // The last content in the order of their keys may be any of them.
  await vi.waitFor(async () => {
    expect(await pathsOf({ format: 'vcrpy' })).toEqual([MIXED, SINGLE].map(([path]) => path).sort());
    expect(await pathsOf({ model: 'gemini-pro' }, { pullRequest: 1 })).toEqual([OF_PULL[0]]);
    expect(await pathsOf({ model: 'gpt-4' }, { commit: commitOf(1) })).toEqual([EARLIER[0]]);
  }, PATIENT);

  expect(await pathsOf({ model: 'gpt-4o' })).toEqual([MIXED[0], SINGLE[0]].sort());
  expect(await pathsOf({ model: 'claude-sonnet' })).toEqual([MIXED[0]]);
  expect(await pathsOf({ model: 'claude-sonnet' }, { commit: commitOf(1) })).toEqual([]);
  expect(await pathsOf({ testId: 'tests/test_a.py::test_mixed' })).toEqual([MIXED[0]]);
  expect(await pathsOf({ testId: 'tests/test_a.py::test_mixed' }, { commit: commitOf(1) })).toEqual([
    EARLIER[0],
  ]);
  expect(await pathsOf({ search: 'plover' })).toEqual([]);

  // States are the same, byte for byte, also the earlier ones.
  const stateOf = (...files: [string, string][]) => Object.fromEntries(files);
  expect(await pullFiles(registry, repository, { ref: main })).toEqual(stateOf(MIXED, SINGLE, CALL, README));
  expect(await pullFiles(registry, repository, { at: { commit: commitOf(1) } })).toEqual(
    stateOf(EARLIER, SINGLE, CALL),
  );
  const pull = { ref: { pullRequest: 1, base: 'main' } };
  expect(await pullFiles(registry, repository, pull)).toEqual(stateOf(MIXED, SINGLE, CALL, README, OF_PULL));

  // Selections find them.
  const selected = (selection: object) => pullFiles(registry, repository, { ref: main, selection });
  expect(await selected({ models: ['claude-sonnet'] })).toEqual(stateOf(MIXED, README));
  expect(await selected({ models: ['llama3'] })).toEqual(stateOf(CALL, README));
  expect(await selected({ tests: ['tests/test_a.py::test_single'] })).toEqual(stateOf(SINGLE, README));

  // The id of a recording that an earlier release gave.
  const id = Buffer.from(`Recording:1:1:2-${digestOf(Buffer.from(MIXED[1])).slice(0, 12)}:${MIXED[0]}`);
  const { node } = await registry.ask<{ node: object }>(
    `query ($id: ID!) { node(id: $id) { ... on Recording { testId model exchanges { totalCount nodes { model } } } } }`,
    { id: id.toString('base64url') },
  );
  expect(node).toEqual({
    testId: 'tests/test_a.py::test_mixed',
    model: null,
    exchanges: { totalCount: 2, nodes: [{ model: 'gpt-4o' }, { model: 'claude-sonnet' }] },
  });

  // A later push continues the same entries.
  const pushed = await pushFiles(registry, {
    repository,
    ref: main,
    add: { [MIXED[0]]: EARLIER[1] },
    remove: [SINGLE[0]],
  });
  expect(pushed).toMatchObject({ added: 0, changed: 1, removed: 1 });
  expect(await pullFiles(registry, repository, { ref: main })).toEqual(stateOf(EARLIER, CALL, README));

  if (!sql) return;
  expect(await callIdOf(CALL)).toEqual(before);
  const open = await sql`select k.path from entries e join calls k on k.id = e.call_id
    where e.ref_id = 1 and e.until = ${OPEN} order by 1`;
  expect(open.map(({ path }) => path)).toEqual([EARLIER, PURGED, CALL, README].map(([path]) => path).sort());
  expect(await sql`select 1 from readings where reader < 2`).toHaveLength(0);
  const purged =
    await sql`select format, response_text from readings where digest = decode(${digestOf(Buffer.from(PURGED[1]))}, 'hex')`;
  expect([...purged]).toEqual([{ format: 'opaque', response_text: null }]);
  const stored = await sql`select distinct encode(digest, 'hex') as digest from exchanges order by 1`;
  expect(stored.map(({ digest }) => digest)).toEqual(
    [MIXED, EARLIER, SINGLE, OF_PULL].map(([, text]) => digestOf(Buffer.from(text))).sort(),
  );
}

const commitOf = (version: number) => String(version).repeat(40);
const literal = (text: string | null) => (text === null ? 'null' : `'${text.replaceAll("'", "''")}'`);
const digestIn = (text: string) => `decode('${digestOf(Buffer.from(text))}', 'hex')`;

/** Writes a repository as the older version did. */
async function fill(run: Run): Promise<void> {
  await run(`insert into repositories (owner, name) values ('acme', 'old')`);
  await run(`insert into refs (repository_id, kind, name, version, base_ref_id, base_version) values
    (1, 'BRANCH', 'main', 2, null, null), (1, 'PULL_REQUEST', '1', 1, 1, 2)`);
  await run(`insert into snapshots (repository_id, ref_id, version, base_ref_id, base_version, commit, origin) values
    (1, 1, 1, null, null, '${commitOf(1)}', 'PUSH'), (1, 1, 2, null, null, '${commitOf(2)}', 'PUSH'), (1, 2, 1, 1, 2, null, 'PUSH')`);
  await run(`insert into commits (repository_id, commit, ref_id, version)
    select repository_id, commit, ref_id, version from snapshots where commit is not null`);
  for (const file of CONTENTS) await keep(run, file);
  await run(`update contents set block_id = null, purged_at = now(), purged_by = 'admin', purge_reason = 'test'
    where digest = ${digestIn(PURGED[1])}`);
  await run('update repositories set purges = 1');
  for (const [path] of new Set([MIXED, SINGLE, OF_PULL, PURGED, README])) {
    await run(`insert into calls (repository_id, path, hash_status) values (1, ${literal(path)}, 'UNKNOWN')`);
  }
  await run(`insert into calls (repository_id, path, test_id, model, endpoint, hash, hash_status) values
    (1, ${literal(OGX.path)}, 'tests/test_o.py::test_call', 'llama3', '/v1/chat/completions', decode('${OGX.hash}', 'hex'), 'VERIFIED')`);
  for (const { ref, file, since, until = OPEN } of ENTRIES) {
    await run(`insert into entries (repository_id, ref_id, call_id, since, until, digest)
      select 1, ${ref}, id, ${since}, ${until}, ${digestIn(file[1])} from calls where path = ${literal(file[0])}`);
  }
}

/** Stores one content in its own block. */
async function keep(run: Run, [path, text]: [string, string]): Promise<void> {
  const bytes = Buffer.from(text);
  const block = `'00000000-0000-4000-8000-${digestOf(bytes).slice(0, 12)}'`;
  await run(`insert into blocks (repository_id, id, codec, raw_size, packed_size)
    values (1, ${block}, 0, ${bytes.length}, ${bytes.length})`);
  await run(`insert into block_chunks (repository_id, block_id, position, bytes)
    values (1, ${block}, 0, decode('${bytes.toString('hex')}', 'hex'))`);
  await run(`insert into contents (repository_id, digest, size, block_id)
    values (1, ${digestIn(text)}, ${bytes.length}, ${block})`);
  const says =
    path === OGX.path
      ? `'ogx', 'tests/test_o.py::test_call', 'llama3', '/v1/chat/completions', 'Hello there', decode('${OGX.hash}', 'hex'), null`
      : `'opaque', null, null, null, null, '', 'not JSON: unexpected character, line 1, column 1'`;
  await run(`insert into readings (repository_id, digest, format, test_id, model, endpoint, response_text, request_hashes, problem, reader)
    values (1, ${digestIn(text)}, ${says}, 1)`);
}
