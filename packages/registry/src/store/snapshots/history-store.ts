import { sql } from 'drizzle-orm';
import { OPEN, type SnapshotOrigin } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import type { RefKind } from '../../vocabulary/ref-name.js';
import { entriesByCall, entriesOf } from './layered-set.js';
import type { Layer, SnapshotKey } from './snapshot-key.js';

/** A version of a ref that changed a path. */
export interface PathChange {
  refId: number;
  refKind: RefKind;
  refName: string;
  version: number;
  /** The digest from this version on; null when the version removed the path. */
  digest: string | null;
  commit: string | null;
  origin: SnapshotOrigin;
  /** For a promotion: the merged pull request. */
  pullRequest: number | null;
  /** Milliseconds since 1970. */
  changedAt: number;
}

/**
 * The versions that changed a path of a snapshot: first those of its top layer, then those of the layers
 * below, each newest first.
 */
export async function pathHistory(
  db: Database,
  snapshot: SnapshotKey,
  path: string,
  limit: number,
): Promise<PathChange[]> {
  const changes: PathChange[] = [];
  for (const layer of snapshot.layers) {
    if (changes.length >= limit) break;
    changes.push(...(await layerHistory(db, snapshot.repositoryId, layer, path, limit - changes.length)));
  }
  return changes;
}

function layerHistory(
  db: Database,
  repositoryId: number,
  layer: Layer,
  path: string,
  limit: number,
): Promise<PathChange[]> {
  const ofPath = sql`e.repository_id = ${repositoryId} and e.path = ${path}`;
  const entries = entriesByCall(layer.refId);
  // Each entry starts with a change; an entry that ends without a successor ends with a removal.
  const changes = sql`
    select e.since as version, e.digest from ${entries} e where ${ofPath} and e.since <= ${layer.version}
    union all
    select e.until, null from ${entries} e where ${ofPath} and e.until <= ${layer.version} and e.until < ${OPEN}
      and e.digest is not null and not exists (select 1 from ${entries} n where n.repository_id = e.repository_id
        and n.path = e.path and n.since = e.until)`;
  return rows(
    db,
    sql`select r.id::int as "refId", r.kind as "refKind", r.name as "refName", c.version,
          encode(c.digest, 'hex') as digest, s.commit, s.origin, s.pull_request as "pullRequest",
          (extract(epoch from s.created_at) * 1000)::float8 as "changedAt"
        from (${changes}) c
        join refs r on r.repository_id = ${repositoryId} and r.id = ${layer.refId}
        join snapshots s on s.repository_id = ${repositoryId} and s.ref_id = r.id and s.version = c.version
        order by c.version desc limit ${limit}`,
  );
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
