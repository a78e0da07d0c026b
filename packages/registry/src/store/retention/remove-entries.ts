import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { removeUnreferenced, UNREFERENCED } from '../contents/unreferenced.js';
import { REMOVED } from './kept-condition.js';
import { type AloneOn, aloneOn } from './lock-repository.js';

/**
 * How long the entries of a removed version stay: longer than any request takes that found the version before, so
 * that none of them reads fewer recordings than the version had.
 */
const READERS_HOURS = 1;

/** Entries of one transaction, which pushes wait for. */
const AT_ONCE = 5_000;

/** Removed refs of one transaction: most have few entries. */
const REFS_AT_ONCE = 50;

/** What was removed; bytes as in files. */
export interface RemovedEntries {
  entries: number;
  calls: number;
  contents: number;
  bytes: number;
}

/** Entries that no version needs, and what to do when none of them is left. */
interface Unneeded {
  entries: SQL;
  done: SQL;
}

/**
 * Removes some entries of removed refs and versions, and then the calls and contents that no entry refers to.
 * @returns null when there are none
 */
export async function removeEntries(
  alone: AloneOn,
  repositoryId: number,
): Promise<RemovedEntries | null | 'busy'> {
  const found =
    (await ofRemovedRefs(alone.db, repositoryId)) ?? (await betweenVersions(alone.db, repositoryId));
  if (found === null) return null;
  const done = await aloneOn(alone, repositoryId, async (tx) => {
    const removed = await rows<{ callId: string; digest: string | null }>(
      tx,
      sql`delete from entries e using (select n.ref_id, n.call_id, n.since from entries n
            where n.repository_id = ${repositoryId} and ${found.entries} limit ${AT_ONCE}) u
          where e.repository_id = ${repositoryId} and e.ref_id = u.ref_id and e.call_id = u.call_id
          and e.since = u.since returning e.call_id::text as "callId", encode(e.digest, 'hex') as digest`,
    );
    if (removed.length < AT_ONCE) await tx.execute(found.done);
    const callIds = [...new Set(removed.map(({ callId }) => callId))];
    const digests = [...new Set(removed.flatMap(({ digest }) => digest ?? []))];
    return {
      entries: removed.length,
      calls: await removeUnusedCalls(tx, repositoryId, callIds),
      ...(await removeUnreferenced(tx, repositoryId, digests)),
    };
  });
  return done ?? 'busy';
}

/** Removes those of some calls that no entry refers to. The caller holds the lock of the repository alone. */
async function removeUnusedCalls(tx: Database, repositoryId: number, ids: string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const removed = await rows(
    tx,
    sql`delete from calls k where k.repository_id = ${repositoryId}
        and k.id = any(array(select i::bigint from unnest(${sql.param(ids)}::text[]) i))
        and not exists (select 1 from entries e where e.repository_id = k.repository_id and e.call_id = k.id)
        returning k.id`,
  );
  return removed.length;
}

/** The entries of some refs that were removed. */
async function ofRemovedRefs(db: Database, repositoryId: number): Promise<Unneeded | null> {
  const found = await rows<{ id: number }>(
    db,
    sql`select r.id::int as id from refs r where r.repository_id = ${repositoryId} and r.kind = ${REMOVED}
        and r.closed_at < now() - make_interval(hours => ${READERS_HOURS}) order by r.name limit ${REFS_AT_ONCE}`,
  );
  if (found.length === 0) return null;
  const ids = found.map(({ id }) => id);
  return {
    // Negated, as in the index `entries_alive`.
    entries: sql`-n.ref_id = any(${sql.param(ids.map((id) => -id))}::bigint[])`,
    done: sql`delete from refs where repository_id = ${repositoryId} and kind = ${REMOVED}
      and id = any(${sql.param(ids)}::bigint[])`,
  };
}

/**
 * The entries that were valid only between two remaining versions of a branch. Nobody changes them: versions only
 * grow, and a push ends only entries that are valid at the newest version.
 */
async function betweenVersions(db: Database, repositoryId: number): Promise<Unneeded | null> {
  // A version that was removed a moment ago counts as remaining, so that others do not wait for it.
  const remaining = sql`(select s.version from snapshots s
      where s.repository_id = v.repository_id and s.ref_id = v.ref_id
    union all select y.version from removed_versions y where y.repository_id = v.repository_id
      and y.ref_id = v.ref_id and y.removed_at >= now() - make_interval(hours => ${READERS_HOURS}))`;
  const [found] = await rows<{ refId: number; after: number; until: number }>(
    db,
    sql`select v.ref_id::int as "refId", a.version as after, u.version as until from removed_versions v
        cross join lateral (select coalesce(max(k.version), 0) as version from ${remaining} k
          where k.version < v.version) a
        cross join lateral (select min(k.version) as version from ${remaining} k where k.version > v.version) u
        where v.repository_id = ${repositoryId} and u.version is not null
          and v.removed_at < now() - make_interval(hours => ${READERS_HOURS})
        order by v.ref_id, v.version limit 1`,
  );
  if (!found) return null;
  const { refId, after, until } = found;
  return {
    entries: sql`-n.ref_id = -(${refId}::bigint) and n.until > ${after} and n.until <= ${until} and n.since > ${after}`,
    done: sql`delete from removed_versions where repository_id = ${repositoryId} and ref_id = ${refId}
      and version > ${after} and version < ${until}`,
  };
}

/** Removed versions and refs whose entries are still kept for the requests that read them. */
export async function countWaiting(db: Database): Promise<number> {
  const [found] = await rows<{ count: number }>(
    db,
    sql`select ((select count(*) from removed_versions) +
          (select count(*) from refs where kind = ${REMOVED}))::int as count`,
  );
  return found?.count ?? 0;
}

/** Calls and contents of one step through a table. */
const SWEPT_AT_ONCE = 5_000;

/** A step through a table in the order of its keys. */
export interface Swept {
  count: number;
  bytes: number;
  /** Where the next step continues; null at the end. */
  next: string | null;
}

/** Removes the calls that no entry refers to, in the order of their ids: earlier releases leave some behind. */
export async function sweepCalls(alone: AloneOn, repositoryId: number, after: string): Promise<Swept | null> {
  const looked = await rows<{ id: string; isUsed: boolean }>(
    alone.db,
    sql`select k.id::text as id, exists (select 1 from entries e
          where e.repository_id = k.repository_id and e.call_id = k.id) as "isUsed"
        from calls k where k.repository_id = ${repositoryId} and k.id > ${after || '0'}::bigint
        order by k.id limit ${SWEPT_AT_ONCE}`,
  );
  const next = looked.length < SWEPT_AT_ONCE ? null : (looked.at(-1)?.id ?? null);
  const unused = looked.filter(({ isUsed }) => !isUsed).map(({ id }) => id);
  if (unused.length === 0) return { count: 0, bytes: 0, next };
  const count = await aloneOn(alone, repositoryId, (tx) => removeUnusedCalls(tx, repositoryId, unused));
  return count === null ? null : { count, bytes: 0, next };
}

/** Removes the contents that nothing refers to, in the order of their digests, such as those of aborted pushes. */
export async function sweepContents(
  alone: AloneOn,
  repositoryId: number,
  after: string,
): Promise<Swept | null> {
  const looked = await rows<{ digest: string; isUnreferenced: boolean }>(
    alone.db,
    sql`select encode(c.digest, 'hex') as digest, ${UNREFERENCED} as "isUnreferenced" from contents c
        where c.repository_id = ${repositoryId} and c.digest > decode(${after}, 'hex')
        order by c.digest limit ${SWEPT_AT_ONCE}`,
  );
  const next = looked.length < SWEPT_AT_ONCE ? null : (looked.at(-1)?.digest ?? null);
  const digests = looked.filter(({ isUnreferenced }) => isUnreferenced).map(({ digest }) => digest);
  if (digests.length === 0) return { count: 0, bytes: 0, next };
  const done = await aloneOn(alone, repositoryId, (tx) => removeUnreferenced(tx, repositoryId, digests));
  return done === null ? null : { count: done.contents, bytes: done.bytes, next };
}
