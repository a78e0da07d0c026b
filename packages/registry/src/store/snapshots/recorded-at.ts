import { type SQL, sql } from 'drizzle-orm';

/**
 * When the version with an entry was made, in milliseconds since 1970; without its snapshot, when its content
 * `c` was first stored.
 * @param entry the name of a row with `repository_id`, `ref_id` and `since`
 */
export function recordedAt(entry: 'p' | 'u'): SQL {
  const name = sql.raw(entry);
  return sql`floor(extract(epoch from coalesce((select s.created_at from snapshots s
    where s.repository_id = ${name}.repository_id and s.ref_id = ${name}.ref_id and s.version = ${name}.since),
    c.created_at)) * 1000)::float8`;
}
