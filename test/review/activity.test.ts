import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
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
    const [owner, name] = REPOSITORY.split('/');
    const query = `{ repository(owner: "${owner}", name: "${name}") {
      activity(weeks: 2) { model recordings behaviour errors } } }`;
    return (await registry.ask<{ repository: { activity: Row[] } }>(query)).repository.activity;
  }
  const push = (
    ref: { branch: string } | { pullRequest: number },
    files: Record<string, string>,
    commit?: string,
  ) => pushFiles(registry, { repository: REPOSITORY, ref, add: files, ...(commit && { commit }) });

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
    const [owner, name] = REPOSITORY.split('/');
    await registry.ask(
      `{ repository(owner: "${owner}", name: "${name}") { drift(pullRequest: 5) { url } } }`,
    );
    const promote = `mutation ($input: PromoteInput!) { promote(input: $input) { __typename } }`;
    const input = { owner, name, pullRequest: 5, commit: 'b'.repeat(40), head: COMMIT };
    await registry.ask(promote, { input });
    expect(await activity()).toEqual([
      { model: 'gpt-4o', recordings: 3, behaviour: 0, errors: 0 },
      { model: 'llama3', recordings: 1, behaviour: 0, errors: 0 },
      { model: 'o3-mini', recordings: 2, behaviour: 1, errors: 1 },
      { model: null, recordings: 2, behaviour: 0, errors: 0 },
    ]);
  });
});
