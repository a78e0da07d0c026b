import { type SQL, sql } from 'drizzle-orm';

/**
 * The condition that an audit event reports a write that may have made a version of a ref. Both are written in one
 * transaction, so the version has the time of the event.
 */
export function reportsVersion(event: SQL): SQL {
  return sql`${event}.outcome = 'DONE' and ${event}.action in ('push', 'watch', 'promote', 'repository.change')`;
}
