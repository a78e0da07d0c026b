import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newestOfTests } from '../../packages/registry/dist/store/snapshots/recording-store.js';
import { resolveSnapshot } from '../../packages/registry/dist/store/snapshots/resolve-snapshot.js';
import { computedDrift, repositoryNamed, withDatabase } from '../support/computed-drift.js';
import { runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { ownerAndName, pushFiles } from '../support/push-files.js';
import { type Call, filesOf, type Recording, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const TEST = 'tests/test_planets.py::test_names_planets';
const RENAME = { from: 'gpt-oss-20b', to: 'gpt-oss-20b-1:0' };

/** A recording of the same request whose response is an error. */
function recordError(call: Call, status: number, message: string): Recording {
  const recording = record(call);
  const response = {
    body: null,
    is_streaming: false,
    is_exception: true,
    exception_message: message,
    exception_data: { category: 'provider_sdk', type: 'BadRequestError', status_code: status, message },
  };
  return { ...recording, text: JSON.stringify({ ...JSON.parse(recording.text), response }) };
}

/** A recording of a tool call, whose name does not depend on the test. */
function recordTool(test: string, content: string): Recording {
  const call = { provider: 'tavily', tool_name: 'web_search', kwargs: { query: 'news' } };
  const hash = createHash('sha256')
    .update('{"kwargs": {"query": "news"}, "provider": "tavily", "tool_name": "web_search"}')
    .digest('hex');
  const response = { body: { __type__: 'ToolInvocationResult', __data__: { content } }, is_streaming: false };
  const text = JSON.stringify({ test_id: test, request: { test_id: test, ...call }, response });
  return { path: `tests/recordings/${hash}.json`, text, hash };
}

interface Change {
  kind: string;
  level: string | null;
  path: string;
  replaces: string | null;
  accepted: object | null;
}

describe('new recordings of known tests', () => {
  let registry: TestRegistry;
  let repositories = 0;

  beforeAll(async () => {
    registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const newRepository = () => `acme/new-recordings-${++repositories}`;
  const pushMain = (repository: string, ...recordings: Recording[]) =>
    pushFiles(registry, { repository, ref: { branch: 'main' }, add: filesOf(...recordings) });
  const pushPullRequest = (repository: string, added: Recording[], removed: Recording[] = []) =>
    pushFiles(registry, {
      repository,
      ref: { pullRequest: 1, base: 'main' },
      add: filesOf(...added),
      remove: removed.map(({ path }) => path),
    });

  async function changesOf(repository: string, level: string | null = null): Promise<Change[]> {
    const query = `query ($owner: String!, $name: String!, $level: DriftLevel) {
      repository(owner: $owner, name: $name) { drift(pullRequest: 1) {
        changes(level: $level) { nodes { kind level path replaces { path } accepted { by } } } } } }`;
    const variables = { ...ownerAndName(repository), level };
    type Answer = { repository: { drift: { changes: { nodes: Change[] } } } };
    return (await registry.ask<Answer>(query, variables)).repository.drift.changes.nodes;
  }

  /** Runs `fixtures drift` with `--fail-on`, and returns the exit status. */
  async function failOn(repository: string, level: string, ...more: string[]): Promise<number | null> {
    await using folder = await makeFolder();
    const words = ['drift', '--pull-request', '1', '--fail-on', level, ...more];
    return (await runFixtures({ registry, repository }, folder, words)).status;
  }

  it('are compared with the newest of 20 old ones, fail a run, and can be accepted until they change', async () => {
    const repository = newRepository();
    const olds = Array.from({ length: 20 }, (_, index) =>
      record({ test: TEST, ask: `Name a planet, attempt ${index}`, say: `Planet ${index}` }),
    );
    for (const old of olds) await pushMain(repository, old);
    const call = { test: TEST, ask: 'Name a planet, attempt 99', say: '' };
    await pushPullRequest(repository, [recordError(call, 400, 'max_tokens is too large')]);

    const expected = { kind: 'ADDED', level: 'BEHAVIOUR', replaces: { path: olds[19]?.path } };
    expect(await changesOf(repository, 'BEHAVIOUR')).toMatchObject([expected]);
    expect(await changesOf(repository, 'CONTENT')).toEqual([]);
    expect(await failOn(repository, 'behaviour')).toBe(3);

    expect(await failOn(repository, 'behaviour', '--accept', '--level', 'content')).toBe(3);
    expect(await failOn(repository, 'behaviour', '--accept')).toBe(0);
    expect(await changesOf(repository)).toMatchObject([{ accepted: { by: expect.any(String) } }]);

    await pushPullRequest(repository, [recordError(call, 500, 'overloaded')]);
    expect(await changesOf(repository)).toMatchObject([{ ...expected, accepted: null }]);
    expect(await failOn(repository, 'behaviour')).toBe(3);
  });

  it('of a renamed model are pairs with one request change, and keep what is new in the responses', async () => {
    const repository = newRepository();
    const calls = (model: string, say: string) =>
      ['planets', 'rivers', 'towns'].map((what) =>
        record({
          test: `tests/test_chat.py::test_${what}[txt=bedrock/${model}-x]`,
          model,
          ask: `Name ${what}`,
          say,
        }),
      );
    const olds = calls(RENAME.from, 'Earth');
    const news = calls(RENAME.to, '<reasoning>An easy one.</reasoning>Earth');
    await pushMain(repository, ...olds);
    await pushPullRequest(repository, news, olds);
    const drift = await computedDrift(registry, repository, 1);
    expect(drift.summary).toMatchObject({ rekeyed: 3, added: 0, removed: 0, content: 3 });
    for (const { renamedModel, texts } of drift.changes) {
      expect(renamedModel).toEqual(RENAME);
      const answer = texts[0]?.runs.filter(({ kind }) => kind !== 'gone').map(({ text }) => text);
      expect(answer?.join('')).toMatch(/^<reasoning>/);
    }
    expect(new Set(drift.changes.map(({ requestChange }) => requestChange?.key)).size).toBe(1);
  });

  it('of a renamed model are compared with the old recordings that remain', async () => {
    const repository = newRepository();
    const call = (model: string) =>
      record({ test: `tests/test_chat.py::test_it[txt=bedrock/${model}-x]`, model, ask: 'Hi', say: 'Hello' });
    await pushMain(repository, call(RENAME.from));
    await pushPullRequest(repository, [call(RENAME.to)]);
    const { changes } = await computedDrift(registry, repository, 1);
    expect(changes).toMatchObject([
      { kind: 'ADDED', level: 'METADATA', renamedModel: RENAME, replaces: { path: call(RENAME.from).path } },
    ]);
  });

  it('that failed beside a good attempt are leftovers', async () => {
    const repository = newRepository();
    const good = record({
      test: TEST,
      ask: 'Name a planet that is not a dwarf, in one word, please.',
      say: 'Mars',
    });
    const failed = { test: TEST, ask: 'Name a planet that is not a dwarf, in one word, pls.', say: '' };
    await pushMain(repository, record({ test: 'tests/test_other.py::test', ask: 'Hi', say: 'Hello' }));
    await pushPullRequest(repository, [good, recordError(failed, 429, 'rate limit')]);
    const { changes } = await computedDrift(registry, repository, 1);
    expect(changes.map(({ path, leftoverBeside }) => [path, leftoverBeside])).toEqual([
      [record(failed).path, good.path],
      [good.path, null],
    ]);
  });

  it('at the path of another test name that test, and tests that recorded the path earlier', async () => {
    const repository = newRepository();
    const tests = ['first', 'second', 'third', 'gone'].map((name) => `tests/test_search.py::test_${name}`);
    const [first = '', second = '', third = '', gone = ''] = tests;
    for (const test of [gone, first, second])
      await pushMain(
        repository,
        record({ test, ask: 'Hi', say: 'Hello' }),
        recordTool(test, `found by ${test}`),
      );
    await pushFiles(registry, {
      repository,
      ref: { branch: 'main' },
      remove: [record({ test: gone, ask: 'Hi', say: 'Hello' }).path],
    });
    await pushPullRequest(repository, [recordTool(third, 'found by the third')]);
    const { changes } = await computedDrift(registry, repository, 1);
    expect(changes).toMatchObject([{ kind: 'CHANGED', testId: third, sharedWith: [first, second] }]);

    await pushPullRequest(repository, [recordTool(second, 'found again')]);
    const again = await computedDrift(registry, repository, 1);
    expect(again.changes).toMatchObject([{ testId: second, sharedWith: [first] }]);
  });

  it('are compared with at most so many of the newest recordings of each test, model and endpoint', async () => {
    const repository = newRepository();
    const calls = ['one', 'two', 'three', 'four'].map((ask) => record({ test: TEST, ask, say: ask }));
    for (const call of calls) await pushMain(repository, call);
    const others = [
      record({ test: TEST, model: 'other', ask: 'one', say: '1' }),
      record({ test: 'b', ask: '', say: '' }),
    ];
    await pushMain(repository, ...others);
    // The first one is recorded again, and so the newest.
    await pushMain(repository, record({ test: TEST, ask: 'one', say: 'again' }));
    const newest = await withDatabase(registry, async (source) => {
      const named = await repositoryNamed(source, repository);
      const snapshot = await resolveSnapshot(source.db, named, { branch: 'main' });
      return snapshot && newestOfTests(source.db, snapshot, [TEST, 'b'], 2);
    });
    const expected = [calls[0], calls[3], ...others].map((recording) => recording?.path);
    expect(newest?.map(({ path }) => path)).toEqual(expected.sort());
  });
});
