import { type SQL, sql } from 'drizzle-orm';

/**
 * The last use of the path of a recording by a run of the default branch; 1970 when it was never used. A
 * subquery for one value stays a look-up by key.
 * @param recording the name of a row with `repository_id` and `path`
 */
export function lastUseOf(recording: SQL): SQL {
  return sql`coalesce(${storedUseOf(recording)}, 'epoch'::timestamptz)`;
}

/** The same, but null when no run of the default branch has pulled the path. */
export function storedUseOf(recording: SQL): SQL {
  return sql`(select lu.last_used_at from recording_uses lu where lu.repository_id = ${recording}.repository_id
    and lu.path = ${recording}.path offset 0)`;
}
