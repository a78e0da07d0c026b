import { digestOf } from '@fixture-registry/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { greeting } from '../support/cassette.js';
import { ownerAndName, type PullQuestion, type Push, planOf, pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// `recordings` in .github/fixtures.yml: the formats and test ids of files by their paths.

const CHAT = 'tests/cassettes/test_chat';
const greets = { [`${CHAT}/test_greets.yaml`]: greeting('Hello?', 'Hello!') };
const asks = { [`${CHAT}/TestAsk.test_model[openai-gpt-4o].yaml`]: greeting('Which?', 'This.') };
const tape = { 'tapes/chat/hello.yaml': greeting('Hi?', 'Hi!') };
const TAPES = 'recordings:\n  - paths: tapes/**/*.yaml\n    test-id: "{module}#{name}"\n';

describe.each(['embedded', 'postgres'] as const)('recording rules, %s', (database) => {
  let registry: TestRegistry;
  let repository: string;
  let repositories = 0;
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  afterAll(() => registry[Symbol.asyncDispose]());
  beforeEach(() => {
    repository = `acme/rules-${++repositories}`;
  });

  const push = (ref: Push['ref'], add: Record<string, string>, settings?: string) =>
    pushFiles(registry, { repository, ref, add, ...(settings !== undefined && { settings }) });
  const main = { branch: 'main' };

  async function testIds(at: object, filter: object = {}): Promise<Record<string, string | null>> {
    type Nodes = { repository: { recordings: { nodes: { path: string; testId: string | null }[] } } };
    const { repository: found } = await registry.ask<Nodes>(
      `query ($owner: String!, $name: String!, $at: At, $filter: RecordingFilter) {
        repository(owner: $owner, name: $name) { recordings(at: $at, filter: $filter) { nodes { path testId } } }
      }`,
      { ...ownerAndName(repository), at, filter },
    );
    return Object.fromEntries(found.recordings.nodes.map(({ path, testId }) => [path, testId]));
  }
  const planned = async (selection: PullQuestion['selection']) => {
    const plan = await planOf(registry, repository, { ref: main, ...(selection && { selection }) });
    return plan.files.map(({ path }) => path);
  };

  it('shortens a test id that a template makes too long for an index', async () => {
    const folder = Array.from({ length: 12 }, (_, n) => digestOf(Buffer.from(`${n}`))).join('/');
    const rule = `recordings:\n  - paths: tapes/**\n    test-id: "${'{path}'.repeat(80)}"\n`;
    const path = `tapes/${folder}/a.yaml`;
    await push(main, { [path]: greeting('Hi?', 'Hi!') }, rule);
    expect(await testIds(main)).toEqual({ [path]: `${path}${path}`.slice(0, 1_000) });
  });

  it('reads test ids from the layout of pytest-recording, else takes the path', async () => {
    await push(main, {
      ...greets,
      ...asks,
      ...tape,
      ...filesOf(record({ test: 'a.py::t', ask: 'a', say: 'b' })),
    });
    expect(Object.values(await testIds(main)).sort()).toEqual([
      'a.py::t',
      'tapes/chat/hello.yaml',
      'tests/test_chat.py::TestAsk::test_model[openai-gpt-4o]',
      'tests/test_chat.py::test_greets',
    ]);
  });

  it('finds a cassette by the test id whose characters its file name cannot have', async () => {
    await push(main, { ...greets, ...asks });
    const [path] = Object.keys(asks);
    const test = 'tests/test_chat.py::TestAsk::test_model[openai:gpt-4o]';
    for (const tests of [[test], ['*[openai:gpt*]'], ['tests/*::test_model[openai/*]']]) {
      expect(await planned({ tests })).toEqual([path]);
    }
    expect(await planned({ tests: ['*[azure:gpt*]'] })).toEqual([]);
    expect(Object.keys(await testIds(main, { testId: test }))).toEqual([path]);
    expect(Object.keys(await testIds(main, { testIdPrefix: test.slice(0, -4) }))).toEqual([path]);
    const { repository: found } = await registry.ask<{
      repository: { pullPlan: { unmatched: { tests: string[] } } };
    }>(
      `query ($owner: String!, $name: String!, $tests: [String!]) { repository(owner: $owner, name: $name) {
        pullPlan(ref: {branch: "main"}, selection: {tests: $tests}) { ... on PullPlan { unmatched { tests } } } } }`,
      { ...ownerAndName(repository), tests: [test, 'tests/*[x:y]'] },
    );
    expect(found.pullPlan.unmatched.tests).toEqual(['tests/*[x:y]']);
  });

  it('names tests by the template, and unchanged recordings again when it changes', async () => {
    const first = await push(main, { ...tape, ...greets }, TAPES);
    expect((await testIds(main))['tapes/chat/hello.yaml']).toBe('chat#hello');
    const renamed = await push(main, {}, TAPES.replace('{module}#{name}', '{dir}::{name}'));
    expect(renamed).toMatchObject({ created: true, added: 0, changed: 0 });
    expect(await testIds(main)).toEqual({
      'tapes/chat/hello.yaml': 'tapes::hello',
      [`${CHAT}/test_greets.yaml`]: 'tests/test_chat.py::test_greets',
    });
    // A snapshot never changes.
    expect((await testIds({ snapshot: first.snapshot.id }))['tapes/chat/hello.yaml']).toBe('chat#hello');
    await push(main, {}, '');
    expect((await testIds(main))['tapes/chat/hello.yaml']).toBe('tapes/chat/hello.yaml');
    expect(await planned({ tests: ['tapes/chat/hello.yaml'] })).toEqual(['tapes/chat/hello.yaml']);
  });

  it('applies the rules of the base to a pull request', async () => {
    await push(main, greets, TAPES);
    const pr = { pullRequest: 7, base: 'main' };
    await push(pr, tape, TAPES.replace('#', '!'));
    expect((await testIds({ pullRequest: 7 }))['tapes/chat/hello.yaml']).toBe('chat#hello');
  });

  it('reports a file that contradicts the format of its rule, and stores it', async () => {
    const settings = 'recordings:\n  - {paths: "tapes/**", format: vcrpy}\n';
    const other = { 'tapes/a.json': '{"log": 1}', ...tape };
    const { problems, added } = await push(main, other, settings);
    expect(added).toBe(2);
    expect(problems).toEqual([
      { path: 'tapes/a.json', problem: expect.stringMatching(/in no known format.*says `vcrpy`/) },
    ]);
    expect(await planned(undefined)).toEqual(['tapes/a.json', 'tapes/chat/hello.yaml']);
  });

  it('keeps the previous rules when the file is invalid, and says the line', async () => {
    await push(main, tape, TAPES);
    const wrong = await push(main, greets, 'recordings:\n  - paths: tapes/\n    format: tape\n');
    expect(wrong.problems).toEqual([
      { path: '.github/fixtures.yml', problem: expect.stringMatching(/^line 2: .*Write tapes\/\*\*/) },
      { path: '.github/fixtures.yml', problem: expect.stringMatching(/^line 3: `format` .*`vcrpy`/) },
    ]);
    expect((await testIds(main))['tapes/chat/hello.yaml']).toBe('chat#hello');
  });
});
