import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { entriesOf } from './layered-set.js';
import { accessPathFor, filterCondition, type RecordingFilter } from './recording-filter.js';
import type { SnapshotKey } from './snapshot-key.js';

export interface ModelSummary {
  model: string;
  recordings: number;
  tests: number;
}

/** The models of a snapshot with their numbers of recordings and tests, ordered by name. */
export async function modelsOf(db: Database, snapshot: SnapshotKey): Promise<ModelSummary[]> {
  const entries = entriesOf(snapshot, 'all', sql`e.model, e.test_id`, sql`e.model is not null`);
  return rows(
    db,
    sql`select model, count(*)::int as recordings, count(distinct test_id)::int as tests
        from (${entries}) u group by model order by model`,
  );
}

/** The distinct test ids or models of a snapshot. */
export async function namesIn(
  db: Database,
  snapshot: SnapshotKey,
  what: 'test' | 'model',
): Promise<Set<string>> {
  const column = what === 'test' ? sql`e.test_id` : sql`e.model`;
  const entries = entriesOf(snapshot, 'all', sql`${column} as name`, sql`${column} is not null`);
  const found = await rows<{ name: string }>(db, sql`select distinct u.name from (${entries}) u`);
  return new Set(found.map(({ name }) => name));
}

export interface TestSummary {
  testId: string;
  recordings: number;
  models: string[];
}

/** A page of tests ordered by id, after or before a test id. */
export async function testsPage(
  db: Database,
  snapshot: SnapshotKey,
  filter: RecordingFilter,
  page: { after: string | null; before: string | null; limit: number; fromEnd: boolean },
): Promise<TestSummary[]> {
  const conditions = [sql`e.test_id is not null`, filterCondition(filter)];
  if (page.after !== null) conditions.push(sql`e.test_id > ${page.after}`);
  if (page.before !== null) conditions.push(sql`e.test_id < ${page.before}`);
  const entries = entriesOf(
    snapshot,
    accessPathFor(filter, 'page'),
    sql`e.test_id, e.model`,
    sql.join(conditions, sql` and `),
  );
  const order = page.fromEnd ? sql`test_id desc` : sql`test_id`;
  return rows(
    db,
    sql`select test_id as "testId", count(*)::int as recordings,
          coalesce(array_agg(distinct model) filter (where model is not null), '{}') as models
        from (${entries}) u group by test_id order by ${order} limit ${page.limit}`,
  );
}

export async function countTests(
  db: Database,
  snapshot: SnapshotKey,
  filter: RecordingFilter,
): Promise<number> {
  const where = sql`e.test_id is not null and ${filterCondition(filter)}`;
  const entries = entriesOf(snapshot, accessPathFor(filter, 'all'), sql`e.test_id`, where);
  const [found] = await rows<{ count: number }>(
    db,
    sql`select count(distinct test_id)::int as count from (${entries}) u`,
  );
  return found?.count ?? 0;
}
