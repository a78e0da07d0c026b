import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { modelsOfCassette } from './exchange-condition.js';
import { entriesOf } from './layered-set.js';
import type { SnapshotKey } from './snapshot-key.js';
import { ENTRY_CONTENT, SIZE_AND_TIME } from './summary-store.js';

/** The ages that recordings are counted by, in days. */
export const AGES = [30, 90, 180, 365] as const;
export type AgeInDays = (typeof AGES)[number];

/** Models of the ages of a snapshot; those with the fewest old recordings are left out. */
const MOST_MODELS = 500;
/** Models are ordered by the number of recordings older than this, in days. */
const STALE = 90;

const DAY = 86_400_000;

/** How old some recordings are. */
export interface RecordingAges {
  recordings: number;
  /** When the registry received the oldest and the newest of them, in milliseconds since 1970. */
  oldest: number;
  newest: number;
  /** The number of recordings that are older than so many days; see `startOfAge`. */
  olderThan: Record<AgeInDays, number>;
}

/** How old the recordings of a model are. */
export interface ModelAge extends RecordingAges {
  /** Null: the recordings without a model. */
  model: string | null;
}

/** How old the recordings of a snapshot are. */
export interface SnapshotAges {
  /** Null when the snapshot has no recordings. */
  all: RecordingAges | null;
  /** At most 500, those with the most recordings older than 90 days first. */
  byModel: ModelAge[];
}

/**
 * The time before which a recording is older than a number of days: the beginning of the UTC day, that many days
 * ago, so that counts change once a day. In milliseconds since 1970.
 */
export function startOfAge(now: number, days: number): number {
  return Math.floor(now / DAY) * DAY - days * DAY;
}

/**
 * Counts the recordings of a snapshot by age. Reads all of its entries. A cassette counts once for each of its
 * models, and once for the snapshot.
 * @param now milliseconds since 1970
 */
export async function agesOf(db: Database, snapshot: SnapshotKey, now: number): Promise<SnapshotAges> {
  if (snapshot.layers.length === 0) return { all: null, byModel: [] };
  const entries = entriesOf(snapshot, 'all', sql`${ENTRY_CONTENT}, e.model`);
  const isOlder = (days: AgeInDays) => sql`at < ${startOfAge(now, days)}::float8`;
  const older = sql.join(
    AGES.map((days) => sql`count(*) filter (where ${isOlder(days)})`),
    sql`, `,
  );
  const olderFiles = sql.join(
    AGES.map((days) => sql`count(*) filter (where is_first and ${isOlder(days)})`),
    sql`, `,
  );
  type Counts = { oldest: number | null; newest: number | null; rows: number[]; files: number[] };
  const found = await rows<Counts & { isAll: boolean; model: string | null }>(
    db,
    sql`select grouping(model) = 1 as "isAll", model, min(at)::float8 as oldest, max(at)::float8 as newest,
          json_build_array(count(*), ${older}) as rows,
          json_build_array(count(*) filter (where is_first), ${olderFiles}) as files
        from (select coalesce(u.model, u.of_call) as model, u.is_first, c.at from (
          select ${ENTRY_CONTENT}, e.model, x.model as of_call, coalesce(x.is_first, true) as is_first
          from (${entries}) e ${modelsOfCassette(snapshot.repositoryId)}) u ${SIZE_AND_TIME}) u
        group by grouping sets ((), (model))
        order by 1 desc, count(*) filter (where ${isOlder(STALE)}) desc, count(*) desc, model nulls last
        limit ${MOST_MODELS + 1}`,
  );
  const all = found.find(({ isAll }) => isAll);
  return {
    all: all ? agesIn(all, all.files) : null,
    byModel: found.flatMap((row) => {
      const ages = row.isAll ? null : agesIn(row, row.rows);
      return ages === null ? [] : [{ model: row.model, ...ages }];
    }),
  };
}

/** Null without recordings. @param counts the number of recordings, then that of each age */
function agesIn(
  { oldest, newest }: { oldest: number | null; newest: number | null },
  [recordings = 0, ...older]: number[],
): RecordingAges | null {
  if (oldest === null || newest === null) return null;
  const [days30 = 0, days90 = 0, days180 = 0, days365 = 0] = older;
  return { recordings, oldest, newest, olderThan: { 30: days30, 90: days90, 180: days180, 365: days365 } };
}
