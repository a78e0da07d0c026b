import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { Layer, SnapshotKey } from './snapshot-key.js';

/** A path that a version of a ref changed. */
export interface ChangedPath extends Layer {
  path: string;
}

/**
 * The newest change of each of some tests in a snapshot, by test id: a recording was added, replaced or removed. Of
 * several paths in one version, it is the first. Looks up one entry of each layer for each path that the test ever had.
 */
export async function newestChanges(
  db: Database,
  { repositoryId, layers }: SnapshotKey,
  testIds: readonly string[],
): Promise<Map<string, ChangedPath>> {
  const found = await rows<ChangedPath & { testId: string }>(
    db,
    sql`select distinct on (k.test_id) k.test_id as "testId", k.path, l.ref_id::int as "refId", n.version
        from unnest(${sql.param(layers.map(({ refId }) => refId))}::bigint[],
          ${sql.param(layers.map(({ version }) => version))}::int[]) with ordinality as l (ref_id, version, depth)
        cross join (select k.id, k.path, k.test_id from calls k
          where k.repository_id = ${repositoryId} and k.test_id = any(${sql.param(testIds)}::text[])) k
        cross join lateral (
          select case when n.until <= l.version then n.until else n.since end as version from entries n
          where n.repository_id = ${repositoryId} and n.ref_id = l.ref_id and n.call_id = k.id and n.since <= l.version
          order by n.since desc limit 1) n
        cross join lateral (select s.created_at from snapshots s where s.repository_id = ${repositoryId}
          and s.ref_id = l.ref_id and s.version = n.version offset 0) s
        order by k.test_id, s.created_at desc, l.depth, n.version desc, k.path`,
  );
  return new Map(found.map(({ testId, ...change }) => [testId, change]));
}
