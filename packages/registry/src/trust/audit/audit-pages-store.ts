import { type SQL, sql } from 'drizzle-orm';
import type { AuditOutcome } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import type { AuditAction } from './audit-event.js';
import { reportsVersion } from './version-event-condition.js';

/** A filter for events; null fields match all. */
export interface AuditFilter {
  repositoryId: number | null;
  action: string | null;
  outcome: AuditOutcome | null;
  /** The exact `who`, or the actor of a workflow. */
  who: string | null;
  /** Only pushes and promotions that changed this path; needs a repository. */
  path: string | null;
  /** Inclusive. */
  since: Date | null;
  /** Exclusive. */
  until: Date | null;
}

/** One event of the log. */
export interface AuditRow {
  id: number;
  at: Date;
  who: string;
  actor: string | null;
  run: string | null;
  action: AuditAction;
  target: string | null;
  outcome: AuditOutcome;
  detail: string | null;
  address: string | null;
  requestId: string | null;
  /** `owner/name`; null for an event without a repository. */
  repository: string | null;
}

/** A page of events, newest first, or oldest first with `fromEnd`. The cursors are event ids. */
export async function auditPage(
  db: Database,
  filter: AuditFilter,
  page: { after: string | null; before: string | null; limit: number; fromEnd: boolean },
): Promise<AuditRow[]> {
  const found = await rows<Omit<AuditRow, 'at'> & { at: number }>(
    db,
    sql`select e.id::float8 as id, (extract(epoch from e.at) * 1000)::float8 as at, e.who, e.actor, e.run, e.action,
          e.target, e.outcome, e.detail, e.address, e.request_id as "requestId", r.owner || '/' || r.name as repository
        from audit_events e left join repositories r on r.id = e.repository_id
        where ${condition(filter)}
          and (${page.after}::bigint is null or e.id < ${page.after}::bigint)
          and (${page.before}::bigint is null or e.id > ${page.before}::bigint)
        order by e.id ${page.fromEnd ? sql`asc` : sql`desc`} limit ${page.limit}`,
  );
  return found.map((row) => ({ ...row, at: new Date(row.at) }));
}

export async function countAudit(db: Database, filter: AuditFilter): Promise<number> {
  const [counted] = await rows<{ count: number }>(
    db,
    sql`select count(*)::int as count from audit_events e where ${condition(filter)}`,
  );
  return counted?.count ?? 0;
}

function condition({ repositoryId, action, outcome, who, path, since, until }: AuditFilter): SQL {
  const conditions = [sql`true`];
  if (repositoryId !== null) conditions.push(sql`e.repository_id = ${repositoryId}`);
  if (action !== null) conditions.push(sql`e.action = ${action}`);
  if (outcome !== null) conditions.push(sql`e.outcome = ${outcome}`);
  if (who !== null) conditions.push(sql`(e.who = ${who} or e.actor = ${who})`);
  if (path !== null && repositoryId !== null) conditions.push(changedPath(repositoryId, path));
  if (since !== null) conditions.push(sql`e.at >= to_timestamp(${since.getTime() / 1_000}::float8)`);
  if (until !== null) conditions.push(sql`e.at < to_timestamp(${until.getTime() / 1_000}::float8)`);
  return sql.join(conditions, sql` and `);
}

/**
 * The condition that an event `e` reports a version that begins or ends an entry at a path. A version and its event
 * have the same time, because they are written in one transaction. The arrays keep the planner from reading the whole
 * log in the order of the page.
 */
function changedPath(repositoryId: number, path: string): SQL {
  const times = sql`select s.created_at from (select k.id from calls k
      where k.repository_id = ${repositoryId} and k.path = ${path}) k
    cross join (select r.id from refs r where r.repository_id = ${repositoryId}) r
    cross join lateral (select n.since, n.until from entries n
      where n.repository_id = ${repositoryId} and n.ref_id = r.id and n.call_id = k.id offset 0) n
    cross join lateral (values (n.since), (n.until)) as v (version)
    cross join lateral (select s.created_at from snapshots s
      where s.repository_id = ${repositoryId} and s.ref_id = r.id and s.version = v.version offset 0) s`;
  return sql`e.id = any(array(select a.id from audit_events a where a.repository_id = ${repositoryId}
    and a.at = any(array(${times})) and ${reportsVersion(sql`a`)}))`;
}
