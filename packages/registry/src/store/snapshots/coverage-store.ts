import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { TestCount } from './coverage.js';
import type { TestModel } from './coverage-groups.js';
import { modelsOfCassette } from './exchange-condition.js';
import { entriesOf } from './layered-set.js';
import type { SnapshotKey } from './snapshot-key.js';

/** The tests of a snapshot with the numbers of their recordings, ordered by id; reads all entries. */
export async function countByTest(
  db: Database,
  snapshot: SnapshotKey,
): Promise<{ tests: TestCount[]; withoutTest: number }> {
  const entries = entriesOf(snapshot, 'all', sql`e.test_id`);
  const found = await rows<{ testId: string | null; recordings: number }>(
    db,
    sql`select u.test_id as "testId", count(*)::int as recordings from (${entries}) u
        group by u.test_id order by u.test_id`,
  );
  const hasTest = (row: (typeof found)[number]): row is TestCount => row.testId !== null;
  return {
    tests: found.filter(hasTest),
    withoutTest: found.find((row) => !hasTest(row))?.recordings ?? 0,
  };
}

/**
 * The numbers of recordings by test and model; a cassette counts once for each of its models. Reads all
 * entries.
 */
export async function countByTestAndModel(db: Database, snapshot: SnapshotKey): Promise<TestModel[]> {
  const columns = sql`e.repository_id, e.digest, e.test_id, e.model`;
  const entries = entriesOf(snapshot, 'all', columns, sql`e.test_id is not null`);
  return rows(
    db,
    sql`select e.test_id as "testId", coalesce(e.model, x.model) as model, count(*)::int as recordings
        from (${entries}) e ${modelsOfCassette(snapshot.repositoryId)} group by 1, 2 order by 1, 2`,
  );
}
