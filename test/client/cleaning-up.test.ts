import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturesJson, runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { pushFiles, type RefArgument } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { reportUse } from '../support/report-use.js';

const REPOSITORY = 'acme/desk';
const BEFORE = 'b'.repeat(40);
const ASK = 'Will it rain in Paris tomorrow, and should I take an umbrella with me to work?';
const say = (test: string, ask: string) => record({ test: `tests/test_desk.py::${test}`, ask, say: 'Yes.' });

const current = say('test_rain', ASK);
const superseded = ['Please', 'Thanks'].map((word) => say('test_rain', `${ASK} ${word}`));
const unused = say('test_old', 'Who are you?');
const others = ['one', 'two'].map((name) => say(`test_${name}`, name));
const ALL = filesOf(current, ...superseded, unused, ...others);
const READ = [current, ...others].map(({ path }) => path);

interface Page {
  nodes: { recording: { path: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** A life of recordings: each step continues the one before. */
describe('cleaning up', () => {
  let registry: TestRegistry;
  let snapshot = '';
  beforeAll(async () => {
    registry = await startRegistry();
    const pushed = await push({ branch: 'main' }, ALL, BEFORE);
    snapshot = pushed.snapshot.id;
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  const place = () => ({ registry, repository: REPOSITORY });
  const push = (ref: RefArgument, add: Record<string, string>, commit?: string) =>
    pushFiles(registry, { repository: REPOSITORY, ref, add, ...(commit !== undefined && { commit }) });
  const sorted = (...files: { path: string }[]) => files.map(({ path }) => path).sort();

  /** Runs commands in a new folder and returns the last result, which must have the status. */
  async function inFolder(commands: string[][], status = 0) {
    await using folder = await makeFolder();
    let ended = { status: null as number | null, stdout: '', stderr: '' };
    for (const words of commands) ended = await runFixtures(place(), folder, words);
    expect(ended, ended.stderr).toMatchObject({ status });
    return { ...ended, files: [...(await folder.files()).keys()] };
  }
  const pullMain = ['pull', '--branch', 'main'];
  const toPullRequest = (number: number) => ['--pull-request', String(number), '--base', 'main'];

  it('knows nothing before a run that counts', async () => {
    const { stderr } = await inFolder([['unused']], 1);
    expect(stderr).toMatch(/^fixtures: Nothing is known yet: no complete run/);
    const pruning = ['push', ...toPullRequest(7), '--prune-unused'];
    expect((await inFolder([pullMain, pruning], 1)).stderr).toContain('Nothing is known yet');
    expect((await inFolder([['prune', '--superseded', '--dry-run']], 1)).stderr).toContain(
      'Nothing is known yet',
    );
  });

  it('lists what a run did not read', async () => {
    const job = { run: '1', job: 'test' };
    const use = { snapshot, pulled: Object.keys(ALL), read: READ, job };
    expect(await reportUse(registry, REPOSITORY, { branch: 'main' }, use)).toMatchObject({ counts: true });
    const { stdout } = await inFolder([['unused', '--days', '0']]);
    expect(stdout).toContain('3 recordings not read by the runs of the newest day:');
    expect(stdout).toContain(
      `  ${unused.path} (tests/test_desk.py::test_old, llama3, never read by the 1 run that counts)`,
    );
    expect(stdout).toContain('--days 0` removes 3 of them');
    const listed = await inFolder([['prune', '--superseded', '--dry-run', '--json']]);
    const supersededBy = current.path;
    expect(JSON.parse(listed.stdout)).toMatchObject({
      ...{ runs: 1, skippedTests: 0 },
      recordings: sorted(...superseded).map((path) => ({
        path,
        supersededBy,
        model: 'llama3',
        runsSince: 1,
      })),
    });
  });

  it('pages through superseded recordings', async () => {
    const query = `query ($after: String) { repository(owner: "acme", name: "desk") {
      superseded(first: 1, after: $after) { nodes { recording { path } } pageInfo { hasNextPage endCursor } } } }`;
    const found: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 2; page++) {
      const { superseded: list }: { superseded: Page } = (
        await registry.ask<{ repository: { superseded: Page } }>(query, { after })
      ).repository;
      found.push(...list.nodes.map(({ recording }) => recording.path));
      expect(list.pageInfo.hasNextPage).toBe(page === 0);
      after = list.pageInfo.endCursor;
    }
    expect(found).toEqual(sorted(...superseded));
    await expect(registry.ask(query, { after: 'bm90IG1pbmU' })).rejects.toThrow(
      'is not a cursor of this list',
    );
  });

  it('removes nothing while the runs are too young, and says so', async () => {
    const { stdout, files } = await inFolder([pullMain, ['push', ...toPullRequest(6), '--prune-unused']]);
    expect(stdout).toContain(
      'no unread recording was removed: the oldest run that counts is 0 days old; --days 30 needs 30',
    );
    expect(files).toHaveLength(6);
  });

  it('removes unused recordings within a pull request, whose report says when they were last read', async () => {
    const pruning = ['push', ...toPullRequest(7), '--prune-unused', '--days', '0'];
    const { stdout, files } = await inFolder([pullMain, pruning]);
    expect(stdout).toContain(`removed ${unused.path} (llama3, never read by the 1 run that counts)`);
    expect(files).toEqual([...READ].sort());
    const report = await inFolder([['drift', '--pull-request', '7']]);
    expect(report.stdout).toMatch(
      /Removed\n.*3 recordings of 2 tests \(llama3\); never read by the 1 run that counts/,
    );
    const json = await inFolder([['drift', '--pull-request', '7', '--json']]);
    const { changes } = JSON.parse(json.stdout) as { changes: { path: string; lastUsedAt: string | null }[] };
    expect(changes).toMatchObject([{ kind: 'REMOVED', lastUsedAt: null }, { model: 'llama3' }, {}]);
    const markdown = await inFolder([['drift', '--pull-request', '7', '--format', 'markdown']]);
    expect(markdown.stdout).toMatch(
      /3 recordings of 2 tests \(`llama3`\): .*; never read by the 1 run that counts/,
    );
    const page = await fetch(`${registry.url}/${REPOSITORY}/pull/7`, {
      headers: { authorization: `Bearer ${registry.adminToken}` },
    });
    expect(await page.text()).toContain('never read by the 1 run that counts');
  });

  it('promotes the removal, and restores the recordings without an upload', async () => {
    await inFolder([['promote', '--pull-request', '7']]);
    const after = await inFolder([pullMain]);
    expect(after.files).toEqual([...READ].sort());
    await using folder = await makeFolder();
    await fixturesJson(place(), folder, ...pullMain);
    await fixturesJson(place(), folder, 'pull', '--commit', BEFORE);
    const restored = await fixturesJson(place(), folder, 'push', ...toPullRequest(8));
    expect(restored).toMatchObject({ added: 3, changed: 0, removed: 0, uploaded: 0 });
    expect((await inFolder([['pull', '--pull-request', '8']])).files).toEqual(Object.keys(ALL).sort());
    await inFolder([['promote', '--pull-request', '8']]);
    for (const [path, bytes] of await folder.files()) expect(bytes.toString()).toBe(ALL[path]);
  });

  it('removes superseded recordings alone', async () => {
    await using folder = await makeFolder();
    await fixturesJson(place(), folder, ...pullMain);
    const changed = { [current.path]: current.text.replace('Yes.', 'No.') };
    await folder.write(changed);
    const pruned = await fixturesJson(place(), folder, 'prune', '--superseded', ...toPullRequest(9));
    expect(pruned).toMatchObject({ added: 0, changed: 0, removedPaths: sorted(...superseded) });
    expect([...(await folder.files()).keys()]).toEqual(sorted(current, unused, ...others));
    const next = await fixturesJson(place(), folder, 'push', ...toPullRequest(9));
    expect(next).toMatchObject({ added: 0, changed: 1, removed: 0 });
  });

  it('counts the new recordings that a run of a pull request did not read, as soon as it reports', async () => {
    const ref = { pullRequest: 10, base: 'main' };
    const fresh = [say('test_new', 'First try'), say('test_new', 'An entirely different second attempt')];
    const pushed = await push(ref, filesOf(...fresh));
    const unread = async () => {
      await using folder = await makeFolder();
      return fixturesJson<{ unread: number | null; markdown: string; text: string }>(
        place(),
        folder,
        ...['drift', '--pull-request', '10'],
      );
    };
    expect(await unread()).toMatchObject({ unread: null });
    const pulled = [...Object.keys(ALL), ...fresh.map(({ path }) => path)];
    const report = (run: string, read: string[]) =>
      reportUse(registry, REPOSITORY, ref, {
        ...{ snapshot: pushed.snapshot.id, pulled, read },
        job: { run, job: 'test' },
      });
    await report('11', [...READ, fresh[1]?.path ?? '']);
    const one = await unread();
    expect(one.unread).toBe(1);
    expect(one.markdown).toContain('\n1 of the 2 new recordings was not read by this run.\n');
    expect(one.text).toContain('1 of the 2 new recordings was not read by this run');
    await report('12', pulled);
    expect(await unread()).toMatchObject({ unread: 0 });
  });
});
