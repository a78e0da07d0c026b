import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { DefaultBranchStart } from '../../vocabulary/default-branch-run.js';
import type { Layer } from './snapshot-key.js';

/** The run of the default branch that pushed a snapshot of a pull request. */
export interface RecordingRun {
  start: DefaultBranchStart;
  /** `owner/name/actions/runs/ID/attempts/N`; null when the audit log does not have it any more. */
  run: string | null;
}

/**
 * The run of the default branch that pushed this version; null when the pull request's own run, a run on the
 * branch or a token did. A push writes its snapshot and its audit event in one transaction, so both have the
 * same time.
 */
export async function findRecordingRun(
  db: Database,
  repositoryId: number,
  { refId, version }: Layer,
): Promise<RecordingRun | null> {
  const [found] = await rows<RecordingRun>(
    db,
    sql`select s.origin as start,
          (select a.run from audit_events a where a.repository_id = s.repository_id and a.at = s.created_at
            and a.action = 'push' and a.outcome = 'DONE' and a.target = 'refs/pull/' || r.name
            order by a.id desc limit 1) as run
        from snapshots s join refs r on r.repository_id = s.repository_id and r.id = s.ref_id
        where s.repository_id = ${repositoryId} and s.ref_id = ${refId} and s.version = ${version}
          and s.origin in ('DISPATCH', 'SCHEDULE')`,
  );
  return found ?? null;
}
