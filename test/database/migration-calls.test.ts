import { digestOf } from '@fixture-registry/protocol';
import type postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { type Run, upgrade } from '../support/older-version.js';
import { ownerAndName, pullFiles, pushFiles } from '../support/push-files.js';
import { record } from '../support/recordings.js';
import type { TestRegistry } from '../support/registry.js';

// In the older schema, entries have path, test id, model, endpoint and hash as columns.

/** The newest migration with these columns. */
const BEFORE = '0006_object_storage';
const OPEN = 2_147_483_647;

const repository = 'acme/old';
const GREET = record({ test: "tests/a.py::test_it's[a,b]", ask: 'Greet', say: 'Hello' });
const AGAIN = record({ test: "tests/a.py::test_it's[a,b]", ask: 'Greet', say: 'Good day' });
const GONE = record({ test: 'tests/a.py::test_gone', ask: 'Leave', say: 'Bye' });
const PLAIN = { path: 'tests/recordings/plain.json', text: 'no recording at all', hash: null };
/** The path of the first recording, recorded once without a test id. */
const WITHOUT_TEST = { ...GREET, text: GREET.text.replaceAll("tests/a.py::test_it's[a,b]", '') };

interface OldEntry {
  repository?: number;
  ref: number;
  what: { path: string; text: string; hash: string | null };
  since: number;
  until?: number;
  isRemoved?: boolean;
  testId?: string | null;
}

/**
 * Branch `main` is ref 1; pull request 1 over its third version is ref 2. Another repository shares
 * one of the paths.
 */
const ENTRIES: OldEntry[] = [
  { ref: 1, what: WITHOUT_TEST, since: 1, until: 2, testId: null },
  { ref: 1, what: GREET, since: 2, until: 3 },
  { ref: 1, what: AGAIN, since: 3 },
  { ref: 1, what: GONE, since: 1 },
  { ref: 1, what: PLAIN, since: 1, testId: null },
  { ref: 2, what: GREET, since: 1 },
  { ref: 2, what: GONE, since: 1, isRemoved: true, testId: null },
  { repository: 2, ref: 3, what: GREET, since: 1 },
];

describe.each(['embedded', 'postgres'] as const)('entries of an older version, %s', (database) => {
  it('are unchanged after the upgrade, for pulls and queries', () =>
    upgrade(database, BEFORE, fill, checkUpgraded));
});

async function checkUpgraded(registry: TestRegistry, sql: postgres.Sql | null): Promise<void> {
  const rest = { [GONE.path]: GONE.text, [PLAIN.path]: PLAIN.text };
  const main = { ref: { branch: 'main' } };
  const pull = { ref: { pullRequest: 1, base: 'main' } };
  expect(await pullFiles(registry, repository, main)).toEqual({ ...rest, [AGAIN.path]: AGAIN.text });
  for (const [version, text] of [WITHOUT_TEST.text, GREET.text, AGAIN.text].entries()) {
    const at = { at: { commit: commitOf(version + 1) } };
    expect(await pullFiles(registry, repository, at)).toEqual({ ...rest, [GREET.path]: text });
  }
  expect(await pullFiles(registry, repository, pull)).toEqual({
    [GREET.path]: GREET.text,
    [PLAIN.path]: PLAIN.text,
  });
  expect(await pullFiles(registry, 'acme/other', main)).toEqual({ [GREET.path]: GREET.text });

  const asked = [
    { testId: "tests/a.py::test_it's[a,b]" },
    { model: 'llama3' },
    { hash: GREET.hash },
    { hash: 'nothing' },
  ];
  const answers = await Promise.all(asked.map((filter) => pathsOf(registry, filter, { branch: 'main' })));
  const both = [GREET.path, GONE.path].sort();
  expect(answers).toEqual([[GREET.path], both, [GREET.path], []]);
  // Before the recording had a test id.
  const first = { commit: commitOf(1) };
  expect(await pathsOf(registry, { testId: "tests/a.py::test_it's[a,b]" }, first)).toEqual([]);
  expect(await pathsOf(registry, { hash: GREET.hash }, first)).toEqual([GREET.path]);

  // A later push reuses the existing calls.
  const changed = { [GREET.path]: WITHOUT_TEST.text, [GONE.path]: GONE.text };
  const pushed = await pushFiles(registry, {
    repository,
    ref: { pullRequest: 1, base: 'main' },
    add: changed,
  });
  expect(pushed).toMatchObject({ added: 1, changed: 1, removed: 0 });
  expect(await pullFiles(registry, repository, pull)).toEqual({ ...changed, [PLAIN.path]: PLAIN.text });
  // One call without a test id, the same with one, and two more, however many entries there are.
  if (sql) expect(await sql`select id from calls where repository_id = 1`).toHaveLength(4);
}

const commitOf = (version: number) => String(version).repeat(40);

async function pathsOf(registry: TestRegistry, filter: object, at: object): Promise<string[]> {
  const query = `query ($owner: String!, $name: String!, $filter: RecordingFilter, $at: At) {
    repository(owner: $owner, name: $name) { recordings(filter: $filter, at: $at) { nodes { path } } } }`;
  const variables = { ...ownerAndName(repository), filter, at };
  type Answer = { repository: { recordings: { nodes: { path: string }[] } } };
  const answer = await registry.ask<Answer>(query, variables);
  return answer.repository.recordings.nodes.map(({ path }) => path);
}

const literal = (text: string | null) => (text === null ? 'null' : `'${text.replaceAll("'", "''")}'`);
const digestIn = (text: string) => `decode('${digestOf(Buffer.from(text))}', 'hex')`;

/** Writes two repositories as the older version did. */
async function fill(run: Run): Promise<void> {
  await run(`insert into repositories (owner, name) values ('acme', 'old'), ('acme', 'other')`);
  await run(`insert into refs (repository_id, kind, name, version, base_ref_id, base_version) values
    (1, 'BRANCH', 'main', 3, null, null), (1, 'PULL_REQUEST', '1', 1, 1, 3), (2, 'BRANCH', 'main', 1, null, null)`);
  await run(`insert into snapshots (repository_id, ref_id, version, base_ref_id, base_version, commit, origin) values
    ${[1, 2, 3].map((version) => `(1, 1, ${version}, null, null, '${commitOf(version)}', 'PUSH')`).join()},
    (1, 2, 1, 1, 3, null, 'PUSH'), (2, 3, 1, null, null, null, 'PUSH')`);
  await run(`insert into commits (repository_id, commit, ref_id, version)
    select repository_id, commit, ref_id, version from snapshots where commit is not null`);
  for (const [id, texts] of [
    [1, [WITHOUT_TEST, GREET, AGAIN, GONE, PLAIN]],
    [2, [GREET]],
  ] as const) {
    for (const what of texts) await keep(run, id, what, what === WITHOUT_TEST ? null : testIn(what.text));
  }
  for (const { repository: id = 1, ref, what, since, until = OPEN, isRemoved, ...entry } of ENTRIES) {
    const testId = entry.testId === undefined ? testIn(what.text) : entry.testId;
    const says = isRemoved
      ? 'null, null, null, null, null, null'
      : `${digestIn(what.text)}, ${literal(testId)}, ${what.hash ? "'llama3', '/v1/chat/completions'" : 'null, null'},
          ${literal(what.hash)}, ${literal(what.hash === null ? 'UNKNOWN' : fits(what) ? 'VERIFIED' : 'MISMATCHED')}`;
    await run(`insert into entries (repository_id, ref_id, path, since, until, digest, test_id, model, endpoint, hash, hash_status)
      values (${id}, ${ref}, ${literal(what.path)}, ${since}, ${until}, ${says})`);
  }
}

/** Whether the hash in the file name fits the request; the test id is part of the request. */
const fits = (what: { text: string }) => what.text !== WITHOUT_TEST.text;

const testIn = (text: string) => /"test_id": "([^"]+)"/.exec(text)?.[1] ?? null;

/** Stores one content unchanged, in its own block. */
async function keep(
  run: Run,
  id: number,
  what: { text: string; hash: string | null },
  testId: string | null,
): Promise<void> {
  const bytes = Buffer.from(what.text);
  const block = `'00000000-0000-4000-8000-${digestOf(bytes).slice(0, 12)}'`;
  await run(`insert into blocks (repository_id, id, codec, raw_size, packed_size)
    values (${id}, ${block}, 0, ${bytes.length}, ${bytes.length})`);
  await run(`insert into block_chunks (repository_id, block_id, position, bytes)
    values (${id}, ${block}, 0, decode('${bytes.toString('hex')}', 'hex'))`);
  await run(`insert into contents (repository_id, digest, size, block_id)
    values (${id}, ${digestIn(what.text)}, ${bytes.length}, ${block})`);
  const [format, model, endpoint, hashes] = what.hash
    ? [
        'ogx',
        'llama3',
        '/v1/chat/completions',
        `array['${'0'.repeat(64)}'${fits(what) ? `, '${what.hash}'` : ''}]`,
      ]
    : ['opaque', null, null, `'{}'`];
  await run(`insert into readings (repository_id, digest, format, test_id, model, endpoint, request_hashes)
    values (${id}, ${digestIn(what.text)}, '${format}', ${literal(testId)}, ${literal(model)}, ${literal(endpoint)}, ${hashes})`);
}
