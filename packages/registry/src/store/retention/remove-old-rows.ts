import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { daysAgo } from './kept-condition.js';
import type { Swept } from './remove-entries.js';

/** Rows of one transaction, and paths of one step. */
const AT_ONCE = 5_000;

/** Removes some of the oldest audit events. A trigger refuses this outside of such a transaction. */
export function removeOldEvents(db: Database, repositoryId: number, days: number): Promise<number> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select set_config('fixture_registry.retention', 'on', true)`);
    const removed = await rows(
      tx,
      sql`delete from audit_events e using (select o.id from audit_events o
            where o.repository_id = ${repositoryId} and o.at < ${daysAgo(days)} order by o.at limit ${AT_ONCE}) o
          where e.repository_id = ${repositoryId} and e.id = o.id returning e.id`,
    );
    return removed.length;
  });
}

export async function countOldEvents(db: Database, repositoryId: number, days: number): Promise<number> {
  const [found] = await rows<{ count: number }>(
    db,
    sql`select count(*)::int as count from audit_events e
        where e.repository_id = ${repositoryId} and e.at < ${daysAgo(days)}`,
  );
  return found?.count ?? 0;
}

/** Removes some of the runs that reported their use at least some days ago. */
export async function removeOldUses(db: Database, repositoryId: number, days: number): Promise<number> {
  const removed = await rows(
    db,
    sql`delete from use_runs u using (select r.id from refs r where r.repository_id = ${repositoryId}) r
        cross join lateral (select o.run from use_runs o where o.repository_id = ${repositoryId} and o.ref_id = r.id
          and o.reported_at < ${daysAgo(days)} order by o.reported_at limit ${AT_ONCE}) o
        where u.repository_id = ${repositoryId} and u.ref_id = r.id and u.run = o.run returning u.run`,
  );
  return removed.length;
}

/** Removes the last uses of paths that no recording has any more, in the order of the paths. */
export async function sweepPaths(db: Database, repositoryId: number, after: string): Promise<Swept> {
  const looked = await rows<{ path: string }>(
    db,
    sql`select u.path from recording_uses u where u.repository_id = ${repositoryId} and u.path > ${after}
        order by u.path limit ${AT_ONCE}`,
  );
  const last = looked.at(-1)?.path;
  if (last === undefined) return { count: 0, bytes: 0, next: null };
  const removed = await rows(
    db,
    sql`delete from recording_uses u where u.repository_id = ${repositoryId} and u.path > ${after} and u.path <= ${last}
        and not exists (select 1 from calls k where k.repository_id = u.repository_id and k.path = u.path)
        returning u.path`,
  );
  return { count: removed.length, bytes: 0, next: looked.length < AT_ONCE ? null : last };
}

/** Removes the acceptances of pull requests that do not exist: one was accepted while it was removed. */
export async function removeLostAcceptances(db: Database, repositoryId: number): Promise<number> {
  const removed = await rows(
    db,
    sql`delete from acceptances a where a.repository_id = ${repositoryId}
        and not exists (select 1 from refs r where r.repository_id = a.repository_id
          and r.kind = 'PULL_REQUEST' and r.name = a.pull_request::text) returning a.path`,
  );
  return removed.length;
}
