import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PullSummary, PushSummary, StatusSummary } from '@fixture-registry/client';
import { digestOf, readArchive, unpack } from '@fixture-registry/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { fixturesJson, runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { pullRequestEvent } from '../support/github-events.js';
import { allThatIsTold, purge, tokenFor } from '../support/purge-content.js';
import { askToPush, ownerAndName, planOf, pullFiles, pushFiles, upload } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { said } from '../support/runner-recordings.js';
import { HELLO, record as recordInJob, startActionWorld } from '../support/runner-world.js';
import { openPage } from '../support/web-page.js';

const CODE_WORD = 'zebra quagga okapi';
const MAIN = { branch: 'main' };
const PULL_REQUEST = { pullRequest: 7, base: 'main' };
const FIRST = 'a'.repeat(40);
const SECOND = 'b'.repeat(40);

const leaky = record({ test: 'tests/test_a.py::test_key', ask: 'The key?', say: `It is ${CODE_WORD}.` });
const recorded = { ...leaky, text: leaky.text.replace(CODE_WORD, 'not told') };
const joke = record({ test: 'tests/test_b.py::test_joke', ask: 'A joke?', say: 'Ha.' });
const DIGEST = digestOf(Buffer.from(leaky.text));
const BEFORE = filesOf(leaky, joke);
const TOLD = /purged on \d{4}-\d\d-\d\d by configured admin: it held a code word/;

describe.each(['embedded', 'postgres'] as const)('purge, %s', (database) => {
  let registry: TestRegistry;
  let repository = '';
  let repositories = 0;
  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  beforeEach(async () => {
    repository = `acme/purge-${++repositories}`;
    await pushFiles(registry, { repository, ref: MAIN, add: BEFORE, commit: FIRST });
  });
  afterAll(() => registry[Symbol.asyncDispose]());
  const purgeIt = () => purge(registry, { repository, digest: DIGEST });

  it('pulls an old snapshot without the purged recordings and reports them', async () => {
    await pushFiles(registry, { repository, ref: MAIN, add: filesOf(recorded), commit: SECOND });
    await pushFiles(registry, {
      repository,
      ref: PULL_REQUEST,
      add: { 'tests/recordings/copy.json': leaky.text },
    });
    const answer = await purgeIt();
    expect(answer).toMatchObject({
      ...{ __typename: 'Purged', recordings: 2, refs: 2, already: false },
      purge: { by: 'configured admin', reason: 'it held a code word' },
    });
    expect(answer.bytes).toBeGreaterThan(100);

    await using folder = await makeFolder();
    const at = { registry, repository };
    const told = await runFixtures(at, folder, ['pull', '--commit', FIRST]);
    expect(told).toMatchObject({ status: 0, stderr: '' });
    expect(told.stdout).toContain('1 recording of this snapshot was purged from the registry and not pulled');
    expect(told.stdout).toMatch(new RegExp(`${leaky.path}: ${TOLD.source}\n`));
    expect([...(await folder.files()).keys()]).toEqual([joke.path]);

    const again = await fixturesJson<PullSummary>(at, folder, 'pull', '--commit', FIRST);
    expect(again).toMatchObject({ pulled: 0, reused: 1, removed: 0 });
    expect(again.purged).toEqual([{ path: leaky.path, digest: DIGEST, ...answer.purge, onDisk: 'none' }]);
    expect(await pullFiles(registry, repository, {})).toEqual(filesOf(recorded, joke));
    const planned = await planOf(registry, repository, { ref: PULL_REQUEST });
    expect(planned.files.map(({ digest }) => digest)).not.toContain(DIGEST);
  });

  it('removes the file of an earlier pull from disk and keeps other files', async () => {
    const at = { registry, repository };
    await using pulled = await makeFolder();
    await fixturesJson(at, pulled, 'pull', '--branch', 'main');
    await using written = await makeFolder(BEFORE);
    await fixturesJson(at, written, 'push', '--branch', 'main');
    await using selected = await makeFolder();
    await fixturesJson(at, selected, 'pull', '--branch', 'main');
    await purgeIt();

    const removed = await fixturesJson<PullSummary>(at, pulled, 'pull', '--branch', 'main');
    expect(removed).toMatchObject({ pulled: 0, reused: 1, removed: 1, purged: [{ onDisk: 'removed' }] });
    expect([...(await pulled.files()).keys()]).toEqual([joke.path]);
    const left = await runFixtures(at, written, ['pull', '--branch', 'main']);
    expect(left.stdout).toContain('a copy that no pull wrote is still on this disk: delete it');
    expect([...(await written.files()).keys()].sort()).toEqual(Object.keys(BEFORE).sort());
    expect(await fixturesJson<StatusSummary>(at, written, 'status', '--branch', 'main')).toMatchObject({
      ...{ new: [], modified: [], purged: [leaky.path], unchanged: 1 },
    });
    const words = ['pull', '--branch', 'main', '--tests', '*test_key*'];
    expect(await fixturesJson<PullSummary>(at, selected, ...words)).toMatchObject({
      ...{ removed: 1, purged: [{ onDisk: 'removed' }] },
    });
    expect([...(await selected.files()).keys()]).toEqual([joke.path]);
  });

  it('reports a purged content and the reason on every page and route', async () => {
    await pushFiles(registry, { repository, ref: PULL_REQUEST, add: filesOf(recorded) });
    const head = { pullRequest: 7 };
    const before = await allThatIsTold(registry, repository, { commit: FIRST }, 7);
    expect(before).toContain(CODE_WORD);
    await purgeIt();

    const headers = { authorization: `Bearer ${registry.adminToken}`, 'content-type': 'application/json' };
    const download = await fetch(`${registry.url}/-/${repository}/content`, {
      ...{ method: 'POST', headers, body: JSON.stringify({ digests: [DIGEST] }) },
    });
    expect(download.status).toBe(410);
    expect(await download.json()).toMatchObject({
      error: { code: 'GONE', message: expect.stringMatching(TOLD) },
    });

    const archive = await fetch(`${registry.url}/-/${repository}/archive.zip?commit=${FIRST}`, { headers });
    const entries: Record<string, string> = {};
    const bounds = { maximumEntryBytes: 1e6, maximumEntries: 10 };
    for await (const entry of readArchive(archive.body as never, bounds)) {
      entries[entry.name] = unpack(entry).toString();
    }
    expect(Object.keys(entries)).toEqual([joke.path, 'PURGED.txt']);
    expect(entries['PURGED.txt']).toMatch(new RegExp(`${leaky.path} \\(${DIGEST}\\) was ${TOLD.source}`));

    const told = await allThatIsTold(registry, repository, { commit: FIRST }, 7);
    expect(told).not.toContain(CODE_WORD);
    expect(told).toMatch(new RegExp(`"content":"This content was ${TOLD.source}`));
    expect(told).toContain('"purged":{"at":"');
    expect(told).toContain('"level":"CONTENT"');
    expect(told).toMatch(
      /the previous recording was purged on \d{4}-\d\d-\d\d by an admin, so it cannot be compared/,
    );

    const question = new URLSearchParams({ path: leaky.path }).toString();
    const pages = [
      `recording?${question}&at=main`,
      'recordings?at=main',
      'pull/7',
      `pull/7/change?${question}`,
    ];
    for (const page of pages) {
      const { status, html } = await openPage(registry, `/${repository}/${page}`);
      expect([page, status]).toEqual([page, 200]);
      expect(html).not.toContain(CODE_WORD);
    }
    const page = await openPage(registry, `/${repository}/${pages[0]}`);
    expect(page.text('.problem')).toMatch(new RegExp(`^The content was ${TOLD.source}\\.$`));
    expect(page.html).not.toContain('Download the exact bytes');
    const list = await openPage(registry, `/${repository}/${pages[1]}`);
    expect(list.text('table')).toMatch(/content purged on \d{4}-\d\d-\d\d/);
    const change = await openPage(registry, `/${repository}/${pages[3]}`);
    expect(change.text('.problem')).toMatch(TOLD);
    expect(change.html).toContain('not told');
    const file = await openPage(registry, `/${repository}/recording/file?${question}&at=main`);
    expect([file.status, file.html]).toEqual([410, expect.stringMatching(TOLD)]);

    const explained = await registry.ask<{ repository: { explain: { text: string } } }>(
      `query ($owner: String!, $name: String!, $path: String) {
        repository(owner: $owner, name: $name) { explain(path: $path) { text } } }`,
      { ...ownerAndName(repository), path: leaky.path },
    );
    expect(explained.repository.explain.text).toMatch(TOLD);
    expect(await allThatIsTold(registry, repository, head)).not.toContain(CODE_WORD);
  });

  it('works from the command line, even while a server uses the database', async () => {
    const words = ['purge', '--repository', repository, '--digest', DIGEST];
    const reason = ['--reason', 'a customer asked'];
    expect(await registry.command(...words, '--reason', ' ')).toMatchObject({
      ...{ status: 1, stderr: expect.stringContaining('say why the content is removed') },
    });
    const done = await registry.command(...words, ...reason);
    expect(done).toMatchObject({ status: 0, stderr: '' });
    expect(done.stdout).toMatch(
      /^purged content [0-9a-f]{64}: \d+ stored bytes, used by 1 recording on 1 ref\n/,
    );
    expect((await registry.command(...words, ...reason)).stdout).toContain('was purged before');
    const unknown = await registry.command(...words.with(4, 'c'.repeat(64)), ...reason);
    expect(unknown).toMatchObject({ status: 1, stderr: expect.stringContaining('has no content cccc') });
    expect(await allThatIsTold(registry, repository, MAIN)).toContain(': a customer asked');
  });

  it('accepts a push of the purged content at its old path, and refuses it at any other', async () => {
    const at = { registry, repository };
    await purgeIt();
    await using folder = await makeFolder({ ...BEFORE, 'tests/recordings/new.json': '{}' });
    const pushed = await fixturesJson<PushSummary>(at, folder, 'push', '--branch', 'main');
    expect(pushed).toMatchObject({ added: 1, changed: 0, unchanged: 2 });
    expect(pushed.problems).toContainEqual({ path: leaky.path, problem: expect.stringMatching(TOLD) });

    await folder.write({ 'tests/recordings/copy.json': leaky.text });
    const refused = await runFixtures(at, folder, ['push', '--branch', 'main']);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(
      /"tests\/recordings\/copy\.json" cannot be pushed: its content was purged on/,
    );
    expect(refused.stderr).toContain('Delete the file and record it again');
    await folder.remove('tests/recordings/copy.json');

    // Re-recording or pruning the path makes the snapshot complete again.
    await folder.write(filesOf(recorded));
    expect(await fixturesJson<PushSummary>(at, folder, 'push', '--branch', 'main')).toMatchObject({
      changed: 1,
    });
    expect((await planOf(registry, repository, { ref: MAIN })).files).toHaveLength(3);
  });

  it('prunes a purged path that was never pulled', async () => {
    const at = { registry, repository };
    await purgeIt();
    await using folder = await makeFolder();
    await fixturesJson(at, folder, 'pull', '--branch', 'main');
    const pruned = await fixturesJson<PushSummary>(at, folder, 'push', '--branch', 'main', '--prune');
    expect(pruned).toMatchObject({ removed: 1, snapshot: { recordingCount: 1 } });
    expect((await fixturesJson<PullSummary>(at, folder, 'pull', '--branch', 'main')).purged).toEqual([]);
  });

  it('promotes a purged recording as purged', async () => {
    await pushFiles(registry, {
      repository,
      ref: PULL_REQUEST,
      add: { 'tests/recordings/copy.json': leaky.text },
    });
    await purgeIt();
    await registry.ask(`mutation ($input: PromoteInput!) { promote(input: $input) { __typename } }`, {
      input: { ...ownerAndName(repository), pullRequest: 7 },
    });
    await using folder = await makeFolder();
    const pulled = await fixturesJson<PullSummary>(
      { registry, repository },
      folder,
      'pull',
      '--branch',
      'main',
    );
    expect(pulled.purged.map(({ path }) => path)).toEqual([leaky.path, 'tests/recordings/copy.json'].sort());
    expect(pulled.pulled).toBe(1);
  });

  it('writes an audit event with the actor and the reason', async () => {
    await purgeIt();
    const { repository: found } = await registry.ask<{ repository: { audit: { nodes: object[] } } }>(
      `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
        audit(filter: { action: PURGE }, first: 5) { nodes { who action target outcome detail } } } }`,
      ownerAndName(repository),
    );
    expect(found.audit.nodes).toEqual([
      {
        ...{ who: 'configured admin', action: 'PURGE', target: DIGEST, outcome: 'DONE' },
        detail: expect.stringMatching(/^\d+ bytes, named by 1 recording on 1 ref; it held a code word$/),
      },
    ]);
  });

  it('requires an admin of the repository, a digest and a reason', async () => {
    const other = await tokenFor(registry, repository, 'WRITE');
    expect(await purge(registry, { repository, digest: DIGEST }, other)).toMatchObject({
      __typename: 'Forbidden',
    });
    expect(await purge(registry, { repository: 'acme/none', digest: DIGEST })).toMatchObject({
      __typename: 'NotFound',
    });
    expect(await purge(registry, { repository, digest: 'd'.repeat(64) })).toMatchObject({
      __typename: 'NotFound',
    });
    for (const [digest, reason, field] of [
      ['short', 'why', 'digest'],
      [DIGEST, '  ', 'reason'],
      [DIGEST, 'x'.repeat(501), 'reason'],
      [DIGEST, 'two\nlines', 'reason'],
      [DIGEST, 'Bearer abcdef', 'reason'],
    ] as const) {
      const answer = await purge(registry, { repository, digest, reason });
      expect(answer, reason).toMatchObject({ __typename: 'InvalidInput', field });
    }
    expect(await pullFiles(registry, repository, {})).toEqual(BEFORE);
  });

  it('is idempotent and applies to later pushes and uploads', async () => {
    const first = await purgeIt();
    const second = await purge(registry, { repository, digest: DIGEST, reason: 'again' });
    expect(second).toEqual({ ...first, bytes: 0, already: true });
    expect(await askToPush(registry, { repository, ref: PULL_REQUEST, add: BEFORE })).toMatchObject({
      ...{ __typename: 'Push', created: true, added: 0, unchanged: 2 },
    });
    expect(await upload(registry, repository, [leaky.text])).toMatchObject({
      ...{ stored: 0, present: 0, refused: [{ digest: DIGEST, message: expect.stringMatching(TOLD) }] },
    });
  });

  it('runs once when several purge concurrently, and the rest get its result', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, purgeIt));
    expect(answers.map(({ __typename }) => __typename)).toEqual(Array(6).fill('Purged'));
    expect(answers.filter(({ already }) => !already)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.purge?.at)).size).toBe(1);
  });

  it('lets a pull continue when the purge comes between plan and download', async () => {
    // The plan names the file, but it is gone at the download: a proxy purges it at the first
    // download.
    const { createServer, request } = await import('node:http');
    let purged = false;
    const between = createServer(async (incoming, outgoing) => {
      if (incoming.url?.endsWith('/content') && !purged) {
        purged = true;
        await purgeIt();
      }
      const onwards = request(
        new URL(incoming.url ?? '/', registry.url),
        { method: incoming.method ?? 'GET', headers: incoming.headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        },
      );
      incoming.pipe(onwards);
    });
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = between.address() as { port: number };
      const at = {
        repository,
        registry: { url: `http://127.0.0.1:${port}`, adminToken: registry.adminToken },
      };
      await using folder = await makeFolder();
      const summary = await fixturesJson<PullSummary>(at, folder, 'pull', '--branch', 'main');
      expect(purged).toBe(true);
      expect(summary).toMatchObject({ pulled: 1, purged: [{ path: leaky.path }] });
      expect(await readFile(join(folder.path, joke.path), 'utf8')).toBe(joke.text);
    } finally {
      between.closeAllConnections();
      between.close();
    }
  });
});

describe('the action', () => {
  it('pulls without the purged recording, warns, and pushes its re-recording', async () => {
    await using registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
    const world = await startActionWorld(registry);
    try {
      const [[path, text] = ['', '']] = Object.entries(HELLO);
      await purge(registry, { repository: world.repository, digest: digestOf(Buffer.from(text)) });
      const pull = world.openPullRequest();
      await using job = world.job(pullRequestEvent(world.github.state, pull.number));
      const main = await job.main();
      expect(main).toMatchObject({ exitCode: 0, stderr: '', outputs: { pulled: '1' } });
      expect(main.annotations).toContainEqual(
        expect.objectContaining({
          level: 'warning',
          message: expect.stringMatching(`${path}: ${TOLD.source}`),
          properties: expect.objectContaining({ title: 'Purged fixtures' }),
        }),
      );
      expect(main.summary).toContain('1 purged from the registry');
      recordInJob(job, said('test_hello', 'Good morning!'));
      expect(await job.post()).toMatchObject({ exitCode: 0, stderr: '' });
      const { markdown } = await world.report(pull.number);
      expect(markdown).toContain('by an admin, so it cannot be compared');
    } finally {
      await world.end();
    }
  });
});
