import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { cassetteOf } from '../support/vcrpy-cassette.js';

const ASK = 'tests/test_desk.py::test_ask[openai:gpt-4o]';
const STAR = 'tests/test_desk.py::TestDesk::test_star[a*b]';
const GREET = 'tests/test_desk.py::test_greet[ollama/llama3]';
const OLD = 'tests/test_old.py::test_gone';
const say = (test: string | null, ask: string) => record({ test, ask, say: 'Yes.' });

interface Coverage {
  listed: number;
  covered: number;
  missing: string[];
  unlistedCount: number;
  unlisted: { testId: string; recordings: number }[];
  withoutTest: number;
}

describe.each(['embedded', 'postgres'] as const)('coverage, %s', (database) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
    const call = { model: 'gpt-4o', ask: 'Hello?', say: 'Hello.' };
    const cassettes = Object.fromEntries([cassetteOf(ASK, call), cassetteOf(STAR, call)]);
    const recordings = [say(GREET, 'one'), say(GREET, 'two'), say(OLD, 'three'), say(null, 'four')];
    const repository = 'acme/desk';
    const add = { ...filesOf(...recordings), ...cassettes };
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add });
    await pushFiles(registry, {
      repository,
      ref: { pullRequest: 4, base: 'main' },
      add: filesOf(say('tests/test_new.py::test_new', 'five')),
      remove: [say(OLD, 'three').path],
    });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  async function coverage(tests: string[], at: object | null = null): Promise<Coverage> {
    const query = `query ($tests: [String!]!, $at: At) { repository(owner: "acme", name: "desk") {
      coverage(tests: $tests, at: $at) {
        listed covered missing unlistedCount unlisted { testId recordings } withoutTest } } }`;
    return (await registry.ask<{ repository: { coverage: Coverage } }>(query, { tests, at })).repository
      .coverage;
  }

  it('compares a list with the recordings of the default branch, also with cassettes', async () => {
    const missing = 'tests/test_new.py::test_new';
    expect(await coverage([GREET, missing, ASK, STAR, ASK])).toEqual({
      listed: 4,
      covered: 3,
      missing: [missing],
      unlistedCount: 1,
      unlisted: [{ testId: OLD, recordings: 1 }],
      withoutTest: 1,
    });
  });

  it('lists the tests of recordings that are not in the list, with their numbers', async () => {
    const { unlisted, missing } = await coverage(['tests/test_desk.py::test_ask']);
    expect(missing).toEqual(['tests/test_desk.py::test_ask']);
    // A cassette names its test as its file does.
    expect(unlisted).toEqual([
      { testId: 'tests/test_desk.py::TestDesk::test_star[a-b]', recordings: 1 },
      { testId: 'tests/test_desk.py::test_ask[openai-gpt-4o]', recordings: 1 },
      { testId: GREET, recordings: 2 },
      { testId: OLD, recordings: 1 },
    ]);
  });

  it('groups both by suite and by model, and tells new tests from known ones', async () => {
    const counts = 'missing unlisted recordings';
    const query = `query ($tests: [String!]!) { repository(owner: "acme", name: "desk") { coverage(tests: $tests) {
      newTests(since: { branch: "main" }) bySuite { suite ${counts} } byModel { model ${counts} } } } }`;
    const parametrised = 'tests/test_desk.py::test_greet[gpt-4o]';
    const fresh = 'api/test_new.py::test_new[llama3]';
    const tests = [GREET, ASK, STAR, parametrised, fresh];
    const { repository } = await registry.ask<{ repository: { coverage: unknown } }>(query, { tests });
    expect(repository.coverage).toEqual({
      newTests: [fresh],
      bySuite: [
        { suite: 'api', missing: 1, unlisted: 0, recordings: 0 },
        { suite: 'tests', missing: 1, unlisted: 1, recordings: 1 },
      ],
      byModel: [
        { model: 'gpt-4o', missing: 1, unlisted: 0, recordings: 0 },
        { model: 'llama3', missing: 1, unlisted: 1, recordings: 1 },
      ],
    });
  });

  it('reads the state that `at` names', async () => {
    const tests = [GREET, ASK, STAR, 'tests/test_new.py::test_new'];
    expect(await coverage(tests, { pullRequest: 4 })).toMatchObject({ missing: [], unlisted: [] });
    expect(await coverage(tests, { branch: 'main' })).toMatchObject({ unlistedCount: 1, covered: 3 });
    await expect(coverage(tests, { branch: 'none' })).rejects.toThrow('at: no snapshot is known for');
  });

  it('refuses a list that cannot be meant, and takes a list of 100,000 tests', async () => {
    await expect(coverage([])).rejects.toThrow('tests: the list is empty');
    await expect(coverage([''])).rejects.toThrow('tests: the list has an empty test id');
    const many = Array.from({ length: 100_001 }, (_, n) => `tests/test_many.py::test_many[${n}:x]`);
    await expect(coverage(many)).rejects.toThrow('tests: 100001 tests are more than the 100000 of one list');
    const found = await coverage([...many.slice(2), OLD]);
    expect(found).toMatchObject({ listed: 100_000, covered: 1, unlistedCount: 3 });
    expect(found.missing).toEqual(many.slice(2));
  });

  it('finds the cassette of a test by its id, also with a character that a file cannot have', async () => {
    const query = `query ($testId: String!) { repository(owner: "acme", name: "desk") {
      recordings(filter: { testId: $testId }) { totalCount } } }`;
    for (const testId of [ASK, STAR]) {
      type Answer = { repository: { recordings: { totalCount: number } } };
      const { repository } = await registry.ask<Answer>(query, { testId });
      expect(repository.recordings.totalCount, testId).toBe(1);
    }
  });
});
