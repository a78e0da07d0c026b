import { sql } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import { type Database, rows } from '../../database/statements/database.js';
import { entriesOf, entriesOfRef } from '../snapshots/layered-set.js';
import {
  encodeSnapshotKey,
  type SealedLayer,
  type SnapshotKey,
  type SnapshotName,
} from '../snapshots/snapshot-key.js';

/** A snapshot never changes, and its seals name it in every database. All jobs of a matrix pull the same one. */
const sizes = new LRUCache<string, number>({ max: 5_000 });

/** The number of recordings of a snapshot that was counted before, without a query; null when it was not. */
export function knownSize(name: SnapshotName): number | null {
  return sizes.get(encodeSnapshotKey(name)) ?? null;
}

/**
 * The number of recordings of a stored snapshot, purged ones included. The lowest layer is counted in an index
 * without its paths; the layers above are small.
 */
export async function sizeOfSnapshot(db: Database, snapshot: SnapshotKey): Promise<number> {
  const [top, ...below] = snapshot.layers;
  if (!top) return 0;
  const name = encodeSnapshotKey(snapshot);
  const known = sizes.get(name);
  if (known !== undefined) return known;
  const size =
    below.length === 0
      ? await countLayer(db, snapshot.repositoryId, top)
      : (await sizeOfSnapshot(db, { ...snapshot, layers: below })) +
        (await addedByLayer(db, snapshot.repositoryId, top, below));
  sizes.set(name, size);
  return size;
}

async function countLayer(db: Database, repositoryId: number, { refId, version }: SealedLayer) {
  // The ref is negated, as in the index `entries_alive`.
  const [found] = await rows<{ count: number }>(
    db,
    sql`select count(*)::int as count from entries n where n.repository_id = ${repositoryId}
        and -n.ref_id = -(${refId}::bigint) and n.until > ${version} and n.since <= ${version}
        and n.digest is not null`,
  );
  return found?.count ?? 0;
}

/** The difference that a layer makes to the number of recordings of the layers below. */
async function addedByLayer(
  db: Database,
  repositoryId: number,
  top: SealedLayer,
  below: SealedLayer[],
): Promise<number> {
  const same = entriesOf({ repositoryId, layers: below }, 'few', sql`1`, sql`e.path = o.path`);
  const [found] = await rows<{ added: number }>(
    db,
    sql`select coalesce(sum(case when o.digest is null then -b.count else 1 - b.count end), 0)::int as added
        from ${entriesOfRef(repositoryId, top)} o
        cross join lateral (select count(*) as count from (${same}) s) b where o.since <= ${top.version}`,
  );
  return found?.added ?? 0;
}
