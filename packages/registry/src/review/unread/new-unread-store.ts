import { sql } from 'drizzle-orm';
import type { ReportedJobs } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import { entriesOf } from '../../store/snapshots/layered-set.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';

/** A run that reported what its tests read. */
export interface ReportedRun {
  run: string;
  workflow: string | null;
  jobs: ReportedJobs;
  hasSelection: boolean;
  isBlind: boolean;
}

/** The newest runs of a ref that reported, the newest first. */
export async function newestRuns(
  db: Database,
  repositoryId: number,
  refId: number,
  limit: number,
): Promise<ReportedRun[]> {
  return rows(
    db,
    sql`select r.run, r.workflow, r.jobs, r.has_selection as "hasSelection", r.is_blind as "isBlind" from use_runs r
        where r.repository_id = ${repositoryId} and r.ref_id = ${refId} order by r.reported_at desc limit ${limit}`,
  );
}

/** Runs of the default branch whose jobs other runs of the same workflow must have. */
const EXPECTED_RUNS = 10;

/** The jobs of the newest counting runs of a workflow. */
export async function expectedJobs(
  db: Database,
  repositoryId: number,
  defaultRefId: number,
  workflow: string | null,
): Promise<string[]> {
  const found = await rows<{ job: string }>(
    db,
    sql`select distinct k.job from (
          select r.jobs, r.counts from use_runs r
          where r.repository_id = ${repositoryId} and r.ref_id = ${defaultRefId}
            and r.workflow is not distinct from ${workflow}::text
          order by r.reported_at desc limit ${EXPECTED_RUNS}) n
        cross join lateral jsonb_object_keys(n.jobs) k (job) where n.counts`,
  );
  return found.map(({ job }) => job);
}

/** What a run read of one pulled snapshot. */
export interface ReadSnapshot {
  /** As its id shows it. */
  snapshot: string;
  recordings: number;
  read: Uint8Array;
}

/** What a run read of all recordings of the snapshots that it pulled. */
export async function readSnapshots(
  db: Database,
  repositoryId: number,
  refId: number,
  run: string,
): Promise<ReadSnapshot[]> {
  return rows(
    db,
    sql`select s.snapshot, s.recordings, s.read from use_reports s where s.repository_id = ${repositoryId}
        and s.ref_id = ${refId} and s.run = ${run} and s.selection = '' order by s.snapshot`,
  );
}

/** The positions of some paths among the recordings of a snapshot, and the number of all. */
export async function positionsOf(
  db: Database,
  snapshot: SnapshotKey,
  paths: string[],
): Promise<{ recordings: number; positions: Map<string, number> }> {
  const entries = entriesOf(snapshot, 'all', sql`e.path`);
  const found = await rows<{ path: string; position: number; recordings: number }>(
    db,
    sql`select n.path, n.position, n.recordings from (
          select u.path, (row_number() over (order by u.path) - 1)::int as position,
            (count(*) over ())::int as recordings from (${entries}) u) n
        where n.path = any(${sql.param(paths)}::text[])`,
  );
  return {
    recordings: found[0]?.recordings ?? 0,
    positions: new Map(found.map(({ path, position }) => [path, position])),
  };
}
