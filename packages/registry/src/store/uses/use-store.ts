import { sql } from 'drizzle-orm';
import type { ReportedJobs } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import { statement } from '../../database/statements/statement.js';
import type { Ref } from '../snapshots/ref.js';
import type { PreparedUse } from './prepare-use.js';
import { defaultRef } from './use-day-store.js';

/** What is stored of a run, and what its workflow usually reports. */
export interface StoredRun {
  /** Null for the first report of the run. */
  jobs: ReportedJobs | null;
  hasSelection: boolean | null;
  isBlind: boolean | null;
  hasReads: boolean | null;
  counts: boolean | null;
  /** The bitmap of the run and the reported snapshot; null when there is none. */
  read: Uint8Array | null;
  /** The jobs of the counting runs among the newest runs of the workflow on the default branch. */
  expectedJobs: string[];
}

type RunKey = { repositoryId: number; refId: number; run: string };

const p = (name: string) => sql.placeholder(name);

// Of the newest runs, counting or not: a job that was removed from the workflow stops being expected after ten.
const EXPECTED_JOBS = sql`(select coalesce(json_agg(distinct k.job), '[]') from (
    select w.jobs, w.counts from (
      select r.run, r.workflow, r.jobs, r.counts, r.reported_at from use_runs r
      where r.repository_id = ${p('repositoryId')}::bigint and r.ref_id = ${defaultRef(p('repositoryId'))}
      order by r.reported_at desc limit 200) w
    where w.workflow is not distinct from ${p('workflow')}::text and w.run <> ${p('run')}::text
    order by w.reported_at desc limit 10) n
  cross join lateral jsonb_object_keys(n.jobs) k (job) where n.counts)`;

const storedRun = statement<RunKey & { workflow: string | null; snapshot: string }, StoredRun>(sql`
  select r.jobs, r.has_selection as "hasSelection", r.is_blind as "isBlind",
    r.has_reads as "hasReads", r.counts, s.read,
    ${EXPECTED_JOBS} as "expectedJobs"
  from (select 1) one
  left join use_runs r on r.repository_id = ${p('repositoryId')}::bigint and r.ref_id = ${p('refId')}::bigint
    and r.run = ${p('run')}::text
  left join use_reports s on s.repository_id = r.repository_id and s.ref_id = r.ref_id and s.run = r.run
    and s.snapshot = ${p('snapshot')}::text and s.selection = ''`);

/** Reads what is stored of the run of a report. */
export async function readRun(
  tx: Database,
  { repositoryId, id: refId }: Ref,
  { run, workflow, snapshot }: PreparedUse,
): Promise<StoredRun> {
  const [found] = await storedRun(tx, { repositoryId, refId, run, workflow, snapshot });
  if (!found) throw new Error('a query without a condition returned no row');
  return found;
}

/**
 * Stores a run with the bitmap of one of its snapshots, which stays as it is without `read`. The bitmaps are to
 * be folded again; when the run begins to count, those of its other snapshots as well.
 */
export async function writeRun(
  tx: Database,
  { repositoryId, id: refId }: Ref,
  { run, workflow, snapshot, recordings }: PreparedUse,
  state: Pick<StoredRun, 'read'> & {
    jobs: ReportedJobs;
    hasSelection: boolean;
    isBlind: boolean;
    hasReads: boolean;
    counts: boolean;
    beginsToCount: boolean;
  },
): Promise<void> {
  const { jobs, hasSelection, isBlind, hasReads, counts, beginsToCount, read } = state;
  const bits = read === null ? null : Buffer.from(read).toString('base64');
  await tx.execute(sql`
    with run as (
      insert into use_runs (repository_id, ref_id, run, workflow, jobs, has_selection, is_blind, has_reads, counts)
      values (${repositoryId}, ${refId}, ${run}, ${workflow}::text, ${JSON.stringify(jobs)}::text::jsonb,
        ${hasSelection}, ${isBlind}, ${hasReads}, ${counts})
      on conflict (repository_id, ref_id, run) do update set workflow = excluded.workflow, jobs = excluded.jobs,
        has_selection = excluded.has_selection, is_blind = excluded.is_blind,
        has_reads = excluded.has_reads, counts = excluded.counts,
        reported_at = now()),
    again as (
      update use_reports set is_pending = true where ${beginsToCount} and repository_id = ${repositoryId}
        and ref_id = ${refId} and run = ${run} and snapshot <> ${snapshot} and not is_pending)
    insert into use_reports (repository_id, ref_id, run, snapshot, recordings, read)
    select ${repositoryId}::bigint, ${refId}::bigint, ${run}::text, ${snapshot}::text, ${recordings}::int,
      decode(${bits}::text, 'base64')
    where ${bits}::text is not null
    on conflict (repository_id, ref_id, run, snapshot, selection)
      do update set read = excluded.read, is_pending = true`);
}

/** The number of runs of a ref that count. */
export async function countRuns(db: Database, { repositoryId, id }: Ref): Promise<number> {
  const [found] = await rows<{ count: number }>(
    db,
    sql`select count(*)::int as count from use_runs
        where repository_id = ${repositoryId} and ref_id = ${id} and counts`,
  );
  return found?.count ?? 0;
}
