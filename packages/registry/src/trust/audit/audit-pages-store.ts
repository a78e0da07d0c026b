import { type SQL, sql } from 'drizzle-orm';
import type { AuditOutcome } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import type { AuditAction } from './audit-event.js';

/** Which events are wanted; what is null does not matter. */
export interface AuditFilter {
  repositoryId: number | null;
  action: string | null;
  outcome: AuditOutcome | null;
  /** Exactly the identity, or the person behind a workflow. */
  who: string | null;
  since: Date | null;
  /** Before this moment. */
  until: Date | null;
}

/** One event, as it is read. */
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
  /** `owner/name`; null where it belongs to none. */
  repository: string | null;
}

/** Events from the newest to the oldest; their ids are the cursors. */
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

function condition({ repositoryId, action, outcome, who, since, until }: AuditFilter): SQL {
  const holds = [sql`true`];
  if (repositoryId !== null) holds.push(sql`e.repository_id = ${repositoryId}`);
  if (action !== null) holds.push(sql`e.action = ${action}`);
  if (outcome !== null) holds.push(sql`e.outcome = ${outcome}`);
  if (who !== null) holds.push(sql`(e.who = ${who} or e.actor = ${who})`);
  if (since !== null) holds.push(sql`e.at >= to_timestamp(${since.getTime() / 1_000}::float8)`);
  if (until !== null) holds.push(sql`e.at < to_timestamp(${until.getTime() / 1_000}::float8)`);
  return sql.join(holds, sql` and `);
}
