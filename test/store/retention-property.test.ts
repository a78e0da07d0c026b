import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type Connection, connect } from '../../packages/registry/dist/database/connect.js';
import { databaseBlocks } from '../../packages/registry/dist/store/blocks/database-blocks.js';
import { runRound } from '../../packages/registry/dist/store/retention/round.js';
import { pullFiles } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { History, type Step, someSteps } from './retention-model.js';

/** Random histories; more by hand, with HISTORIES=100. */
const RUNS = Number(process.env['HISTORIES'] ?? 5);

let registry: TestRegistry;
let connection: Connection;
let histories = 0;
beforeAll(async () => {
  registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  connection = await connect({ url: registry.databaseUrl ?? '' }, () => {});
});
afterAll(async () => {
  await connection.close();
  await registry[Symbol.asyncDispose]();
});

/** A round as `serve` does it, with the daily sweep. */
async function round(): Promise<boolean> {
  const done = await runRound(
    { db: connection.db, blocks: databaseBlocks },
    {
      holder: randomUUID(),
      limits: { seconds: 30, bytes: 1 << 26, pause: 0, lockTimeout: 5_000 },
      ...{ isForced: true, repacks: true, interval: 0, stopping: null },
    },
  );
  expect(done?.failures).toEqual([]);
  return done?.isLeft ?? true;
}

async function checkReachable(history: History): Promise<void> {
  for (const { at, files } of history.reachable()) {
    const pulled = await pullFiles(registry, history.repository, { at: at ?? {} });
    expect(pulled, JSON.stringify(at)).toEqual(files);
  }
  const wanted = [...new Set(history.accepted())];
  const [stored] = await registry.sql`select count(*)::int as count from contents c
    where c.repository_id = (select id from repositories where owner || '/' || name = ${history.repository})
    and encode(c.digest, 'hex') = any(${wanted})`;
  expect(stored?.['count']).toBe(wanted.length);
}

/** What is stored of a repository, and how much of it nothing reaches. */
async function storedOf(repository: string) {
  const [found] = await registry.sql`
    with h as (select id from repositories where owner || '/' || name = ${repository})
    select (select array_agg(distinct kind) from refs where repository_id = h.id) as kinds,
      (select count(*) from removed_versions where repository_id = h.id)::int as waiting,
      (select count(*) from acceptances where repository_id = h.id)::int as acceptances,
      (select count(*) from entries e where e.repository_id = h.id and not exists (select 1 from snapshots s
        where s.repository_id = h.id and s.ref_id = e.ref_id and s.version >= e.since and s.version < e.until))::int
        as entries,
      (select count(*) from calls k where k.repository_id = h.id and not exists (select 1 from entries e
        where e.repository_id = h.id and e.call_id = k.id))::int as calls,
      (select count(*) from contents c where c.repository_id = h.id and not exists (select 1 from entries e
        where e.repository_id = h.id and e.digest = c.digest))::int as contents,
      (select coalesce(sum(raw_size), 0) from blocks where repository_id = h.id)::int
        - (select coalesce(sum(size), 0) from contents where repository_id = h.id)::int as bytes
    from h`;
  return found;
}

async function versionsOf(repository: string, branch: string): Promise<number[]> {
  const found = await registry.sql`select s.version from snapshots s
    join refs r on r.repository_id = s.repository_id and r.id = s.ref_id
    where r.kind = 'BRANCH' and r.name = ${branch} and s.repository_id = (select id from repositories
      where owner || '/' || name = ${repository}) order by 1`;
  return found.map(({ version }) => Number(version));
}

async function run(steps: Step[]): Promise<void> {
  const history = new History(registry, `acme/history-${++histories}`);
  await history.begin();
  for (const step of steps) {
    if (step.do === 'round') {
      await round();
      await checkReachable(history);
    } else await history.apply(step);
  }
  await round();
  await checkReachable(history);

  // Later, when all pull requests are closed, only heads and what lies below them is left.
  await history.closeAll();
  for (let days = 0; days < 4; days++) {
    await history.age(12);
    await round();
  }
  await checkReachable(history);
  expect(await storedOf(history.repository)).toEqual({
    ...{ kinds: ['BRANCH'], waiting: 0, acceptances: 0, entries: 0, calls: 0, contents: 0, bytes: 0 },
  });
  const [head = 0, ...older] = (await versionsOf(history.repository, 'main')).reverse();
  expect(head).toBe(history.branches.get('main')?.states.at(-1)?.version);
  // The version before the head, and the base of each of the two versions of the other branch.
  expect(older.length).toBeLessThanOrEqual(history.branches.has('release') ? 3 : 1);
  expect((await versionsOf(history.repository, 'release')).length).toBeLessThanOrEqual(2);
}

it('keeps what anything reaches, byte for byte, and removes the rest', {
  timeout: 30_000 * RUNS,
}, async () => {
  await fc.assert(fc.asyncProperty(someSteps, run), {
    numRuns: RUNS,
    interruptAfterTimeLimit: 15_000 * Math.max(1, RUNS / 5),
  });
});
