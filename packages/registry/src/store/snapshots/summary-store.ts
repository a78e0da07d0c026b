import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { entriesOf } from './layered-set.js';
import { RECORDED_AT } from './recording-store.js';
import type { SnapshotKey } from './snapshot-key.js';

/** Models of a summary; those with the fewest recordings are left out. */
const MOST_MODELS = 10_000;

/** How much of a snapshot belongs to a model. */
export interface ModelShare {
  model: string;
  recordings: number;
  tests: number;
  /** Bytes of the files. */
  size: number;
  /** When the registry received the newest of the recordings, in milliseconds since 1970. */
  recordedAt: number;
}

/** What a snapshot contains. */
export interface SnapshotSummary {
  recordings: number;
  tests: number;
  models: number;
  /** By number of recordings, most first. */
  byModel: ModelShare[];
}

/** The columns of entries `e` that `SIZE_AND_TIME` needs. */
export const ENTRY_CONTENT = sql`e.repository_id, e.digest`;

/** Joins entries `u` (columns `ENTRY_CONTENT`) with the size of their content and its time. */
export const SIZE_AND_TIME = sql`
  cross join lateral (select c.size, ${RECORDED_AT} as at from contents c
    where c.repository_id = u.repository_id and c.digest = u.digest offset 0) c`;

/** Counts a snapshot in one pass over its entries. */
export async function summarise(db: Database, snapshot: SnapshotKey): Promise<SnapshotSummary> {
  const entries = entriesOf(snapshot, 'all', sql`${ENTRY_CONTENT}, e.model, e.test_id`);
  const found = await rows<ModelShare & { isTotal: boolean; models: number; model: string | null }>(
    db,
    sql`select grouping(u.model) = 1 as "isTotal", u.model, count(*)::int as recordings,
          count(distinct u.test_id)::int as tests, count(distinct u.model)::int as models,
          coalesce(sum(c.size), 0)::float8 as size, max(c.at)::float8 as "recordedAt"
        from (${entries}) u ${SIZE_AND_TIME}
        group by grouping sets ((), (u.model)) order by 1 desc, recordings desc, u.model limit ${MOST_MODELS + 2}`,
  );
  const [total] = found;
  return {
    recordings: total?.recordings ?? 0,
    tests: total?.tests ?? 0,
    models: total?.models ?? 0,
    byModel: found.flatMap(({ isTotal, model, recordings, tests, size, recordedAt }) =>
      isTotal || model === null ? [] : [{ model, recordings, tests, size, recordedAt }],
    ),
  };
}
