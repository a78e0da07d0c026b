import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { auditOf } from '../support/audit-log.js';
import { type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import { askToPush, type Files, ownerAndName, planOf, pushFiles, upload } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { type Job, reportUse, type Use, useInput } from '../support/report-use.js';
import { AUDIENCE, recording, workflowEnvironment, workflowRuns } from '../support/workflow-runs.js';

const PATHS = ['a', 'b', 'c', 'd', 'z', 'é'].map((name) => `tests/recordings/${name}.json`);
const [A = '', B = '', C = '', D = '', Z = '', E = ''] = PATHS;
const FILES: Files = Object.fromEntries(PATHS.map((path) => [path, `content of ${path}`]));
const MAIN = { branch: 'main' };
const IDS = { owner: 'String!', name: 'String!' };

interface Listed {
  recording: { path: string };
  lastUsedAt: string | null;
  runsSince: number;
  isRemovable: boolean;
}
interface Unused {
  runs: number;
  since: string | null;
  newestRunAt: string | null;
  message: string | null;
  totalCount: number;
  nodes: Listed[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}

describe.each(['embedded', 'postgres'] as const)('recordings that tests read, %s', (database) => {
  let issuer: OidcIssuer;
  let registry: TestRegistry;
  let repository = '';
  let snapshot = '';
  let repositories = 0;

  beforeAll(async () => {
    issuer = await startOidcIssuer();
    registry = await startRegistry({
      ...(database === 'postgres' && { postgresUrl: inject('postgresUrl') }),
      environment: workflowEnvironment(issuer),
    });
  });
  beforeEach(async () => {
    repository = `acme/uses-${++repositories}`;
    snapshot = (await pushFiles(registry, { repository, ref: MAIN, add: FILES })).snapshot.id;
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  });

  const ask = async <Data>(fields: string): Promise<Data> => {
    const variables = Object.entries(IDS).map(([name, type]) => `$${name}: ${type}`);
    const query = `query (${variables.join(', ')}) { repository(owner: $owner, name: $name) { ${fields} } }`;
    return (await registry.ask<{ repository: Data }>(query, ownerAndName(repository))).repository;
  };
  const report = (read: string[] | null, job?: Job, more: Partial<Use> = {}) =>
    reportUse(registry, repository, MAIN, {
      ...{ snapshot, pulled: PATHS, read },
      ...(job && { job }),
      ...more,
    });
  const unused = async (days = 0, more = ''): Promise<Unused> =>
    (
      await ask<{ unused: Unused }>(
        `unused(days: ${days} ${more}) { runs since newestRunAt message totalCount
          nodes { recording { path } lastUsedAt runsSince isRemovable } pageInfo { endCursor hasNextPage } }`,
      )
    ).unused;
  const unusedPaths = async (days = 0) => (await unused(days)).nodes.map(({ recording }) => recording.path);
  const lastUses = async (path: string) => {
    type Recording = { lastUsedAt: string | null; runsSinceUse: number | null };
    const answer = await ask<{ recordings: { nodes: Recording[] } }>(
      `recordings(filter: { path: "${path}" }) { nodes { lastUsedAt runsSinceUse } }`,
    );
    return answer.recordings.nodes[0];
  };

  it('unites the jobs of a matrix, in any order and with retries', async () => {
    const matrix = (index: number, more: Partial<Job> = {}) => ({ run: '7', index, total: 3, ...more });
    expect(await report([A], matrix(2))).toEqual({
      ...{ __typename: 'UseReported', counts: false, reason: 'INCOMPLETE' },
      ...{ runs: 0, read: 1, recordings: 6 },
    });
    expect(await unused()).toMatchObject({ newestRunAt: null, nodes: [], runs: 0, totalCount: 0 });
    expect((await unused()).message).toContain('No run of the default branch counts yet');
    expect(await report([E], matrix(0, { succeeded: false }))).toMatchObject({ reason: 'FAILED' });
    expect(await report([B], matrix(1))).toMatchObject({ counts: false, reason: 'FAILED' });
    const counts = { counts: true, reason: null, runs: 1 };
    expect(await report([], matrix(0, { attempt: 2 }))).toMatchObject({ ...counts, read: 0 });
    expect(await report([A], matrix(2))).toMatchObject(counts);
    // What the failed attempt read was used as well.
    expect(await unusedPaths()).toEqual([C, D, Z]);
    expect(await unused()).toMatchObject({ runs: 1, message: null, totalCount: 3 });
    expect((await lastUses(A))?.lastUsedAt).not.toBeNull();
    expect(await lastUses(C)).toEqual({ lastUsedAt: null, runsSinceUse: 1 });
    const runs = await ask<{ useRuns: object[] }>(
      'useRuns { run workflow counts reason jobs { job total succeeded failed } }',
    );
    expect(runs.useRuns).toEqual([
      {
        ...{ run: '7', workflow: 'tests', counts: true, reason: null },
        jobs: [{ job: 'test', total: 3, succeeded: 3, failed: 0 }],
      },
    ]);
  });

  it('does not count runs that failed, pulled a selection, were blind or lack a job', async () => {
    await report([A, B, C, D, E], { run: '1', job: 'unit' });
    await report([], { run: '1', job: 'integration' });
    const reasons = [
      await report(PATHS, { run: '2', succeeded: false }),
      await report(null, { run: '3' }),
      await report([], { run: '4', job: 'unit' }),
      await report([Z], { run: '5' }, { pulled: [C, Z], selection: { paths: ['**/c.json', '**/z.json'] } }),
      await reportUse(registry, repository, { branch: 'other' }, { snapshot, pulled: PATHS, read: [A] }),
      await report([], { run: '6', job: 'unit' }),
      await report([], { run: '6', job: 'integration' }),
    ].map(({ reason }) => reason);
    expect(reasons).toEqual([
      ...['FAILED', 'BLIND', 'INCOMPLETE', 'SELECTION', 'NOT_DEFAULT_BRANCH'],
      ...['INCOMPLETE', 'NOTHING_READ'],
    ]);
    // Reads of runs that do not count are uses nevertheless, also those of a selection.
    expect(await unusedPaths()).toEqual([]);
    expect(await unused()).toMatchObject({ runs: 1 });
  });

  it('translates the bits of a selection, and forgets a job that was removed from the workflow', async () => {
    await report([A, B], { run: '1', job: 'old' });
    await report([Z], { run: '2', job: 'new' }, { pulled: [D, Z], selection: { paths: ['**/[dz]*', D, Z] } });
    expect(await unusedPaths()).toEqual([C, D, E]);
    const reasons: (string | null | undefined)[] = [];
    for (let run = 3; run <= 13; run++) {
      reasons.push((await report([A], { run: String(run), job: 'new' })).reason);
    }
    expect(reasons.slice(0, 8)).toEqual(Array(8).fill('INCOMPLETE'));
    expect(reasons.at(-1)).toBeNull();
  });

  it('takes the run of a workflow from its signed claims, and reports only where it may push', async () => {
    const { onBranch, onPull, push, repository: own } = workflowRuns(issuer, registry, 900 + repositories);
    const pushed = await push(onBranch('main'), MAIN, FILES);
    const use = { snapshot: pushed.snapshot?.id ?? '', pulled: PATHS, read: [A] };
    const token = (claims: Parameters<OidcIssuer['token']>[0]) => issuer.token(claims, AUDIENCE);
    const forged = { ...use, job: { run: '1', total: 2 } };
    const onMain = await token(onBranch('main', { run_id: '77' }));
    expect(await reportUse(registry, own, MAIN, forged, onMain)).toMatchObject({ reason: 'INCOMPLETE' });
    const other = { ...use, job: { run: '2', index: 1, total: 2 } };
    expect(await reportUse(registry, own, MAIN, other, onMain)).toMatchObject({ counts: true, runs: 1 });
    repository = own;
    expect(await ask('useRuns { run }')).toEqual({ useRuns: [{ run: '77' }] });

    const onPullRequest = await token(onPull(7, 'main', { run_id: '78' }));
    const refused = await reportUse(registry, own, MAIN, use, onPullRequest);
    expect(refused).toMatchObject({ __typename: 'Forbidden', message: expect.stringContaining('#7') });
    const events = await auditOf(registry, own, { action: 'USE' });
    expect(events[0]).toMatchObject({ action: 'USE', outcome: 'REFUSED', target: 'refs/heads/main' });
    const seven = await reportUse(registry, own, { pullRequest: 7, base: 'main' }, use, onPullRequest);
    expect(seven).toMatchObject({ counts: false, reason: 'NOT_DEFAULT_BRANCH' });
    expect(await ask('useRuns(pullRequest: 7) { run reason }')).toEqual({
      useRuns: [{ run: '78', reason: 'NOT_DEFAULT_BRANCH' }],
    });
  });

  it('takes a report with a push, in its transaction, and warns when it is unusable', async () => {
    const use = useInput({ snapshot, pulled: PATHS, read: [A, B, C, D, E], job: { run: '1' } });
    const add = { 'tests/recordings/new.json': 'new' };
    const push = { repository, ref: MAIN, add };
    const missing = await askToPush(registry, { ...push, use });
    expect(missing.__typename).toBe('ContentMissing');
    expect(await ask('useRuns { run }')).toEqual({ useRuns: [] });
    await upload(registry, repository, Object.values(add));
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await askToPush(registry, { ...push, use })).toMatchObject({ __typename: 'Push', warnings: [] });
    }
    // The push does not wait for the list.
    await expect.poll(() => unusedPaths()).toEqual([Z]);
    expect(await ask('useRuns { run }')).toEqual({ useRuns: [{ run: '1' }] });

    const pulled = await planOf(registry, repository, { ref: MAIN });
    const unusable: [object, string][] = [
      [{ ...use, snapshot: pulled.snapshot.id }, 'has 7 recordings, not 6'],
      [{ ...use, recordings: 5 }, 'has 6 recordings, not 5'],
      [{ ...use, read: 'AAAA' }, 'has 3 bytes; 6 recordings need 1'],
      [{ ...use, snapshot: 'U25hcHNob3Q6OTk5OjEuMQ' }, 'does not have the pulled snapshot'],
      [{ ...use, snapshot: tampered(snapshot) }, 'does not have the pulled snapshot'],
      [{ ...use, job: { ...use.job, index: 1 } }, 'job.index must be from 0 to 0'],
      [{ ...use, job: { ...use.job, total: 1_001 } }, 'job.total must be from 1 to 1000'],
      [{ ...use, job: { ...use.job, job: 'j'.repeat(201) } }, 'longer than 200 characters'],
    ];
    for (const [changed, message] of unusable) {
      const answer = await askToPush(registry, { ...push, use: changed });
      expect(answer).toMatchObject({
        __typename: 'Push',
        warnings: [expect.stringContaining(message)],
      });
      const reported = await reportUse(registry, repository, MAIN, changed as typeof use);
      expect(reported).toMatchObject({
        __typename: 'InvalidInput',
        message: expect.stringContaining(message),
      });
    }
    expect(await ask('useRuns { run }')).toEqual({ useRuns: [{ run: '1' }] });
  });

  it('reads the pulled state of a pull request through its layers', async () => {
    const pull = { pullRequest: 7, base: 'main' };
    const added = { 'tests/recordings/bb.json': 'of the pull request' };
    await pushFiles(registry, { repository, ref: pull, add: added, remove: [D] });
    const merged = { repository, ref: { branch: 'release' }, add: added, remove: [D] };
    await pushFiles(registry, merged);
    const plan = await planOf(registry, repository, { ref: pull });
    const pulled = plan.files.map(({ path }) => path);
    expect(pulled).toHaveLength(6);
    const use = { snapshot: plan.snapshot.id, pulled, read: [A, 'tests/recordings/bb.json', Z] };
    expect(await reportUse(registry, repository, pull, use)).toMatchObject({ reason: 'NOT_DEFAULT_BRANCH' });
    // A run of the default branch may pull any state: its bits mean the recordings of that one.
    expect(await reportUse(registry, repository, MAIN, use)).toMatchObject({ counts: true });
    expect(await unusedPaths()).toEqual([B, C, E]);
    expect(await lastUses(D)).toEqual({ lastUsedAt: null, runsSinceUse: null });
  });

  it('filters and orders by last use, with stable cursors, and pages through the unused ones', async () => {
    await report([B, Z], { run: '1' });
    const page = async (orderBy: string, after = '') => {
      const { recordings } = await ask<{
        recordings: { nodes: { path: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
      }>(`recordings(orderBy: LAST_USED_AT, ${orderBy} first: 4 ${after}) {
        nodes { path } pageInfo { endCursor hasNextPage } }`);
      return { ...recordings.pageInfo, paths: recordings.nodes.map(({ path }) => path) };
    };
    for (const [orderBy, expected] of [
      ['', [A, C, D, E, B, Z]],
      ['descending: true', [Z, B, E, D, C, A]],
    ] as const) {
      const first = await page(orderBy);
      const second = await page(orderBy, `after: "${first.endCursor}"`);
      expect([...first.paths, ...second.paths]).toEqual(expected);
      expect([first.hasNextPage, second.hasNextPage]).toEqual([true, false]);
    }
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const counts = async (since: string) =>
      (
        await ask<{ recordings: { totalCount: number } }>(
          `recordings(filter: { unusedSince: "${since}" }) { totalCount }`,
        )
      ).recordings.totalCount;
    expect([await counts('2020-01-01T00:00:00Z'), await counts(tomorrow)]).toEqual([4, 6]);

    const first = await unused(0, 'first: 3');
    const second = await unused(0, `first: 3, after: "${first.pageInfo.endCursor}"`);
    const paths = [...first.nodes, ...second.nodes].map(({ recording }) => recording.path);
    expect(paths).toEqual([A, C, D, E]);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    const last = await unused(0, `last: 2, before: "${second.pageInfo.endCursor}"`);
    expect(last.nodes.map(({ recording }) => recording.path)).toEqual([C, D]);
    expect(first.nodes[0]).toMatchObject({ runsSince: 1, lastUsedAt: null, isRemovable: true });
    // Within 30 days it is not unused: nobody knows.
    expect(await unusedPaths(30)).toEqual(PATHS.filter((path) => ![B, Z].includes(path)));
    expect((await unused(30)).nodes.map(({ isRemovable }) => isRemovable)).toEqual(Array(4).fill(false));
  });

  it('shows the last use of a test', async () => {
    const add = Object.fromEntries(
      [A, B].map((path) => [path, recording('hello').replace('test_a.py::test_a', `t.py::${path.at(-6)}`)]),
    );
    snapshot = (await pushFiles(registry, { repository, ref: MAIN, add })).snapshot.id;
    await report([A], { run: '1' });
    const { tests } = await ask<{ tests: { nodes: { testId: string; lastUsedAt: string | null }[] } }>(
      'tests { nodes { testId lastUsedAt } }',
    );
    expect(tests.nodes).toEqual([
      { testId: 'tests/t.py::a', lastUsedAt: expect.stringMatching(/^20\d\d-/) },
      { testId: 'tests/t.py::b', lastUsedAt: null },
    ]);
  });

  // The embedded database belongs to its process, so a test cannot change rows in it.
  if (database === 'postgres') {
    it('writes a path once a day, and keeps three bitmaps', async () => {
      const { sql } = registry;
      const [{ id } = { id: 0 }] = await sql`select id from repositories where name = ${repository.slice(5)}`;
      /** All of the repository's uses and runs become older. */
      const age = async (days: number) => {
        const by = sql`make_interval(days => ${days})`;
        await sql`update recording_uses set first_pulled_at = first_pulled_at - ${by},
          last_used_at = case when last_used_at = 'epoch' then last_used_at else last_used_at - ${by} end
          where repository_id = ${id}`;
        await sql`update use_runs set started_at = started_at - ${by}, reported_at = reported_at - ${by}
          where repository_id = ${id}`;
      };
      const written = async () =>
        Object.fromEntries(
          (await sql`select path, xmin::text as xmin from recording_uses where repository_id = ${id}`).map(
            (row) => [row['path'], row['xmin']],
          ),
        );
      await report([A, B], { run: '1' });
      const first = await written();
      expect(Object.keys(first).sort()).toEqual(PATHS.toSorted());
      await report([A, C], { run: '2' });
      const second = await written();
      expect(Object.keys(second).filter((path) => second[path] !== first[path])).toEqual([C]);
      await age(40);
      expect(await lastUses(A)).toMatchObject({ runsSinceUse: 0 });
      for (let run = 3; run <= 8; run++) await report([A], { run: String(run) });
      const [kept] = await sql`select count(*)::int as reports, count(distinct path)::int as paths
        from use_reports s, recording_uses u where s.repository_id = ${id} and u.repository_id = ${id}`;
      expect(kept).toEqual({ reports: 3 * PATHS.length, paths: PATHS.length });
      expect(await lastUses(B)).toMatchObject({ runsSinceUse: 6 });
      expect(await lastUses(D)).toEqual({ lastUsedAt: null, runsSinceUse: 8 });
      const list = await unused(30);
      expect(list).toMatchObject({ runs: 6, totalCount: 5 });
      expect(list.nodes.map(({ recording, isRemovable }) => [recording.path, isRemovable])).toEqual(
        [D, Z, E, B, C].map((path) => [path, true]),
      );
      // A path that is no longer on the default branch is not listed.
      const after = await pushFiles(registry, { repository, ref: MAIN, remove: [E] });
      expect(await unusedPaths(30)).toEqual([D, Z, B, C]);
      const uses = async () => (await sql`select 1 from recording_uses where repository_id = ${id}`).length;
      expect(await uses()).toBe(PATHS.length);
      const pulled = { snapshot: after.snapshot.id, pulled: PATHS.filter((path) => path !== E) };
      await report([A], { run: '9' }, pulled);
      expect(await uses()).toBe(PATHS.length - 1);
    });

    it('folds at its start what a killed process left', async () => {
      const { sql } = registry;
      await report([A], { run: '1' });
      const [{ id } = { id: 0 }] = await sql`select id from repositories where name = ${repository.slice(5)}`;
      await registry.kill();
      await sql`delete from recording_uses where repository_id = ${id}`;
      await sql`update use_reports set is_pending = true where repository_id = ${id}`;
      await registry.restart();
      await expect.poll(() => unusedPaths()).toEqual([B, C, D, Z, E]);
    });
  }
});

/** The id of a snapshot with another seal. */
function tampered(id: string): string {
  const text = Buffer.from(id, 'base64url').toString();
  const last = text.endsWith('0') ? '1' : '0';
  return Buffer.from(text.slice(0, -1) + last).toString('base64url');
}
