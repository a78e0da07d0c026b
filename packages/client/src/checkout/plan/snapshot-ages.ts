/** How many recordings are older than a number of days, counted from the beginning of today (UTC). */
interface OlderRecordings {
  recordings: number;
  olderThanMonth: number;
  olderThanQuarter: number;
  olderThanHalfYear: number;
  olderThanYear: number;
}

/** How old the recordings of a model are. */
export interface ModelAge extends OlderRecordings {
  /** Null: the recordings without a model. */
  model: string | null;
  /** When the registry received the oldest and the newest recording; ISO 8601. */
  oldest: string;
  newest: string;
}

/** How old the recordings of a snapshot are. */
export interface SnapshotAges extends OlderRecordings {
  /** When the registry received the oldest and the newest recording; ISO 8601, null without recordings. */
  oldest: string | null;
  newest: string | null;
  /** At most 500. A cassette counts for each of its models. */
  models: ModelAge[];
}

const COUNTS = 'recordings oldest newest olderThanMonth olderThanQuarter olderThanHalfYear olderThanYear';

/** The GraphQL fields of `SnapshotAges`. */
export const AGES = `${COUNTS} models { model ${COUNTS} }`;

/** Whether a value has the types of `SnapshotAges`, as far as they are printed: a registry may send anything. */
export function isSnapshotAges(value: unknown): value is SnapshotAges {
  if (!hasCounts(value)) return false;
  const { models } = value as Partial<SnapshotAges>;
  return Array.isArray(models) && models.every((each) => hasCounts(each) && isName(each.model));
}

function hasCounts(value: unknown): value is ModelAge {
  if (typeof value !== 'object' || value === null) return false;
  const { recordings, olderThanMonth, olderThanQuarter, olderThanHalfYear, olderThanYear } =
    value as Partial<ModelAge>;
  const counts = [recordings, olderThanMonth, olderThanQuarter, olderThanHalfYear, olderThanYear];
  return counts.every((count) => typeof count === 'number');
}

const isName = (model: unknown) => model === null || typeof model === 'string';
