import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { type Files, ownerAndName, pushFiles, type RefArgument } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const hello = (say: string) =>
  filesOf(record({ test: 'tests/test_desk.py::test_hello', ask: 'Hello?', say }));
const IGNORE = 'ignore:\n  - response.choices[].message.content\n';
const LEVELS = 'levels:\n  response.choices[].message.content: behaviour\n';
const main = { branch: 'main' };
const pr = { pullRequest: 7, base: 'main' };
const sha = (letter: string) => letter.repeat(40);

interface Report {
  level: string | null;
  ignored: number;
  markdown: string;
}

describe.each(['embedded', 'postgres'] as const)('settings of a repository, %s', (database) => {
  let registry: TestRegistry;
  let repository = '';
  let repositories = 0;

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  afterAll(() => registry[Symbol.asyncDispose]());
  beforeEach(() => {
    repository = `acme/settings-${++repositories}`;
  });

  const push = (
    ref: RefArgument,
    add: Files,
    more: { settings?: string; commit?: string; candidates?: string[] } = {},
  ) => pushFiles(registry, { repository, ref, add, ...more });

  async function report(): Promise<Report> {
    const query = `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
      drift(pullRequest: 7) { level ignored markdown } } }`;
    const answer = await registry.ask<{ repository: { drift: Report } }>(query, ownerAndName(repository));
    return answer.repository.drift;
  }

  it('come from the newest state of the base; a pull request cannot bring its own', async () => {
    await push(main, hello('Hello.'), { settings: '', commit: sha('a') });
    await push(pr, hello('Good day.'), { settings: IGNORE });
    expect(await report()).toMatchObject({ level: 'CONTENT', ignored: 0 });

    await push(main, {}, { settings: IGNORE, commit: sha('b') });
    const lax = await report();
    expect(lax).toMatchObject({ level: 'COSMETIC', ignored: 1 });
    expect(lax.markdown).toContain('1 difference ignored by `.github/fixtures.yml` of the base branch.');

    await push(main, {}, { settings: LEVELS, commit: sha('c') });
    expect(await report()).toMatchObject({ level: 'BEHAVIOUR', ignored: 0 });
    // The newest settings judge, whatever state of the base is compared.
    for (const candidate of ['a', 'b', 'c']) {
      await push(pr, {}, { candidates: [sha(candidate)] });
      expect(await report(), candidate).toMatchObject({ level: 'BEHAVIOUR', ignored: 0 });
    }
  });

  it('make a snapshot only when they change, and stay when a push has none', async () => {
    const first = await push(main, hello('Hello.'), { settings: IGNORE });
    expect(await push(main, {}, { settings: IGNORE })).toMatchObject({ created: false });
    expect(await push(main, {})).toMatchObject({ created: false, snapshot: { id: first.snapshot.id } });
    await push(pr, hello('Good day.'));
    expect(await report()).toMatchObject({ level: 'COSMETIC' });
    const gone = await push(main, {}, { settings: '', commit: sha('c') });
    expect(gone).toMatchObject({ created: true, added: 0, snapshot: { version: 2 } });
    await push(pr, {}, { candidates: [sha('c')] });
    expect(await report()).toMatchObject({ level: 'CONTENT' });
  });

  it('stay unchanged when the file is invalid, and the push reports why', async () => {
    await push(main, hello('Hello.'), { settings: IGNORE });
    const wrong = await push(main, {}, { settings: 'ignore:\n  - choices[].text\n' });
    expect(wrong.problems).toEqual([
      {
        path: '.github/fixtures.yml',
        problem: expect.stringMatching(/^line 2: `choices\[\].text` does not begin/),
      },
    ]);
    await push(pr, hello('Good day.'));
    expect(await report()).toMatchObject({ level: 'COSMETIC' });
  });

  it('of the default branch apply to a branch over it until it has its own', async () => {
    await push(main, hello('Hello.'), { settings: IGNORE });
    await push({ branch: 'next' }, hello('Hi.'));
    await push({ pullRequest: 7, base: 'next' }, hello('Good day.'));
    expect(await report()).toMatchObject({ level: 'COSMETIC' });
    await push({ branch: 'next' }, {}, { settings: '', commit: sha('d') });
    await push({ pullRequest: 7, base: 'next' }, {}, { candidates: [sha('d')] });
    expect(await report()).toMatchObject({ level: 'CONTENT' });
  });

  it('are sent with `fixtures push` to a branch', async () => {
    await using here = await makeFolder({ ...hello('Hello.'), '.github/fixtures.yml': IGNORE });
    const at = { registry, repository };
    expect(await runFixtures(at, here, ['push', '--branch', 'main'])).toMatchObject({ status: 0 });
    await push(pr, hello('Good day.'));
    expect(await report()).toMatchObject({ level: 'COSMETIC', ignored: 1 });
    await using other = await makeFolder({ ...hello('See you.'), '.github/fixtures.yml': LEVELS });
    expect(await runFixtures(at, other, ['push', '--pull-request', '7'])).toMatchObject({ status: 0 });
    expect(await report()).toMatchObject({ level: 'COSMETIC' });
  });
});
