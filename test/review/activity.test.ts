import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { CHECKOUT, startRegistry, type TestRegistry } from '../support/registry.js';
import { cassetteOf } from '../support/vcrpy-cassette.js';

const MIXED = 'tests/test_desk.py::test_mixed';
const REPOSITORY = 'acme/activity';
const COMMIT = 'a'.repeat(40);

interface Row {
  model: string | null;
  recordings: number;
  behaviour: number;
  errors: number;
}

/** A cassette whose requests name two models; the third one names none. */
const mixed = (say: string, status = 200) => [
  { model: 'gpt-4o', ask: 'Hello?', say: 'Hello.' },
  { model: 'gpt-4o', ask: 'Well?', say: 'Well.' },
  { model: 'o3-mini', ask: 'How?', say, status },
  { model: null, ask: 'Who?', say: 'Nobody.' },
];

describe.each(['embedded', 'postgres'] as const)('activity, %s', (database) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  async function activity(): Promise<Row[]> {
    const query = `{ repository(owner: "${owner}", name: "${name}") {
      activity(weeks: 2) { model recordings behaviour errors } } }`;
    return (await registry.ask<{ repository: { activity: Row[] } }>(query)).repository.activity;
  }
  const push = (
    ref: { branch: string } | { pullRequest: number },
    files: Record<string, string>,
    commit?: string,
  ) => pushFiles(registry, { repository: REPOSITORY, ref, add: files, ...(commit && { commit }) });

  const [owner, name] = REPOSITORY.split('/');
  const report = (pullRequest: number) =>
    registry.ask(
      `{ repository(owner: "${owner}", name: "${name}") { drift(pullRequest: ${pullRequest}) { url } } }`,
    );
  async function promote(pullRequest: number, head: string | null, branch = 'main'): Promise<void> {
    const text = `mutation ($input: PromoteInput!) { promote(input: $input) { __typename ... on Problem { message } } }`;
    const input = {
      owner,
      name,
      pullRequest,
      branch,
      commit: 'b'.repeat(40),
      ...(head !== null && { head }),
    };
    expect(await registry.ask(text, { input })).toEqual({ promote: { __typename: 'Promotion' } });
  }

  it('counts a cassette for each of its models, and one without a model for none', async () => {
    const none = 'tests/test_desk.py::test_none';
    await push(
      { branch: 'main' },
      {
        ...Object.fromEntries([
          cassetteOf(MIXED, ...mixed('So.')),
          cassetteOf('tests/test_desk.py::test_one', { model: 'gpt-4o', ask: 'One?', say: 'One.' }),
          cassetteOf(none, { model: null, ask: 'None?', say: 'None.' }),
        ]),
        ...filesOf(record({ test: 'tests/test_desk.py::test_local', model: 'llama3', ask: 'A?', say: 'B.' })),
        'tests/recordings/notes.json': '{"note": 1}',
      },
    );
    expect(await activity()).toEqual([
      { model: 'gpt-4o', recordings: 2, behaviour: 0, errors: 0 },
      { model: 'llama3', recordings: 1, behaviour: 0, errors: 0 },
      { model: 'o3-mini', recordings: 1, behaviour: 0, errors: 0 },
      { model: null, recordings: 2, behaviour: 0, errors: 0 },
    ]);
  });

  it('counts the changes of a promoted cassette for the model whose response changed', async () => {
    const [path, text] = cassetteOf(MIXED, ...mixed('The quota is exhausted.', 429));
    await push({ pullRequest: 5 }, { [path]: text }, COMMIT);
    await report(5);
    await promote(5, COMMIT);
    // A promotion that brings nothing new counts nothing.
    await promote(5, COMMIT);
    expect(await activity()).toEqual([
      { model: 'gpt-4o', recordings: 3, behaviour: 0, errors: 0 },
      { model: 'llama3', recordings: 1, behaviour: 0, errors: 0 },
      { model: 'o3-mini', recordings: 2, behaviour: 1, errors: 1 },
      { model: null, recordings: 2, behaviour: 0, errors: 0 },
    ]);
  });

  const changesOf = async () =>
    (await activity()).flatMap((row) => (row.behaviour + row.errors > 0 ? [[row.model, row.behaviour]] : []));

  it('counts the changes of a further promotion, without those of the first', async () => {
    const [path, text] = cassetteOf('tests/test_desk.py::test_one', {
      ...{ model: 'gpt-4o', ask: 'One?', say: 'The quota is exhausted.', status: 429 },
    });
    await push({ pullRequest: 5 }, { [path]: text });
    await report(5);
    await promote(5, null);
    expect(await changesOf()).toEqual([
      ['gpt-4o', 1],
      ['o3-mini', 1],
    ]);
  });

  it('counts the changes of a pull request whose report is computed after its promotion', async () => {
    const said = record({ test: 'tests/test_desk.py::test_local', model: 'llama3', ask: 'A?', say: 'B.' });
    await push({ pullRequest: 6 }, { [said.path]: said.text.replaceAll('"stop"', '"content_filter"') });
    await promote(6, null);
    expect((await changesOf()).map(([model]) => model)).toEqual(['gpt-4o', 'o3-mini']);
    await report(6);
    await report(6);
    expect((await changesOf()).map(([model]) => model)).toEqual(['gpt-4o', 'llama3', 'o3-mini']);
  });

  it('counts no promotion to another branch', async () => {
    const before = await changesOf();
    const [path, text] = cassetteOf(MIXED, ...mixed('Nobody knows.', 500));
    await push({ branch: 'release' }, {});
    await push({ pullRequest: 7 }, { [path]: text });
    await report(7);
    await promote(7, null, 'release');
    expect(await changesOf()).toEqual(before);
  });

  if (database === 'embedded') return;
  it('survives the removal of pull requests, and an upgrade', async () => {
    const { sql } = registry;
    const before = await changesOf();
    // What the migration counts when an earlier build has promoted the pull requests.
    await sql`delete from weekly_changes`;
    expect(await changesOf()).toEqual([]);
    const migration = join(CHECKOUT, 'drizzle/0017_count_merged_changes.sql');
    await sql.unsafe(await readFile(migration, 'utf8'));
    expect(await changesOf()).toEqual(before);
    await sql`delete from verdicts`;
    await sql`delete from promotions`;
    expect(await changesOf()).toEqual(before);
  });
});
