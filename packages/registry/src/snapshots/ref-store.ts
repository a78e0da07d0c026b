import { and, desc, eq, lte, type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../database/database.js';
import { type RefKind, refs, snapshots } from '../database/schema.js';
import type { Ref } from './ref.js';
import type { Layer, SnapshotKey } from './snapshot-key.js';

const columns = {
  id: refs.id,
  repositoryId: refs.repositoryId,
  kind: refs.kind,
  name: refs.name,
  version: refs.version,
  baseRefId: refs.baseRefId,
  baseVersion: refs.baseVersion,
  promotedVersion: refs.promotedVersion,
  promotedRefId: refs.promotedRefId,
  promotedAs: refs.promotedAs,
  fromFork: refs.fromFork,
};

export async function findRef(
  db: Database,
  repositoryId: number,
  kind: RefKind,
  name: string,
): Promise<Ref | null> {
  const [found] = await db
    .select(columns)
    .from(refs)
    .where(and(eq(refs.repositoryId, repositoryId), eq(refs.kind, kind), eq(refs.name, name)));
  return found ?? null;
}

export async function refById(db: Database, repositoryId: number, id: number): Promise<Ref | null> {
  const [found] = await db
    .select(columns)
    .from(refs)
    .where(and(eq(refs.repositoryId, repositoryId), eq(refs.id, id)));
  return found ?? null;
}

/**
 * Gives the ref, made when there is none, locked until the transaction ends: pushes to one ref come one after the
 * other, which is what lets both of two survive.
 */
export async function lockRef(tx: Database, repositoryId: number, kind: RefKind, name: string): Promise<Ref> {
  await tx.insert(refs).values({ repositoryId, kind, name }).onConflictDoNothing();
  const [found] = await tx
    .select(columns)
    .from(refs)
    .where(and(eq(refs.repositoryId, repositoryId), eq(refs.kind, kind), eq(refs.name, name)))
    .for('update');
  if (!found) throw new Error(`ref ${kind} ${name} vanished while it was locked`);
  return found;
}

/** What is known of one snapshot besides its recordings. */
export interface SnapshotRow {
  refId: number;
  version: number;
  baseRefId: number | null;
  baseVersion: number | null;
  baseReason: string | null;
  commit: string | null;
  createdAt: Date;
}

export async function snapshotRow(
  db: Database,
  repositoryId: number,
  layer: Layer,
): Promise<SnapshotRow | null> {
  const [found] = await db
    .select({
      refId: snapshots.refId,
      version: snapshots.version,
      baseRefId: snapshots.baseRefId,
      baseVersion: snapshots.baseVersion,
      baseReason: snapshots.baseReason,
      commit: snapshots.commit,
      createdAt: snapshots.createdAt,
    })
    .from(snapshots)
    .where(
      and(
        eq(snapshots.repositoryId, repositoryId),
        eq(snapshots.refId, layer.refId),
        eq(snapshots.version, layer.version),
      ),
    );
  return found ?? null;
}

/** The newest version that a ref had at a moment; null when it had none yet. */
export async function layerBefore(
  db: Database,
  repositoryId: number,
  refId: number,
  moment: Date,
): Promise<Layer | null> {
  const [found] = await db
    .select({ refId: snapshots.refId, version: snapshots.version })
    .from(snapshots)
    .where(
      and(
        eq(snapshots.repositoryId, repositoryId),
        eq(snapshots.refId, refId),
        lte(snapshots.createdAt, moment),
      ),
    )
    .orderBy(desc(snapshots.version))
    .limit(1);
  return found ?? null;
}

/** The newest state of a ref, with everything it lies over; null when there is no such ref, or it has none yet. */
export async function headOf(
  db: Database,
  repositoryId: number,
  kind: RefKind,
  name: string,
): Promise<SnapshotKey | null> {
  const head = sql`select id, version from refs
    where repository_id = ${repositoryId} and kind = ${kind} and name = ${name} and version > 0`;
  const layers = await layersFrom(db, repositoryId, head);
  return layers.length > 0 ? { repositoryId, layers } : null;
}

/** The state of a ref at one of its versions, with everything it lay over then. */
export async function keyAt(db: Database, repositoryId: number, layer: Layer): Promise<SnapshotKey> {
  if (layer.version === 0) return { repositoryId, layers: [] };
  const top = sql`select ${layer.refId}::bigint, ${layer.version}::int`;
  return { repositoryId, layers: await layersFrom(db, repositoryId, top) };
}

/**
 * A layer and those below it, top first, in one round trip. Bases are chosen so that they make no circle; the bound is
 * there should the data say otherwise.
 * @param top gives a ref and a version, or no row
 */
function layersFrom(db: Database, repositoryId: number, top: SQL): Promise<Layer[]> {
  return rows(
    db,
    sql`with recursive layers (ref_id, version, depth) as (
          select t.*, 1 from (${top}) t
          union all
          select s.base_ref_id, s.base_version, l.depth + 1 from layers l
          join snapshots s on s.repository_id = ${repositoryId} and s.ref_id = l.ref_id and s.version = l.version
          where s.base_ref_id is not null and s.base_version > 0 and l.depth < 8)
        select ref_id as "refId", version from layers order by depth`,
  );
}

/** The newest version that each of the commits saw on a ref. */
export async function versionsOfCommits(
  db: Database,
  repositoryId: number,
  refId: number,
  commits: string[],
): Promise<Map<string, number>> {
  if (commits.length === 0) return new Map();
  const found = await rows<{ commit: string; version: number }>(
    db,
    sql`select commit, version from commits where repository_id = ${repositoryId} and ref_id = ${refId}
        and commit = any(${sql.param(commits)}::text[])`,
  );
  return new Map(found.map((row) => [row.commit, row.version]));
}

/**
 * Where a commit was seen: on the default branch, else on another branch, else in a pull request; the newest note first.
 * Whoever pushes names the commit, so a note of a pull request, or of a branch of somebody's own, must not stand before
 * what the default branch says of it.
 */
export async function layerOfCommit(
  db: Database,
  repositoryId: number,
  commit: string,
): Promise<Layer | null> {
  const [found] = await rows<Layer>(
    db,
    sql`select c.ref_id as "refId", c.version from commits c
        join refs r on r.repository_id = c.repository_id and r.id = c.ref_id
        join repositories h on h.id = c.repository_id
        where c.repository_id = ${repositoryId} and c.commit = ${commit}
        order by (r.kind = 'BRANCH' and r.name = h.default_branch) desc, (r.kind = 'BRANCH') desc, c.noted_at desc limit 1`,
  );
  return found ?? null;
}

/** Notes that a run of this commit saw this version of the ref. */
export async function noteCommit(
  tx: Database,
  repositoryId: number,
  commit: string,
  layer: Layer,
): Promise<void> {
  await tx.execute(sql`
    insert into commits (repository_id, commit, ref_id, version)
    values (${repositoryId}, ${commit}, ${layer.refId}, ${layer.version})
    on conflict (repository_id, commit, ref_id) do update set version = excluded.version, noted_at = now()`);
}
