import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { entriesOf } from '../../store/snapshots/layered-set.js';
import type { Ref } from '../../store/snapshots/ref.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';

/** Runs of the default branch whose jobs other runs of the same workflow must have. */
const EXPECTED_RUNS = 10;

/** The jobs of the newest counting runs of a workflow on the default branch. */
export async function expectedJobs(
  db: Database,
  { repositoryId, id }: Ref,
  workflow: string | null,
): Promise<string[]> {
  const found = await rows<{ job: string }>(
    db,
    sql`select distinct k.job from (
          select r.jobs, r.counts from use_runs r
          where r.repository_id = ${repositoryId} and r.ref_id = ${id}
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
