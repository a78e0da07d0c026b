import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { lastUseOf } from './last-use.js';
import { type OrderedRow, type OrderPosition, recordingsByLastUse } from './last-use-order-store.js';
import { filteredEntries, type RecordingFilter } from './recording-filter.js';
import { ENTRY, recordingsPage, withContents, within } from './recording-store.js';
import type { SnapshotKey } from './snapshot-key.js';
import { SIZE_AND_TIME } from './summary-store.js';

/** What recordings are ordered by; equal ones by path. `LAST_USED_AT`: those that were never used come first. */
export type RecordingOrder = 'PATH' | 'SIZE' | 'RECORDED_AT' | 'LAST_USED_AT';

/** A page of recordings. `after` and `before` are keys of rows; see `orderKey`. */
export interface OrderedPage {
  orderBy: RecordingOrder;
  descending: boolean;
  after: string | null;
  before: string | null;
  limit: number;
  fromEnd: boolean;
}

/** The key of a recording in an order, for cursors: its path, with the value before it. */
export function orderKey({ path, orderValue }: OrderedRow, orderBy: RecordingOrder): string {
  return orderBy === 'PATH' ? path : `${orderValue}:${path}`;
}

/** The value of each order, from entries `u` and their contents `c`. Times are in milliseconds since 1970. */
const VALUES: Record<Exclude<RecordingOrder, 'PATH'>, SQL> = {
  SIZE: sql`c.size::float8`,
  RECORDED_AT: sql`c.at`,
  LAST_USED_AT: sql`floor(extract(epoch from ${lastUseOf(sql`u`)}) * 1000)::float8`,
};

/**
 * A page of recordings in any order. By path, and by last use without a filter, it reads the page; in another
 * order, all recordings of the filter.
 * Null when a key does not belong to the order.
 */
export async function orderedRecordings(
  db: Database,
  snapshot: SnapshotKey,
  filter: RecordingFilter,
  page: OrderedPage,
): Promise<OrderedRow[] | null> {
  const { orderBy, descending, limit } = page;
  // In descending order, what follows a row precedes it in ascending order.
  const [after, before] = descending ? [page.before, page.after] : [page.after, page.before];
  const fromEnd = page.fromEnd !== descending;
  if (orderBy === 'PATH') return recordingsPage(db, snapshot, filter, { after, before, limit, fromEnd });
  const [low, high] = [parseKey(after), parseKey(before)];
  if (low === undefined || high === undefined) return null;
  if (orderBy === 'LAST_USED_AT' && isEmpty(filter)) {
    const found = await recordingsByLastUse(db, snapshot, { low, high, limit, fromEnd });
    within(snapshot, found);
    return found;
  }
  const conditions = [sql`true`];
  if (low !== null) conditions.push(sql`(o.value, o.path) > (${low.value}::float8, ${low.path})`);
  if (high !== null) conditions.push(sql`(o.value, o.path) < (${high.value}::float8, ${high.path})`);
  const value = VALUES[orderBy];
  const entries = filteredEntries(snapshot, filter, 'all', ENTRY);
  const direction = fromEnd ? sql`desc` : sql`asc`;
  const chosen = sql`select * from (select u.*, ${value} as value from (${entries}) u ${SIZE_AND_TIME}) o
    where ${sql.join(conditions, sql` and `)} order by o.value ${direction}, o.path ${direction} limit ${limit}`;
  const found = await rows<OrderedRow>(
    db,
    sql`${withContents(chosen, sql`, p.value as "orderValue"`)} order by p.value ${direction}, p.path ${direction}`,
  );
  within(snapshot, found);
  return found;
}

const isEmpty = (filter: RecordingFilter) =>
  Object.entries(filter).every(([field, value]) => field === 'recorder' || value == null);

/** Null without a key; undefined for one of another order. */
function parseKey(key: string | null): OrderPosition | null | undefined {
  if (key === null) return null;
  const [, value, path] = /^(\d{1,16}):(.+)$/s.exec(key) ?? [];
  return value === undefined || path === undefined ? undefined : { value: Number(value), path };
}
