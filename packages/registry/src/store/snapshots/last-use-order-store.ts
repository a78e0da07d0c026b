import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { lastUseOf } from './last-use.js';
import { entriesOf } from './layered-set.js';
import { ENTRY, type RecordingRow, withContents } from './recording-store.js';
import type { SnapshotKey } from './snapshot-key.js';

/** A recording with the value that a page is ordered by; without one when it is ordered by path. */
export type OrderedRow = RecordingRow & { orderValue?: number };

/** A position in an order: the value of a row, and its path. */
export interface OrderPosition {
  value: number;
  path: string;
}

/** A part of the order by last use, between two positions. */
export interface OrderRange {
  low: OrderPosition | null;
  high: OrderPosition | null;
  limit: number;
  fromEnd: boolean;
}

/** The end of the year 9999: a later moment of a changed cursor would be an error of Postgres. */
const LATEST = 253_402_300_799_999;

/**
 * All recordings of a snapshot by their last use in milliseconds since 1970, which is 0 for those that were never
 * used. Reads the page from the indexes of paths and of uses, the second only when the first has too few.
 */
export async function recordingsByLastUse(
  db: Database,
  snapshot: SnapshotKey,
  range: OrderRange,
): Promise<OrderedRow[]> {
  const parts = range.fromEnd ? [usedPart, neverUsedPart] : [neverUsedPart, usedPart];
  const direction = range.fromEnd ? sql`desc` : sql`asc`;
  const found: OrderedRow[] = [];
  for (const part of parts) {
    const limit = range.limit - found.length;
    const chosen = limit > 0 ? part(snapshot, { ...range, limit }, direction) : null;
    if (chosen === null) continue;
    const page = sql`${withContents(chosen, sql`, p.value as "orderValue"`)} order by p.value ${direction}, p.path ${direction}`;
    found.push(...(await rows<OrderedRow>(db, page)));
  }
  return found;
}

/** The entries that no run has used, in the order of paths; null when the range has none. */
function neverUsedPart(snapshot: SnapshotKey, { low, high, limit }: OrderRange, direction: SQL): SQL | null {
  if (low !== null && low.value > 0) return null;
  const conditions = [sql`${lastUseOf(sql`e`)} = 'epoch'`];
  if (low !== null) conditions.push(sql`e.path > ${low.path}`);
  if (high !== null && high.value === 0) conditions.push(sql`e.path < ${high.path}`);
  const entries = entriesOf(
    snapshot,
    'page',
    sql`${ENTRY}, 0::float8 as value`,
    sql.join(conditions, sql` and `),
  );
  return sql`select * from (${entries}) u order by u.path ${direction} limit ${limit}`;
}

/** The entries that a run has used; null when the range has none. */
function usedPart(snapshot: SnapshotKey, { low, high, limit }: OrderRange, direction: SQL): SQL | null {
  if (high !== null && high.value === 0) return null;
  const conditions = [sql`u.last_used_at > 'epoch'`];
  const at = ({ value }: OrderPosition) => sql`to_timestamp(${Math.min(value, LATEST)}::float8 / 1000)`;
  if (low !== null) conditions.push(sql`(u.last_used_at, u.path) > (${at(low)}, ${low.path})`);
  if (high !== null) conditions.push(sql`(u.last_used_at, u.path) < (${at(high)}, ${high.path})`);
  const entry = entriesOf(snapshot, 'few', ENTRY, sql`e.path = u.path`);
  return sql`select e.*, floor(extract(epoch from u.last_used_at) * 1000)::float8 as value
    from recording_uses u cross join lateral (select * from (${entry}) a offset 0) e
    where u.repository_id = ${snapshot.repositoryId} and ${sql.join(conditions, sql` and `)}
    order by u.last_used_at ${direction}, u.path ${direction} limit ${limit}`;
}
