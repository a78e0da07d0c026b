import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { statesOf } from '../snapshots/entry-store.js';
import { entriesByCall } from '../snapshots/layered-set.js';
import type { PathDigest } from '../snapshots/plan-changes.js';
import type { Ref } from '../snapshots/ref.js';

/**
 * The paths that a branch changed after a time, and where it now holds something else than a promotion would
 * write, by name.
 * @param changes what the promotion would write: path → digest, or null for a removal
 */
export async function changedSince(
  tx: Database,
  branch: Ref,
  time: Date,
  changes: Map<string, PathDigest>,
): Promise<string[]> {
  const { repositoryId, id: refId } = branch;
  const found = await rows<{ path: string }>(
    tx,
    sql`select distinct e.path from ${entriesByCall(refId)} e
        join snapshots s on s.repository_id = ${repositoryId} and s.ref_id = ${refId}
          and s.version = any(array[e.since, e.until]) and s.created_at > ${time.toISOString()}::timestamptz
        where e.repository_id = ${repositoryId} and e.path = any(${sql.param([...changes.keys()])}::text[])
        order by e.path`,
  );
  const paths = found.map(({ path }) => path);
  if (paths.length === 0) return [];
  const stateOf = await statesOf(tx, repositoryId, refId, null, paths);
  return paths.filter((path) => {
    const { own } = stateOf(path);
    const now = own === null || own === 'removed' ? null : own.digest;
    return now !== changes.get(path);
  });
}
