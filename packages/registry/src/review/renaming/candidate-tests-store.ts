import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { hashCondition } from '../../store/snapshots/hash-condition.js';

/** Maximum number of candidates of one recording. Each is one hash of the whole request. */
const MAXIMUM_CANDIDATES = 50;

/**
 * Test ids that a recording may have had before it was edited: of recordings that have or had the hash, then
 * of tests with the same name and parameters in another file, and with other parameters or another name in
 * the same file.
 *
 * @param testId the test id in the recording; null when it has none
 */
export async function candidateTests(
  db: Database,
  repositoryId: number,
  { hash, testId }: { hash: string | null; testId: string | null },
): Promise<string[]> {
  const [file = '', ...names] = testId?.split('::') ?? [];
  const name = names.join('::');
  const withHash = hash === null ? sql`false` : hashCondition([hash]);
  // The limit is applied to tests, of which a repository has thousands, read from one index.
  const similar =
    name === ''
      ? sql`select null::text as test_id, 1 as rank where false`
      : sql`select test_id, case when substring(test_id from '::(.*)$') = ${name} then 1 else 2 end as rank
          from (select distinct e.test_id from calls e where e.repository_id = ${repositoryId}
            and e.test_id is not null) known
          where test_id <> ${testId} and (substring(test_id from '::(.*)$') = ${name}
            or split_part(test_id, '::', 1) = ${file})`;
  const found = await rows<{ testId: string }>(
    db,
    sql`select test_id as "testId" from (
          (select e.test_id, 0 as rank from calls e
            where e.repository_id = ${repositoryId} and e.test_id is not null and ${withHash} limit ${MAXIMUM_CANDIDATES})
          union all (${similar})) c
        group by test_id order by min(rank), test_id limit ${MAXIMUM_CANDIDATES}`,
  );
  return found.map((row) => row.testId);
}
