import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import type { RefKind } from '../database/schema.js';
import { statement } from '../database/statement.js';
import type { Repository } from '../repositories/repository.js';
import type { Layer, SnapshotKey } from './snapshot-key.js';

// Which layers a state has. Every question about recordings begins with one of these.

/**
 * A table `layers` of a layer and those below it, top first. Bases are chosen so that they make no circle; the bound is
 * there should the data say otherwise.
 * @param top gives a repository, a ref and a version, or no row
 */
const layersBelow = (top: SQL) => sql`layers (repository_id, ref_id, version, depth) as (
  select t.*, 1 from (${top}) t
  union all
  select l.repository_id, s.base_ref_id, s.base_version, l.depth + 1 from layers l
  join snapshots s on s.repository_id = l.repository_id and s.ref_id = l.ref_id and s.version = l.version
  where s.base_ref_id is not null and s.base_version > 0 and l.depth < 8)`;

const headLayers = statement<{ repositoryId: number; kind: RefKind; name: string }, Layer>(sql`
  with recursive ${layersBelow(sql`select repository_id, id, version from refs
    where repository_id = ${sql.placeholder('repositoryId')} and kind = ${sql.placeholder('kind')}
      and name = ${sql.placeholder('name')} and version > 0`)}
  select ref_id as "refId", version from layers order by depth`);

/** The newest state of a ref, with everything it lies over; null when there is no such ref, or it has none yet. */
export async function headOf(
  db: Database,
  repositoryId: number,
  kind: RefKind,
  name: string,
): Promise<SnapshotKey | null> {
  const layers = await headLayers(db, { repositoryId, kind, name });
  return layers.length > 0 ? { repositoryId, layers } : null;
}

const layersOfVersion = statement<Layer & { repositoryId: number }, Layer>(sql`
  with recursive ${layersBelow(sql`select ${sql.placeholder('repositoryId')}::bigint, ${sql.placeholder('refId')}::bigint,
    ${sql.placeholder('version')}::int`)}
  select ref_id as "refId", version from layers order by depth`);

/** The state of a ref at one of its versions, with everything it lay over then. */
export async function keyAt(db: Database, repositoryId: number, layer: Layer): Promise<SnapshotKey> {
  if (layer.version === 0) return { repositoryId, layers: [] };
  return { repositoryId, layers: await layersOfVersion(db, { repositoryId, ...layer }) };
}

/** A repository, and the newest state of its default branch as it was found. */
export interface RepositoryWithHead extends Repository {
  /** Null while the default branch has no state. */
  head: SnapshotKey | null;
}

const withHead = statement<{ owner: string; name: string }, Repository & { layers: Layer[] | null }>(sql`
  with recursive found as (
    select id, owner, name, visibility, default_branch from repositories
    where lower(owner) = lower(${sql.placeholder('owner')}) and lower(name) = lower(${sql.placeholder('name')})),
  ${layersBelow(sql`select b.repository_id, b.id, b.version from found f
    join refs b on b.repository_id = f.id and b.kind = 'BRANCH' and b.name = f.default_branch and b.version > 0`)}
  select id, owner, name, visibility, default_branch as "defaultBranch",
    (select json_agg(json_build_object('refId', ref_id, 'version', version) order by depth) from layers) as layers
  from found`);

/** A repository by its name, with what most questions about it go on to ask; null when there is none. */
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
