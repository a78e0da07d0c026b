import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { statement } from '../../database/statements/statement.js';
import type { RefKind } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { Ref } from './ref.js';
import type { Layer, SealedLayer, SnapshotKey, SnapshotName } from './snapshot-key.js';

// The layers of a snapshot. Every query for recordings starts with one of these.

/**
 * A recursive table `layers` of a layer and the layers below it, from the top. Bases never form a circle; the
 * bound on the depth protects against corrupt data.
 * @param top a query for `repository_id`, `ref_id` and `version`, with at most one row
 */
const layersBelow = (
  top: SQL,
) => sql`layers (repository_id, ref_id, version, seal, base_ref_id, base_version, depth) as (
  select s.repository_id, s.ref_id, s.version, s.seal, s.base_ref_id, s.base_version, 1 from (${top}) t
  join snapshots s on s.repository_id = t.repository_id and s.ref_id = t.ref_id and s.version = t.version
  union all
  select s.repository_id, s.ref_id, s.version, s.seal, s.base_ref_id, s.base_version, l.depth + 1 from layers l
  join snapshots s on s.repository_id = l.repository_id and s.ref_id = l.base_ref_id and s.version = l.base_version
  where l.base_version > 0 and l.depth < 8)`;

const headLayers = statement<{ repositoryId: number; kind: RefKind; name: string }, SealedLayer>(sql`
  with recursive ${layersBelow(sql`select repository_id, id as ref_id, version from refs
    where repository_id = ${sql.placeholder('repositoryId')} and kind = ${sql.placeholder('kind')}
      and name = ${sql.placeholder('name')} and version > 0`)}
  select ref_id as "refId", version, seal from layers order by depth`);

/** The newest snapshot of a ref, with all its layers; null when the ref does not exist or has none yet. */
export async function headOf(
  db: Database,
  repositoryId: number,
  kind: RefKind,
  name: string,
): Promise<SnapshotKey | null> {
  const layers = await headLayers(db, { repositoryId, kind, name });
  return layers.length > 0 ? { repositoryId, layers } : null;
}

const layersOfVersion = statement<Layer & { repositoryId: number }, SealedLayer>(sql`
  with recursive ${layersBelow(sql`select ${sql.placeholder('repositoryId')}::bigint as repository_id,
    ${sql.placeholder('refId')}::bigint as ref_id, ${sql.placeholder('version')}::int as version`)}
  select ref_id as "refId", version, seal from layers order by depth`);

/** The snapshot of a version of a ref, with all its layers; null when the version does not exist. */
export async function findKey(
  db: Database,
  repositoryId: number,
  { refId, version }: Layer,
): Promise<SnapshotKey | null> {
  if (version === 0) return { repositoryId, layers: [] };
  const layers = await layersOfVersion(db, { repositoryId, refId, version });
  return layers.length > 0 ? { repositoryId, layers } : null;
}

/** The same for a version that was just read from the database. Throws when it does not exist. */
export async function keyAt(db: Database, repositoryId: number, layer: Layer): Promise<SnapshotKey> {
  const key = await findKey(db, repositoryId, layer);
  // A failover between two statements may lose the version. An empty snapshot would be a wrong result.
  if (!key) throw new Error(`version ${layer.version} of ref ${layer.refId} vanished while it was read`);
  return key;
}

/** The snapshots of several versions of refs, by `refId.version`. Versions that do not exist are left out. */
export async function keysAt(
  db: Database,
  repositoryId: number,
  tops: readonly Layer[],
): Promise<Map<string, SnapshotKey>> {
  const found = await rows<SealedLayer & { top: string }>(
    db,
    sql`select n.ref_id || '.' || n.version as top, l.* from unnest(${sql.param(tops.map(({ refId }) => refId))}::bigint[],
          ${sql.param(tops.map(({ version }) => version))}::int[]) as n (ref_id, version)
        cross join lateral (
          with recursive ${layersBelow(sql`select ${repositoryId}::bigint as repository_id, n.ref_id, n.version`)}
          select ref_id::int as "refId", version, seal, depth from layers) l
        order by 1, l.depth`,
  );
  const keys = new Map<string, SnapshotKey>();
  for (const { top, refId, version, seal } of found) {
    const key = keys.get(top) ?? { repositoryId, layers: [] };
    key.layers.push({ refId, version, seal });
    keys.set(top, key);
  }
  return keys;
}

/** The snapshot of a ref's own layer, if it has one, over another version of its base, and that baseline. */
export async function stateOver(
  db: Database,
  repositoryId: number,
  ref: Ref | null,
  base: Layer | null,
): Promise<{ snapshot: SnapshotKey; baseline: SnapshotKey | null }> {
  const empty: SnapshotKey = { repositoryId, layers: [] };
  const asPushed =
    ref === null ? empty : await keyAt(db, repositoryId, { refId: ref.id, version: ref.version });
  const [own, ...current] = asPushed.layers;
  const isCurrent = current[0]?.refId === base?.refId && current[0]?.version === base?.version;
  const below = own && isCurrent ? current : base ? (await keyAt(db, repositoryId, base)).layers : [];
  return {
    snapshot: { repositoryId, layers: own ? [own, ...below] : below },
    baseline: below.length > 0 ? { repositoryId, layers: below } : null,
  };
}

const countLayers = statement<
  { repositoryId: number; refIds: string[]; versions: string[]; seals: string[] },
  { count: number }
>(sql`
  select count(*)::int as count
  from unnest(${sql.placeholder('refIds')}::text[], ${sql.placeholder('versions')}::text[], ${sql.placeholder('seals')}::text[])
    as n (ref_id, version, seal)
  cross join lateral (select seal from snapshots where repository_id = ${sql.placeholder('repositoryId')}
    and ref_id = n.ref_id::bigint and version = n.version::int offset 0) s
  where n.seal in ('', s.seal)`);

/** Whether a repository has every layer of a snapshot name, with the same seals where the name has them. */
export async function holdsLayers(
  db: Database,
  repositoryId: number,
  { repositoryId: named, layers }: SnapshotName,
): Promise<boolean> {
  if (named !== repositoryId) return false;
  if (layers.length === 0) return true;
  const [found] = await countLayers(db, {
    repositoryId,
    refIds: layers.map(({ refId }) => String(refId)),
    versions: layers.map(({ version }) => String(version)),
    seals: layers.map(({ seal }) => seal ?? ''),
  });
  return found?.count === layers.length;
}

/** A repository with the newest snapshot of its default branch. */
export interface RepositoryWithHead extends Repository {
  /** Null while the default branch has no snapshot. */
  head: SnapshotKey | null;
}

const withHead = statement<
  { owner: string; name: string },
  Repository & { layers: SealedLayer[] | null }
>(sql`
  with recursive found as (
    select id, owner, name, visibility, default_branch from repositories
    where lower(owner) = lower(${sql.placeholder('owner')}) and lower(name) = lower(${sql.placeholder('name')})),
  ${layersBelow(sql`select b.repository_id, b.id as ref_id, b.version from found f
    join refs b on b.repository_id = f.id and b.kind = 'BRANCH' and b.name = f.default_branch and b.version > 0`)}
  select id, owner, name, visibility, default_branch as "defaultBranch",
    (select json_agg(json_build_object('refId', ref_id, 'version', version, 'seal', seal) order by depth) from layers) as layers
  from found`);

/** A repository by name, with the head that most queries need next; null when it does not exist. */
export async function findRepositoryWithHead(
  db: Database,
  owner: string,
  name: string,
): Promise<RepositoryWithHead | null> {
  const [found] = await withHead(db, { owner, name });
  if (!found) return null;
  const { layers, ...repository } = found;
  return { ...repository, head: layers && { repositoryId: repository.id, layers } };
}
