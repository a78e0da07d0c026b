import { sql } from 'drizzle-orm';
import type { SnapshotOrigin } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import { reportsVersion } from '../../trust/audit/version-event-condition.js';
import type { RefKind } from '../../vocabulary/ref-name.js';
import type { Layer } from './snapshot-key.js';

/** A version of a ref, with what the registry recorded of the push or promotion that made it. */
export interface PushedVersion extends Layer {
  repositoryId: number;
  refKind: RefKind;
  refName: string;
  commit: string | null;
  origin: SnapshotOrigin;
  /** For a promotion: the merged pull request. */
  pullRequest: number | null;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** The GitHub user who triggered the workflow run, else the token; null when the audit log has no event. */
  by: string | null;
  /** The workflow run, as `owner/name/actions/runs/ID/attempts/N`; null for a token. */
  run: string | null;
}

/** The columns of `PushedVersion`, in a query with `VERSION_TABLES`. */
export const VERSION_COLUMNS = sql`s.repository_id::int as "repositoryId", s.ref_id::int as "refId", s.version,
  r.kind as "refKind", r.name as "refName", s.commit, s.origin, s.pull_request as "pullRequest",
  (extract(epoch from s.created_at) * 1000)::float8 as "createdAt", a.by, a.run`;

/**
 * Joins snapshots `s` with their refs `r` and the audit events `a` that report them. A snapshot and its event are
 * written in one transaction, so both have the time of its begin. Only the event of a renamed branch has another
 * target than the ref, so the target decides between events, but is no condition.
 */
export const VERSION_TABLES = sql`
  cross join lateral (select r.kind, r.name from refs r
    where r.repository_id = s.repository_id and r.id = s.ref_id offset 0) r
  left join lateral (select coalesce(e.actor, e.who) as by, e.run from audit_events e
    where e.repository_id = s.repository_id and e.at = s.created_at and ${reportsVersion(sql`e`)}
    order by (e.target = case r.kind when 'BRANCH' then 'refs/heads/' when 'WATCH' then 'watch/' else 'refs/pull/' end || r.name) desc nulls last,
      e.id limit 1) a on true`;

/** The named versions, by `refId.version`. Versions that do not exist are left out. */
export async function pushedVersions(
  db: Database,
  repositoryId: number,
  layers: readonly Layer[],
): Promise<Map<string, PushedVersion>> {
  const found = await rows<PushedVersion>(
    db,
    sql`select ${VERSION_COLUMNS} from unnest(${sql.param(layers.map(({ refId }) => refId))}::bigint[],
          ${sql.param(layers.map(({ version }) => version))}::int[]) as n (ref_id, version)
        cross join lateral (select * from snapshots s where s.repository_id = ${repositoryId}
          and s.ref_id = n.ref_id and s.version = n.version offset 0) s ${VERSION_TABLES}`,
  );
  return new Map(found.map((row) => [`${row.refId}.${row.version}`, row]));
}

/** A page of the versions of a ref, newest first. `after` and `before` are versions. */
export function versionsPage(
  db: Database,
  { repositoryId, id }: { repositoryId: number; id: number },
  page: { after: number | null; before: number | null; limit: number; fromEnd: boolean },
): Promise<PushedVersion[]> {
  const conditions = [sql`s.repository_id = ${repositoryId} and s.ref_id = ${id}`];
  if (page.after !== null) conditions.push(sql`s.version < ${page.after}`);
  if (page.before !== null) conditions.push(sql`s.version > ${page.before}`);
  const order = page.fromEnd ? sql`s.version` : sql`s.version desc`;
  return rows(
    db,
    sql`select ${VERSION_COLUMNS} from (select * from snapshots s where ${sql.join(conditions, sql` and `)}
          order by ${order} limit ${page.limit}) s ${VERSION_TABLES} order by ${order}`,
  );
}

export async function countVersions(
  db: Database,
  { repositoryId, id }: { repositoryId: number; id: number },
): Promise<number> {
  const [found] = await rows<{ count: number }>(
    db,
    sql`select count(*)::int as count from snapshots where repository_id = ${repositoryId} and ref_id = ${id}`,
  );
  return found?.count ?? 0;
}
