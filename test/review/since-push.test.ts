import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Files, ownerAndName, pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const answer = (test: string, say: string) =>
  filesOf(record({ test: `tests/test_desk.py::${test}`, ask: `Ask ${test}`, say }));
const main = { branch: 'main' };
const COMMITS = ['a1b2c3d', 'b2c3d4e', 'c3d4e5f'].map((start) => start.padEnd(40, '0'));
const TESTS = ['test_one', 'test_two', 'test_three'] as const;

interface Report {
  headline: string;
  markdown: string;
  text: string;
  summary: { errors: number; unplayable: number };
  changes: { nodes: { reasons: string[] }[] };
}

describe.each(['embedded', 'postgres'] as const)('since the previous push, %s', (database) => {
  let registry: TestRegistry;
  let repository = '';
  let repositories = 0;

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  afterAll(() => registry[Symbol.asyncDispose]());
  beforeEach(async () => {
    repository = `acme/since-${++repositories}`;
    const add = Object.assign({}, ...TESTS.map((test) => answer(test, `First ${test}.`)));
    await pushFiles(registry, { repository, ref: main, add });
  });

  const push = (add: Files, commit: string | undefined) =>
    pushFiles(registry, {
      repository,
      ref: { pullRequest: 1, base: 'main' },
      add,
      ...(commit === undefined ? {} : { commit }),
    });

  async function report(): Promise<Report> {
    const query = `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
      drift(pullRequest: 1) { headline markdown text summary { errors unplayable } changes { nodes { reasons } } } } }`;
    const answered = await registry.ask<{ repository: { drift: Report } }>(query, ownerAndName(repository));
    return answered.repository.drift;
  }

  it('counts what is fixed and what is new, across jobs of one commit', async () => {
    await push({ ...answer('test_one', 'Another one.'), ...answer('test_two', 'Another two.') }, COMMITS[0]);
    const first = await report();
    expect(first.markdown).not.toContain('Since');
    expect(first.markdown.split('\n')[0]).toBe(`### 🟡 ${first.headline}`);
    expect(first.text.split('\n')[0]).toBe(first.headline.replaceAll('`', ''));
    expect(first.summary).toEqual({ errors: 0, unplayable: 0 });
    expect(first.changes.nodes.map(({ reasons }) => reasons.length)).toEqual([1, 1]);

    await push(answer('test_one', 'First test_one.'), COMMITS[1]);
    await push(answer('test_three', 'Another three.'), COMMITS[1]);
    const second = await report();
    expect(second.markdown).toContain('Since `a1b2c3d`: 1 fixed, 1 new. [Whole report]');
    expect(second.text).toContain('since the previous push: 1 fixed, 1 new');

    // Each recording of a response has other words: that alone is no news.
    await push(answer('test_three', 'Yet another three.'), COMMITS[2]);
    expect((await report()).markdown).toContain('Since `b2c3d4e`: no change. [Whole report]');
  });

  it('is left out for a report of more than 1,000 recordings', async () => {
    const many = Array.from({ length: 1001 }, (_, index) => answer(`test_${index}`, 'Hello.'));
    await push(Object.assign({}, ...many), COMMITS[0]);
    await push(answer('test_one', 'Another one.'), COMMITS[1]);
    const { markdown, headline } = await report();
    expect(headline).toContain('1,001 new');
    expect(markdown).not.toContain('Since');
  });

  it('compares with the previous version when commits are unknown', async () => {
    await push(answer('test_one', 'Another one.'), undefined);
    await push(answer('test_two', 'Another two.'), undefined);
    expect((await report()).markdown).toContain('Since the previous push: 1 new.');
  });
});
