import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { allModels, modelsOfGroup } from './exchange-condition.js';
import type { AccessPath } from './layered-set.js';
import { filteredEntries, type RecordingFilter } from './recording-filter.js';
import { likePattern } from './selection.js';
import type { SnapshotKey } from './snapshot-key.js';
import { ENTRY_CONTENT, SIZE_AND_TIME } from './summary-store.js';

/** The recordings of one test in a snapshot. */
export interface TestShare {
  testId: string;
  recordings: number;
  /** Bytes of the files. */
  size: number;
  /** When the registry received the newest recording, in milliseconds since 1970. */
  recordedAt: number;
  models: string[];
}

/** The tests of one file: what precedes `::` in their ids. */
export interface TestFile {
  file: string;
  tests: number;
  recordings: number;
}

/** The models of a test that a list names. */
const NAMED_MODELS = 8;

const FILE = sql`split_part(u.test_id, '::', 1)`;

function testEntries(
  snapshot: SnapshotKey,
  filter: RecordingFilter,
  columns: SQL,
  where = sql`true`,
  path: AccessPath = 'all',
): SQL {
  return filteredEntries(snapshot, filter, path, columns, sql`e.test_id is not null and ${where}`);
}

/** The columns of a test, from its entries `u` and their contents `c`. */
const shareOf = (repositoryId: number) => sql`u.test_id as "testId", count(*)::int as recordings,
  sum(c.size)::float8 as size, max(c.at)::float8 as "recordedAt", ${modelsOfGroup(repositoryId)}`;

/** The columns of `TestShare`, from those of tests `g`. */
const listed = (repositoryId: number) => sql`g."testId", g.recordings, g.size, g."recordedAt",
  (${allModels(repositoryId)})[1:${sql.raw(String(NAMED_MODELS))}] as models`;

/** The order of a list of tests. */
export type TestOrder = 'name' | 'recordings' | 'size' | 'recorded';

const ORDERS: Record<TestOrder, SQL> = {
  name: sql`"testId"`,
  recordings: sql`recordings`,
  size: sql`size`,
  recorded: sql`"recordedAt"`,
};

/** A page of tests in an order; equal ones by id. */
export function orderedTests(
  db: Database,
  snapshot: SnapshotKey,
  filter: RecordingFilter,
  page: { order: TestOrder; descending: boolean; offset: number; limit: number },
): Promise<TestShare[]> {
  const entries = testEntries(snapshot, filter, sql`${ENTRY_CONTENT}, e.model, e.test_id`);
  const order = sql`${ORDERS[page.order]} ${page.descending ? sql`desc` : sql`asc`}, "testId"`;
  return rows(
    db,
    sql`select ${listed(snapshot.repositoryId)} from (
          select * from (select ${shareOf(snapshot.repositoryId)} from (${entries}) u ${SIZE_AND_TIME} group by u.test_id) t
          order by ${order} limit ${page.limit} offset ${page.offset}) g order by ${order}`,
  );
}

/** A page of the files that have tests, by name, after or before a file. */
export function testFiles(
  db: Database,
  snapshot: SnapshotKey,
  filter: RecordingFilter,
  page: { after: string | null; before: string | null; limit: number; fromEnd: boolean },
): Promise<TestFile[]> {
  const conditions = [sql`true`];
  if (page.after !== null) conditions.push(sql`${FILE} > ${page.after}`);
  if (page.before !== null) conditions.push(sql`${FILE} < ${page.before}`);
  return rows(
    db,
    sql`select ${FILE} as file, count(*)::int as tests, sum(u.recordings)::int as recordings
        from (select test_id, count(*) as recordings from (${testEntries(snapshot, filter, sql`e.test_id`)}) t
          group by test_id) u where ${sql.join(conditions, sql` and `)}
        group by 1 order by 1 ${page.fromEnd ? sql`desc` : sql``} limit ${page.limit}`,
  );
}

/**
 * The first tests of each of some files, by id.
 * @param files neighbours in the order of files: only their tests are read
 * @param each the maximum number of tests of a file
 */
export function testsOfFiles(
  db: Database,
  snapshot: SnapshotKey,
  filter: RecordingFilter,
  files: string[],
  each: number,
): Promise<(TestShare & { file: string })[]> {
  const [first = '', last = ''] = [files[0], files.at(-1)];
  // The upper bound sorts after every test of the last file, in code point order.
  const range = sql`e.test_id >= ${first} and e.test_id < ${`${last}\u{10FFFF}`}`;
  const columns = sql`${ENTRY_CONTENT}, e.model, e.test_id`;
  return rows(
    db,
    sql`select g.file, ${listed(snapshot.repositoryId)} from (
          select ${FILE} as file, ${shareOf(snapshot.repositoryId)},
            row_number() over (partition by ${FILE} order by u.test_id) as position
          from (${testEntries(snapshot, filter, columns, range, 'few')}) u ${SIZE_AND_TIME}
          where ${FILE} = any(${sql.param(files)}::text[]) group by u.test_id) g
        where position <= ${each} order by g."testId"`,
  );
}

/** Test ids of a snapshot that contain a text, by id. */
export async function similarTests(
  db: Database,
  snapshot: SnapshotKey,
  text: string,
  limit: number,
): Promise<string[]> {
  const where = sql`e.test_id ilike ${`%${likePattern(text.replaceAll('*', ' ')).trim()}%`}`;
  const found = await rows<{ testId: string }>(
    db,
    sql`select distinct u.test_id as "testId" from (${testEntries(snapshot, {}, sql`e.test_id`, where)}) u
        order by 1 limit ${limit}`,
  );
  return found.map(({ testId }) => testId);
}
