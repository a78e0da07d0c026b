import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { entriesOf } from '../snapshots/layered-set.js';
import type { SnapshotKey } from '../snapshots/snapshot-key.js';
import { DAY_SINCE, runsFromDays } from './use-day-store.js';

/** The last use of a path by runs of the default branch. */
export interface PathUse {
  /** In milliseconds since 1970; null when no run has read it. */
  lastUsedAt: number | null;
  /** The counting runs of later days; for a path that was never read, since a counting run first pulled it. */
  runsSince: number;
}

const MILLISECONDS = (moment: string) =>
  sql`nullif(floor(extract(epoch from ${sql.raw(moment)}) * 1000)::float8, 0)`;

/** The uses of several paths of a repository, by path. Those that no run has pulled are left out. */
export async function usesOf(
  db: Database,
  repositoryId: number,
  paths: readonly string[],
): Promise<Map<string, PathUse>> {
  const found = await rows<PathUse & { path: string }>(
    db,
    sql`with wanted as (
          select u.path, u.last_used_at, ${DAY_SINCE} as day
          from unnest(${sql.param(paths)}::text[]) w (path)
          cross join lateral (select * from recording_uses u
            where u.repository_id = ${repositoryId} and u.path = w.path offset 0) u)
        select u.path, ${MILLISECONDS('u.last_used_at')} as "lastUsedAt", s.runs as "runsSince"
        from wanted u join (${runsFromDays(repositoryId, sql`wanted`)}) s on s.day = u.day`,
  );
  return new Map(found.map(({ path, ...use }) => [path, use]));
}

/** When a run of the default branch last read a recording of each of several tests, by test id. */
export async function lastUsesOfTests(
  db: Database,
  snapshot: SnapshotKey,
  testIds: readonly string[],
): Promise<Map<string, number>> {
  const columns = sql`e.repository_id, e.path, e.test_id`;
  const entries = entriesOf(snapshot, 'few', columns, sql`e.test_id = any(${sql.param(testIds)}::text[])`);
  const found = await rows<{ testId: string; lastUsedAt: number | null }>(
    db,
    sql`select a.test_id as "testId", ${MILLISECONDS('max(u.last_used_at)')} as "lastUsedAt"
        from (${entries}) a
        cross join lateral (select * from recording_uses u
          where u.repository_id = a.repository_id and u.path = a.path offset 0) u
        group by a.test_id`,
  );
  return new Map(
    found.flatMap(({ testId, lastUsedAt }) => (lastUsedAt === null ? [] : [[testId, lastUsedAt]])),
  );
}
