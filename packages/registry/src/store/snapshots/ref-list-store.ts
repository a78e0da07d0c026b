import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { RefKind } from '../../vocabulary/ref-name.js';

/** A ref with at least one snapshot, and its newest one. */
export interface PushedRef {
  id: number;
  kind: RefKind;
  name: string;
  version: number;
  commit: string | null;
  /** Milliseconds since 1970. */
  pushedAt: number;
  /** For a pull request: whether its newest version was promoted. */
  isPromoted: boolean;
}

/** The most recently pushed refs of a kind, latest first. */
export function recentRefs(
  db: Database,
  repositoryId: number,
  kind: RefKind,
  limit: number,
): Promise<PushedRef[]> {
  return rows(
    db,
    // The two drivers return timestamps in different forms, but numbers alike.
    sql`select r.id::int as id, r.kind, r.name, r.version, s.commit,
          (extract(epoch from s.created_at) * 1000)::float8 as "pushedAt",
          coalesce(r.promoted_version = r.version, false) as "isPromoted"
        from refs r
        join snapshots s on s.repository_id = r.repository_id and s.ref_id = r.id and s.version = r.version
        where r.repository_id = ${repositoryId} and r.kind = ${kind}
        order by s.created_at desc, r.id desc limit ${limit}`,
  );
}
