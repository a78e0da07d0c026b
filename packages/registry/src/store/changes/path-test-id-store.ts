import { sql } from 'drizzle-orm';
import { OPEN } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import { entriesByCall } from '../snapshots/layered-set.js';

/** A recording of a ref whose content names no test. */
export interface PathNamedEntry {
  path: string;
  digest: string;
  /** The test id that its path said when it was pushed; null for formats that name a test or none. */
  testId: string | null;
}

/** The recordings in a ref's own layer whose contents name no test. */
export function pathNamedEntries(
  tx: Database,
  repositoryId: number,
  refId: number,
): Promise<PathNamedEntry[]> {
  return rows(
    tx,
    sql`select e.path, encode(e.digest, 'hex') as digest, e.test_id as "testId" from ${entriesByCall(refId)} e
        join readings r on r.repository_id = e.repository_id and r.digest = e.digest
        where e.repository_id = ${repositoryId} and e.until = ${OPEN} and r.test_id is null`,
  );
}
