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
  const entry = entriesOf(snapshot, 'few', sql`e.test_id`, sql`e.path = u.path and e.test_id >= ${from}`);
  const found = await rows<{ testId: string }>(
    db,
    sql`select distinct e.test_id as "testId" from recording_uses u
        cross join lateral (select * from (${entry}) a offset 0) e
        where u.repository_id = ${snapshot.repositoryId} and u.last_used_at = 'epoch'
        order by 1 limit ${limit}`,
  );
  return found.map(({ testId }) => testId);
}
