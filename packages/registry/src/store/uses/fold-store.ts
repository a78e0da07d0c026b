import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { entriesOf } from '../snapshots/layered-set.js';
import type { SnapshotKey } from '../snapshots/snapshot-key.js';
import { dayOf } from './use-day-store.js';

/** A bitmap that `recording_uses` lacks. */
export interface PendingReport {
  repositoryId: number;
  refId: number;
  run: string;
  snapshot: string;
  recordings: number;
  read: Uint8Array;
  counts: boolean;
  /** When the run last reported, as Postgres prints it, in full precision. */
  reportedAt: string;
  isDefaultBranch: boolean;
}

/** The repositories with pending reports. */
export async function repositoriesToFold(db: Database): Promise<number[]> {
  const found = await rows<{ id: number }>(
    db,
    sql`select distinct repository_id::int as id from use_reports where is_pending`,
  );
  return found.map(({ id }) => id);
}

/** The oldest pending report of a repository; null when there is none. */
export async function nextPending(db: Database, repositoryId: number): Promise<PendingReport | null> {
  const [found] = await rows<PendingReport>(
    db,
    sql`select s.repository_id::int as "repositoryId", s.ref_id::int as "refId", s.run, s.snapshot, s.recordings,
          s.read, r.counts, r.reported_at::text as "reportedAt",
          f.kind = 'BRANCH' and f.name = h.default_branch as "isDefaultBranch"
        from use_reports s
        join use_runs r on r.repository_id = s.repository_id and r.ref_id = s.ref_id and r.run = s.run
        join refs f on f.repository_id = s.repository_id and f.id = s.ref_id
        join repositories h on h.id = s.repository_id
        where s.repository_id = ${repositoryId} and s.is_pending order by r.reported_at limit 1`,
  );
  return found ?? null;
}

/** What a statement has folded. */
export interface FoldedSlice {
  /** The path of the last recording; null when there is none. */
  last: string | null;
  /** Paths between these recordings that have a use and are not in the snapshot: some that were removed. */
  absent: string[];
}

/** Absent paths of one statement; the next run finds the others. */
const MOST_ABSENT = 10_000;

/**
 * Folds the bits of some recordings into `recording_uses`: those after a path, in the order of paths. Writes
 * only rows that change, in the order of their paths, so that two processes never wait for each other.
 * @param bits the bitmap from the first of these recordings on
 * @param isLast whether no recordings follow
 */
export async function foldSlice(
  db: Database,
  snapshot: SnapshotKey,
  { after, limit, isLast }: { after: string | null; limit: number; isLast: boolean },
  { bits, counts, reportedAt }: { bits: Uint8Array } & Pick<PendingReport, 'counts' | 'reportedAt'>,
): Promise<FoldedSlice> {
  const { repositoryId } = snapshot;
  const entries = entriesOf(
    snapshot,
    'page',
    sql`e.path`,
    after === null ? sql`true` : sql`e.path > ${after}`,
  );
  // Whole milliseconds, so that a cursor names the moment exactly.
  const at = sql`date_trunc('milliseconds', ${reportedAt}::timestamptz)`;
  const absent = [sql`u.repository_id = ${repositoryId}`, sql`${counts}`];
  if (after !== null) absent.push(sql`u.path > ${after}`);
  if (!isLast) absent.push(sql`u.path <= (select max(path) from pulled)`);
  const [found] = await rows<FoldedSlice>(
    db,
    sql`with pulled as materialized (
          select u.path, row_number() over (order by u.path) - 1 as position
          from (select * from (${entries}) a order by a.path limit ${limit}) u),
        bits as (select decode(${Buffer.from(bits).toString('base64')}, 'base64') as read),
        marked as (select n.path, get_bit(b.read, n.position) = 1 as "isRead" from pulled n, bits b),
        written as (
          insert into recording_uses (repository_id, path, last_used_at, first_pulled_at)
          select ${repositoryId}::bigint, m.path, case when m."isRead" then ${at} else 'epoch' end, ${at}
          from marked m left join recording_uses u on u.repository_id = ${repositoryId} and u.path = m.path
          where case when u.path is null then ${counts} or m."isRead"
            else m."isRead" and u.last_used_at < ${dayOf(at)} end
          order by m.path
          on conflict (repository_id, path) do update
            set last_used_at = greatest(recording_uses.last_used_at, excluded.last_used_at))
        select max(path) as last, (select coalesce(json_agg(a.path), '[]') from (
            select u.path from recording_uses u where ${sql.join(absent, sql` and `)}
              and not exists (select 1 from pulled n where n.path = u.path) limit ${MOST_ABSENT}) a) as absent
        from pulled`,
  );
  return found ?? { last: null, absent: [] };
}

/** Removes the uses of those paths that a state of the default branch does not have. */
export async function removeAbsent(db: Database, head: SnapshotKey, paths: string[]): Promise<void> {
  if (paths.length === 0) return;
  const entry = entriesOf(head, 'few', sql`1`, sql`e.path = u.path`);
  await db.execute(sql`
    delete from recording_uses where repository_id = ${head.repositoryId} and path in (
      select u.path from recording_uses u where u.repository_id = ${head.repositoryId}
        and u.path = any(${sql.param(paths)}::text[])
        and not exists (select 1 from (${entry}) h offset 0) order by u.path for update)`);
}

/** Marks a report as folded, unless its run has reported again since it was read. */
export async function markFolded(
  db: Database,
  { repositoryId, refId, run, snapshot, reportedAt }: PendingReport,
): Promise<void> {
  await db.execute(sql`
    update use_reports s set is_pending = false from use_runs r
    where s.repository_id = ${repositoryId} and s.ref_id = ${refId} and s.run = ${run} and s.snapshot = ${snapshot}
      and r.repository_id = s.repository_id and r.ref_id = s.ref_id and r.run = s.run
      and r.reported_at = ${reportedAt}::timestamptz`);
}

/** The report of a pull request needs the bitmaps of its newest runs; older folded ones are removed. */
const KEPT_BITMAPS = 3;

/** Removes folded bitmaps of all but the newest runs of a ref, and runs older than 400 days. */
export async function removeOldReports(db: Database, repositoryId: number, refId: number): Promise<void> {
  await db.execute(sql`
    delete from use_reports s where s.repository_id = ${repositoryId} and s.ref_id = ${refId} and not s.is_pending
      and s.run not in (select r.run from use_runs r where r.repository_id = ${repositoryId}
        and r.ref_id = ${refId} order by r.reported_at desc limit ${KEPT_BITMAPS})`);
  await db.execute(sql`
    delete from use_runs where repository_id = ${repositoryId} and ref_id = ${refId}
      and reported_at < now() - interval '400 days'`);
}
