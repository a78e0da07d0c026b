import { sql } from 'drizzle-orm';
import type { ReportedJobs } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import type { Ref } from '../snapshots/ref.js';
import { judgeRun, type UseReason } from './judge-run.js';

/** A run that reported which recordings its tests read. */
export interface UseRun {
  run: string;
  workflow: string | null;
  jobs: ReportedJobs;
  /** When its first and its last job reported. In milliseconds since 1970. */
  startedAt: number;
  reportedAt: number;
  /** Why it does not count; null when it does. */
  reason: UseReason | null;
}

/** The newest runs of a ref, newest first. */
export async function newestRuns(
  db: Database,
  ref: Ref,
  isDefaultBranch: boolean,
  limit: number,
): Promise<UseRun[]> {
  type Row = Omit<UseRun, 'reason'> & {
    hasSelection: boolean;
    isBlind: boolean;
    hasReads: boolean;
    counts: boolean;
  };
  const found = await rows<Row>(
    db,
    sql`select r.run, r.workflow, r.jobs, r.has_selection as "hasSelection", r.is_blind as "isBlind",
          r.has_reads as "hasReads", r.counts,
          floor(extract(epoch from r.started_at) * 1000)::float8 as "startedAt",
          floor(extract(epoch from r.reported_at) * 1000)::float8 as "reportedAt"
        from use_runs r where r.repository_id = ${ref.repositoryId} and r.ref_id = ${ref.id}
        order by r.reported_at desc, r.run limit ${limit}`,
  );
  return found.map(({ hasSelection, isBlind, hasReads, counts, ...run }) => {
    // The jobs that were expected at the last report are not stored. Only a missing one remains as the reason.
    const facts = { jobs: run.jobs, hasSelection, isBlind, hasReads, isDefaultBranch, expectedJobs: [] };
    return { ...run, reason: counts ? null : (judgeRun(facts) ?? 'INCOMPLETE') };
  });
}
