import { sql } from 'drizzle-orm';
import { OPEN } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import { hashCondition } from '../../store/snapshots/hash-condition.js';
import { entriesByCall } from '../../store/snapshots/layered-set.js';
import type { RefKind } from '../../vocabulary/ref-name.js';

/** A ref that has or had a recording with a hash. */
export interface RefWithHash {
  kind: RefKind;
  name: string;
  /** The version that removed it; null when the ref still has it. */
  removedIn: number | null;
}

/** Finds the branches and pull requests with a hash, at most 5; those that still have it first. */
export function findRefsWithHash(db: Database, repositoryId: number, hash: string): Promise<RefWithHash[]> {
  return rows(
    db,
    sql`select r.kind, r.name, nullif(max(e.until), ${OPEN}) as "removedIn"
        from refs r cross join lateral ${entriesByCall(sql`r.id`)} e
        where e.repository_id = r.repository_id and r.version > 0 and ${hashCondition([hash])}
          and r.repository_id = ${repositoryId} and r.kind in ('BRANCH', 'PULL_REQUEST', 'RERUN')
        group by r.kind, r.name order by max(e.until) desc, r.kind, r.name limit 5`,
  );
}
