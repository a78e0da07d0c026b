import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { MODELS_OF_CALLS, mayHaveModels } from './exchange-condition.js';
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

/** Tests of a summary. */
const SOME_TESTS = 200;

/** What a snapshot contains. */
export interface SnapshotSummary {
  recordings: number;
  tests: number;
  models: number;
  /** By number of recordings, most first. */
  byModel: ModelShare[];
  /** The first tests by id, to suggest. */
  someTests: string[];
}

/** The columns of entries `e` that `SIZE_AND_TIME` needs. */
export const ENTRY_CONTENT = sql`e.repository_id, e.digest`;

/** Joins entries `u` (columns `ENTRY_CONTENT`) with the size of their content and its time. */
export const SIZE_AND_TIME = sql`
  cross join lateral (select c.size, ${RECORDED_AT} as at from contents c
    where c.repository_id = u.repository_id and c.digest = u.digest offset 0) c`;

/** Counts a snapshot. Reads all of its entries. A cassette counts once for each of its models. */
export async function summarise(db: Database, snapshot: SnapshotKey): Promise<SnapshotSummary> {
  const entries = entriesOf(snapshot, 'all', sql`${ENTRY_CONTENT}, e.model, e.test_id`);
  const columns = sql`${ENTRY_CONTENT}, e.test_id`;
  const cassettes = entriesOf(snapshot, 'all', columns, mayHaveModels(snapshot.repositoryId));
  const counts = sql`count(*) as recordings, sum(c.size) as size, max(c.at) as at`;
  type Share = ModelShare & { isTotal: boolean; whole: number; models: number; model: string | null };
  const found = await rows<Share>(
    db,
    // Grouped twice, because counting distinct tests of all entries would sort them.
    sql`with shares as (
          select u.model, u.test_id, true as whole, ${counts}
          from (${entries}) u ${SIZE_AND_TIME} group by u.model, u.test_id
          union all
          select x.model, u.test_id, false, ${counts}
          from (${cassettes}) u ${SIZE_AND_TIME} ${MODELS_OF_CALLS} group by x.model, u.test_id)
        select grouping(model) = 1 as "isTotal", model, sum(recordings)::int as recordings,
          coalesce(sum(recordings) filter (where whole), 0)::int as whole,
          count(distinct test_id)::int as tests, count(distinct model)::int as models,
          sum(size)::float8 as size, max(at)::float8 as "recordedAt"
        from shares group by grouping sets ((), (model))
        order by 1 desc, recordings desc, model limit ${MOST_MODELS + 2}`,
  );
  const [total] = found;
  const tests = await rows<{ testId: string }>(
    db,
    sql`select distinct u.test_id as "testId" from (${entriesOf(snapshot, 'all', sql`e.test_id`, sql`e.test_id is not null`)}) u
        order by 1 limit ${SOME_TESTS}`,
  );
  return {
    recordings: total?.whole ?? 0,
    tests: total?.tests ?? 0,
    models: total?.models ?? 0,
    byModel: found.flatMap(({ isTotal, model, recordings, tests, size, recordedAt }) =>
      isTotal || model === null ? [] : [{ model, recordings, tests, size, recordedAt }],
    ),
    someTests: tests.map(({ testId }) => testId),
  };
}
