import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { allModels, MODELS_OF_CALLS, mayHaveModels, modelsOfGroup } from './exchange-condition.js';
import { entriesOf } from './layered-set.js';
import { filteredEntries, type RecordingFilter } from './recording-filter.js';
import type { SnapshotKey } from './snapshot-key.js';

export interface ModelSummary {
  model: string;
  recordings: number;
  tests: number;
}

/**
 * The models of a snapshot with their numbers of recordings and tests, ordered by name. A cassette counts once
 * for each of its models.
 */
export async function modelsOf(db: Database, snapshot: SnapshotKey): Promise<ModelSummary[]> {
  return rows(
    db,
    sql`select model, count(*)::int as recordings, count(distinct test_id)::int as tests
        from (${entriesByModel(snapshot)}) u group by model order by model`,
  );
}

/** The recordings of a snapshot, each once for each of its models: `model` and `test_id`. */
function entriesByModel(snapshot: SnapshotKey): SQL {
  const { repositoryId } = snapshot;
  const named = entriesOf(snapshot, 'all', sql`e.model, e.test_id`, sql`e.model is not null`);
  const columns = sql`e.repository_id, e.digest, e.test_id`;
  const cassettes = entriesOf(snapshot, 'all', columns, mayHaveModels(repositoryId));
  return sql`${named} union all select x.model, u.test_id from (${cassettes}) u ${MODELS_OF_CALLS}`;
}

/** The distinct test ids or models of a snapshot. */
export async function namesIn(
  db: Database,
  snapshot: SnapshotKey,
  what: 'test' | 'model',
): Promise<Set<string>> {
  const named =
    what === 'test'
      ? entriesOf(snapshot, 'all', sql`e.test_id as name`, sql`e.test_id is not null`)
      : sql`select m.model as name from (${entriesByModel(snapshot)}) m`;
  const found = await rows<{ name: string }>(db, sql`select distinct u.name from (${named}) u`);
  return new Set(found.map(({ name }) => name));
}

export interface TestSummary {
  testId: string;
  recordings: number;
  models: string[];
  /** The snapshot that it was read from. */
  snapshot: SnapshotKey;
}

/** A page of tests ordered by id, after or before a test id. */
export async function testsPage(
  db: Database,
  snapshot: SnapshotKey,
  filter: RecordingFilter,
  page: { after: string | null; before: string | null; limit: number; fromEnd: boolean },
): Promise<TestSummary[]> {
  const conditions = [sql`e.test_id is not null`];
  if (page.after !== null) conditions.push(sql`e.test_id > ${page.after}`);
  if (page.before !== null) conditions.push(sql`e.test_id < ${page.before}`);
  const columns = sql`e.test_id, e.model, e.digest`;
  const entries = filteredEntries(snapshot, filter, 'page', columns, sql.join(conditions, sql` and `));
  const order = page.fromEnd ? sql`test_id desc` : sql`test_id`;
  const found = await rows<Omit<TestSummary, 'snapshot'>>(
    db,
    sql`select g.test_id as "testId", g.recordings, ${allModels(snapshot.repositoryId)} as models from (
          select u.test_id, count(*)::int as recordings, ${modelsOfGroup(snapshot.repositoryId)}
          from (${entries}) u group by u.test_id order by u.${order} limit ${page.limit}) g order by g.${order}`,
  );
  return found.map((test) => ({ ...test, snapshot }));
}

export async function countTests(
  db: Database,
  snapshot: SnapshotKey,
  filter: RecordingFilter,
): Promise<number> {
  const entries = filteredEntries(snapshot, filter, 'all', sql`e.test_id`, sql`e.test_id is not null`);
  const [found] = await rows<{ count: number }>(
    db,
    sql`select count(distinct test_id)::int as count from (${entries}) u`,
  );
  return found?.count ?? 0;
}
