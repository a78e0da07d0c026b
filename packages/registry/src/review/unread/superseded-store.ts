import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { entriesOf } from '../../store/snapshots/layered-set.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';

/**
 * The tests of a snapshot with a recording that runs pulled and never read, ordered by id.
 * @param from the first test that may be among them
 */
export async function testsWithUnread(
  db: Database,
  snapshot: SnapshotKey,
  from: string,
  limit: number,
): Promise<string[]> {
  const unread = sql`e.test_id >= ${from} and e.path in (select u.path from recording_uses u
    where u.repository_id = ${snapshot.repositoryId} and u.last_used_at = 'epoch')`;
  const entries = entriesOf(snapshot, 'few', sql`e.test_id`, unread);
  const found = await rows<{ testId: string }>(
    db,
    sql`select distinct t.test_id as "testId" from (${entries}) t order by 1 limit ${limit}`,
  );
  return found.map(({ testId }) => testId);
}

/** What is known of the use of a path. */
export interface PathUse {
  path: string;
  /** When a run last read it, in milliseconds since 1970; null if none ever did. */
  lastUsedAt: number | null;
  /** How many runs count since then, or since the first one that pulled it. */
  runsSince: number;
}

/** The uses of paths by runs of the default branch, by path; paths that no run pulled are missing. */
export async function usesOfPaths(
  db: Database,
  repositoryId: number,
  defaultRefId: number,
  paths: string[],
): Promise<Map<string, PathUse>> {
  if (paths.length === 0) return new Map();
  const found = await rows<PathUse>(
    db,
    sql`with counting as materialized (
          select r.reported_at as at from use_runs r
          where r.repository_id = ${repositoryId} and r.ref_id = ${defaultRefId} and r.counts)
        select u.path,
          case when u.last_used_at > 'epoch' then floor(extract(epoch from u.last_used_at) * 1000)::float8 end
            as "lastUsedAt",
          (select count(*)::int from counting c where c.at >= u.first_pulled_at and c.at > u.last_used_at)
            as "runsSince"
        from recording_uses u
        where u.repository_id = ${repositoryId} and u.path = any(${sql.param(paths)}::text[])`,
  );
  return new Map(found.map((use) => [use.path, use]));
}

/** How many runs of the default branch count. */
export async function countCountingRuns(
  db: Database,
  repositoryId: number,
  defaultRefId: number,
): Promise<number> {
  const [found] = await rows<{ count: number }>(
    db,
    sql`select count(*)::int as count from use_runs
        where repository_id = ${repositoryId} and ref_id = ${defaultRefId} and counts`,
  );
  return found?.count ?? 0;
}
