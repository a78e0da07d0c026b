import { type SQL, sql } from 'drizzle-orm';
import { OPEN } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import { entriesByCall } from './layered-set.js';
import { type PushedVersion, VERSION_COLUMNS, VERSION_TABLES } from './pushed-version-store.js';

/** A version of a ref that changed the content at a path. */
export interface PathVersion extends PushedVersion {
  path: string;
  /** The digest before this version; null when there was no recording. */
  before: string | null;
  /** The digest from this version on; null when the version removed the recording. */
  after: string | null;
  /** Whether the ref has an entry of its own for `after`. If not, the recording is that of the base branch. */
  isOwn: boolean;
}

/** A path of a ref, up to a version. */
export interface PathOfRef {
  path: string;
  upTo: number;
}

/** A page of versions; `after` and `before` are versions. */
export interface VersionRange {
  after: number | null;
  before: number | null;
  limit: number;
  fromEnd: boolean;
}

/**
 * The same page of the versions of each of some paths of a ref, newest first, in the order of the paths. The versions
 * of a pull request, or of a branch that lies over another one, are compared with its base.
 */
export async function pathVersions(
  db: Database,
  { repositoryId, refId }: { repositoryId: number; refId: number },
  paths: readonly PathOfRef[],
  page: VersionRange,
): Promise<PathVersion[][]> {
  const conditions = [sql`c.before is distinct from c.after`];
  if (page.after !== null) conditions.push(sql`c.version < ${page.after}`);
  if (page.before !== null) conditions.push(sql`c.version > ${page.before}`);
  const order = page.fromEnd ? sql`c.version` : sql`c.version desc`;
  const found = await rows<PathVersion & { position: number }>(
    db,
    sql`select w.position::int as position, w.path, encode(c.before, 'hex') as before, encode(c.after, 'hex') as after,
          c.is_own as "isOwn", ${VERSION_COLUMNS}
        from ${wantedPaths(paths)} cross join lateral (
          select * from (${changesOfPath(repositoryId, refId)}) c
          where ${sql.join(conditions, sql` and `)} order by ${order} limit ${page.limit}) c
        cross join lateral (select * from snapshots s where s.repository_id = ${repositoryId} and s.ref_id = ${refId}
          and s.version = c.version offset 0) s ${VERSION_TABLES}
        order by w.position, ${order}`,
  );
  const pages: PathVersion[][] = paths.map(() => []);
  for (const { position, ...version } of found) pages[position - 1]?.push(version);
  return pages;
}

/** The number of versions that changed each of some paths of a ref, in the order of the paths. */
export async function countPathVersions(
  db: Database,
  { repositoryId, refId }: { repositoryId: number; refId: number },
  paths: readonly PathOfRef[],
): Promise<number[]> {
  const found = await rows<{ count: number }>(
    db,
    sql`select c.count from ${wantedPaths(paths)} cross join lateral (
          select count(*)::int as count from (${changesOfPath(repositoryId, refId)}) c
          where c.before is distinct from c.after) c
        order by w.position`,
  );
  return found.map(({ count }) => count);
}

const wantedPaths = (
  paths: readonly PathOfRef[],
) => sql`unnest(${sql.param(paths.map(({ path }) => path))}::text[],
  ${sql.param(paths.map(({ upTo }) => upTo))}::int[]) with ordinality as w (path, up_to, position)`;

/**
 * The changes of the path `w.path` up to `w.up_to`. Each entry begins with a change; an entry that ends without a
 * successor ends with one: the base shows again, or nothing.
 */
function changesOfPath(repositoryId: number, refId: number): SQL {
  const entries = sql`select e.since, e.until, e.digest, lag(e.digest) over by_version as earlier,
      coalesce(lag(e.until) over by_version = e.since, false) as follows,
      coalesce(lead(e.since) over by_version = e.until, false) as is_followed
    from ${entriesByCall(refId)} e where e.repository_id = ${repositoryId} and e.path = w.path and e.since <= w.up_to
    window by_version as (order by e.since)`;
  const below = digestBelow(repositoryId, refId);
  return sql`with o as (${entries})
    select o.since as version, case when o.follows then o.earlier else ${below(sql`o.since`)} end as before,
      o.digest as after, o.digest is not null as is_own from o
    union all
    select o.until, o.digest, ${below(sql`o.until`)}, false from o
    where o.until <= w.up_to and o.until < ${OPEN} and not o.is_followed`;
}

/** The digest at the path `w.path` in the layers below a version of a ref; null without one. */
function digestBelow(repositoryId: number, refId: number): (version: SQL) => SQL {
  return (version) => sql`(
    with recursive below (ref_id, version, depth) as (
      select l.base_ref_id, l.base_version, 1 from snapshots l
      where l.repository_id = ${repositoryId} and l.ref_id = ${refId} and l.version = ${version} and l.base_version > 0
      union all
      select l.base_ref_id, l.base_version, b.depth + 1 from below b
      join snapshots l on l.repository_id = ${repositoryId} and l.ref_id = b.ref_id and l.version = b.version
      where l.base_version > 0 and b.depth < 8)
    select e.digest from below b cross join lateral (select e.digest from ${entriesByCall(sql`b.ref_id`)} e
      where e.repository_id = ${repositoryId} and e.path = w.path and e.since <= b.version and e.until > b.version) e
    order by b.depth limit 1)`;
}
