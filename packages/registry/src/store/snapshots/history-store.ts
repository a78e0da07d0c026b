import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { entriesByCall, entriesOf } from './layered-set.js';
import { type PathVersion, pathVersions } from './path-version-store.js';
import type { SnapshotKey } from './snapshot-key.js';

/**
 * The versions that changed a path of a snapshot: first those of its top layer, then those of the layers
 * below, each newest first.
 */
export async function pathHistory(
  db: Database,
  snapshot: SnapshotKey,
  path: string,
  limit: number,
): Promise<PathVersion[]> {
  const changes: PathVersion[] = [];
  for (const { refId, version } of snapshot.layers) {
    if (changes.length >= limit) break;
    const page = { after: null, before: null, limit: limit - changes.length, fromEnd: false };
    const ref = { repositoryId: snapshot.repositoryId, refId };
    const [found = []] = await pathVersions(db, ref, [{ path, upTo: version }], page);
    changes.push(...found);
  }
  return changes;
}

/**
 * The tests that recorded the given paths in this or an earlier version of a snapshot and have recordings in
 * it, by path: such a test played the recording until another test overwrote it.
 */
export async function earlierTestsAt(
  db: Database,
  snapshot: SnapshotKey,
  paths: string[],
): Promise<Map<string, string[]>> {
  const earlier = new Map<string, string[]>();
  for (const { refId, version } of snapshot.layers) {
    const found = await rows<{ path: string; testId: string }>(
      db,
      sql`select distinct e.path, e.test_id as "testId" from ${entriesByCall(refId)} e
          where e.repository_id = ${snapshot.repositoryId} and e.path = any(${sql.param(paths)}::text[])
          and e.since <= ${version} and e.test_id is not null and e.digest is not null`,
    );
    for (const { path, testId } of found) earlier.set(path, [...(earlier.get(path) ?? []), testId]);
  }
  const testIds = [...new Set([...earlier.values()].flat())];
  const remaining = await testsIn(db, snapshot, testIds);
  return new Map([...earlier].map(([path, ids]) => [path, ids.filter((testId) => remaining.has(testId))]));
}

/** Those of some tests that have recordings in a snapshot. */
async function testsIn(db: Database, snapshot: SnapshotKey, testIds: string[]): Promise<Set<string>> {
  if (testIds.length === 0) return new Set();
  const among = sql`e.test_id = any(${sql.param(testIds)}::text[])`;
  const entries = entriesOf(snapshot, 'few', sql`e.test_id as name`, among);
  const found = await rows<{ name: string }>(db, sql`select distinct u.name from (${entries}) u`);
  return new Set(found.map(({ name }) => name));
}
