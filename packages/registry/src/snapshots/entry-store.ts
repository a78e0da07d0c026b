import { sql } from 'drizzle-orm';
import { type Database, rows } from '../database/database.js';
import { OPEN } from '../database/schema.js';
import type { Identity } from '../recordings/recording.js';
import { entriesOf, stillValid } from './layered-set.js';
import type { Held, Own, PathState } from './plan-changes.js';
import type { Layer, SnapshotKey } from './snapshot-key.js';

const textArray = (values: (string | null)[]) => sql`${sql.param(values)}::text[]`;

/** What a ref's own layer and its base hold at the named paths. */
export async function statesOf(
  tx: Database,
  repositoryId: number,
  refId: number,
  base: SnapshotKey | null,
  paths: string[],
): Promise<(path: string) => PathState> {
  const among = sql`e.path = any(${textArray(paths)})`;
  const columns = sql`e.path, encode(e.digest, 'hex') as digest`;
  const own = new Map<string, Own>();
  const held = new Map<string, Held>();
  const ownRows = await rows<{ path: string; digest: string | null }>(
    tx,
    sql`select ${columns} from entries e
        where e.repository_id = ${repositoryId} and ${stillValid(refId)} and ${among}`,
  );
  for (const row of ownRows) own.set(row.path, row.digest === null ? 'removed' : { digest: row.digest });
  if (base) {
    const baseRows = await rows<{ path: string; digest: string }>(tx, entriesOf(base, columns, among));
    for (const row of baseRows) held.set(row.path, row.digest);
  }
  return (path) => ({ own: own.get(path) ?? null, base: held.get(path) ?? null });
}

/** The layer of a ref at a version: what it holds and what it removed. */
export async function ownEntries(
  db: Database,
  repositoryId: number,
  layer: Layer,
): Promise<{ path: string; digest: Held }[]> {
  return rows(
    db,
    sql`select e.path, encode(e.digest, 'hex') as digest from entries e where e.repository_id = ${repositoryId}
        and e.ref_id = ${layer.refId} and e.since <= ${layer.version} and e.until > ${layer.version}`,
  );
}

/** Ends entries at a version: from there on they are not valid. */
export async function closeEntries(
  tx: Database,
  repositoryId: number,
  layer: Layer,
  paths: string[],
): Promise<void> {
  if (paths.length === 0) return;
  await tx.execute(sql`
    update entries e set until = ${layer.version}
    where e.repository_id = ${repositoryId} and e.ref_id = ${layer.refId} and e.until = ${OPEN}
    and e.path = any(${textArray(paths)})`);
}

/** Begins entries at a version. What their contents say is copied from the readings. */
export async function openEntries(
  tx: Database,
  repositoryId: number,
  layer: Layer,
  opened: { path: string; digest: Held; identity: Identity | null }[],
): Promise<void> {
  if (opened.length === 0) return;
  await tx.execute(sql`
    insert into entries (repository_id, ref_id, path, since, digest, test_id, model, endpoint, hash, hash_status)
    select ${repositoryId}, ${layer.refId}, n.path, ${layer.version}, decode(n.digest, 'hex'),
      r.test_id, r.model, r.endpoint, n.hash, n.hash_status
    from unnest(${textArray(opened.map((entry) => entry.path))}, ${textArray(opened.map((entry) => entry.digest))},
      ${textArray(opened.map((entry) => entry.identity?.hash ?? null))},
      ${textArray(opened.map((entry) => entry.identity?.hashStatus ?? null))}) as n (path, digest, hash, hash_status)
    left join readings r on r.repository_id = ${repositoryId} and r.digest = decode(n.digest, 'hex')`);
}
