import { and, desc, eq, lte, sql } from 'drizzle-orm';
import { refs, repositories, snapshots } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import type { RefKind } from '../../vocabulary/ref-name.js';
import type { Ref } from './ref.js';
import type { Layer } from './snapshot-key.js';

const columns = {
  id: refs.id,
  repositoryId: refs.repositoryId,
  kind: refs.kind,
  name: refs.name,
  version: refs.version,
  baseRefId: refs.baseRefId,
  baseVersion: refs.baseVersion,
  baseName: refs.baseName,
  promotedVersion: refs.promotedVersion,
  promotedRefId: refs.promotedRefId,
  promotedAs: refs.promotedAs,
  fromFork: refs.fromFork,
  closedByRun: refs.closedByRun,
  closedAt: refs.closedAt,
  title: refs.title,
  author: refs.author,
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

/** The ref of the default branch. One query reads name and ref, so that a rename cannot come between. */
export async function findDefaultRef(db: Database, repositoryId: number): Promise<Ref | null> {
  const isDefault = and(
    eq(refs.repositoryId, repositories.id),
    eq(refs.kind, 'BRANCH'),
    eq(refs.name, repositories.defaultBranch),
  );
  const [found] = await db
    .select(columns)
    .from(repositories)
    .innerJoin(refs, isDefault)
    .where(eq(repositories.id, repositoryId));
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
 * Locks the ref until the transaction ends, and creates it when it does not exist. Pushes to one ref are
 * serialized, so that concurrent ones both survive.
 */
export async function lockRef(tx: Database, repositoryId: number, kind: RefKind, name: string): Promise<Ref> {
  // Retention may remove the ref between the two statements, and does not remove the one that follows it.
  for (let tries = 1; tries <= 3; tries++) {
    await tx.insert(refs).values({ repositoryId, kind, name }).onConflictDoNothing();
    const [found] = await tx
      .select(columns)
      .from(refs)
      .where(and(eq(refs.repositoryId, repositoryId), eq(refs.kind, kind), eq(refs.name, name)))
      .for('update');
    if (found) return found;
  }
  throw new Error(`ref ${kind} ${name} vanished while it was locked`);
}

/** The metadata of a snapshot. */
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

/** The newest version of a ref at a moment; null when it had none yet. */
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

/** The newest version of a ref below another one that was pushed for another commit; null when there is none. */
export async function layerBeforeCommit(
  db: Database,
  repositoryId: number,
  { refId, version }: Layer,
): Promise<(Layer & { commit: string | null }) | null> {
  const [found] = await rows<Layer & { commit: string | null }>(
    db,
    sql`select p.ref_id as "refId", p.version, p.commit from snapshots h
        join snapshots p on p.repository_id = h.repository_id and p.ref_id = h.ref_id and p.version < h.version
          and (h.commit is null or p.commit is distinct from h.commit)
        where h.repository_id = ${repositoryId} and h.ref_id = ${refId} and h.version = ${version}
        order by p.version desc limit 1`,
  );
  return found ?? null;
}

/** The newest version of a ref for each of the commits that has one. */
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

/** The newest version of a ref below another one; null when there is none, for example after retention. */
export async function layerBelow(
  db: Database,
  repositoryId: number,
  { refId, version }: Layer,
): Promise<Layer | null> {
  const [found] = await rows<Layer>(
    db,
    sql`select s.ref_id::int as "refId", s.version from snapshots s
        where s.repository_id = ${repositoryId} and s.ref_id = ${refId} and s.version < ${version}
        order by s.version desc limit 1`,
  );
  return found ?? null;
}

/**
 * The layer of a commit: on the default branch, else on another branch, else in a pull request; of several
 * the first one recorded. A pull request may name any commit, and a branch may start at any: neither may
 * change the result for a commit of another ref. A watch never is the state of a commit.
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
        where c.repository_id = ${repositoryId} and c.commit = ${commit} and r.kind <> 'WATCH'
        order by (r.kind = 'BRANCH' and r.name = h.default_branch) desc, (r.kind = 'BRANCH') desc, c.noted_at, c.ref_id limit 1`,
  );
  return found ?? null;
}

/** Records that a run of this commit saw this version of the ref. The time of the first record stays. */
export async function noteCommit(
  tx: Database,
  repositoryId: number,
  commit: string,
  layer: Layer,
): Promise<void> {
  await tx.execute(sql`
    insert into commits (repository_id, commit, ref_id, version)
    values (${repositoryId}, ${commit}, ${layer.refId}, ${layer.version})
    on conflict (repository_id, commit, ref_id) do update set version = excluded.version`);
}
