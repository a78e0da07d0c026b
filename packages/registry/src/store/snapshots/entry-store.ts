import { sql } from 'drizzle-orm';
import { callFingerprint, OPEN } from '../../database/schema/schema.js';
import { type Database, rows } from '../../database/statements/database.js';
import type { Identity } from '../../vocabulary/recording.js';
import { entriesByCall, entriesOf, entriesOfRef } from './layered-set.js';
import type { Own, PathDigest, PathState } from './plan-changes.js';
import type { Layer, SnapshotKey } from './snapshot-key.js';

const textArray = (values: (string | null)[]) => sql`${sql.param(values)}::text[]`;

/** The entries of a ref's own layer and of its base at the named paths. */
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
  const inBase = new Map<string, PathDigest>();
  const ownRows = await rows<{ path: string; digest: string | null }>(
    tx,
    sql`select ${columns} from ${entriesByCall(refId)} e
        where e.repository_id = ${repositoryId} and e.until = ${OPEN} and ${among}`,
  );
  for (const row of ownRows) own.set(row.path, row.digest === null ? 'removed' : { digest: row.digest });
  if (base) {
    const baseRows = await rows<{ path: string; digest: string }>(tx, entriesOf(base, 'few', columns, among));
    for (const row of baseRows) inBase.set(row.path, row.digest);
  }
  return (path) => ({ own: own.get(path) ?? null, base: inBase.get(path) ?? null });
}

/** The entries of a ref's own layer at a version; removed paths have the digest null. */
export async function ownEntries(
  db: Database,
  repositoryId: number,
  layer: Layer,
): Promise<{ path: string; digest: PathDigest }[]> {
  return rows(
    db,
    sql`select e.path, encode(e.digest, 'hex') as digest from ${entriesOfRef(repositoryId, layer)} e
        where e.since <= ${layer.version}`,
  );
}

/** Whether a ref's own layer has more than `most` entries at a version. */
export async function hasMoreOwnEntries(
  db: Database,
  repositoryId: number,
  layer: Layer,
  most: number,
): Promise<boolean> {
  const found = await rows(
    db,
    sql`select 1 from ${entriesOfRef(repositoryId, layer)} e where e.since <= ${layer.version} limit ${most + 1}`,
  );
  return found.length > most;
}

/** Ends entries: they are not valid from this version on. */
export async function closeEntries(
  tx: Database,
  repositoryId: number,
  layer: Layer,
  paths: string[],
): Promise<void> {
  if (paths.length === 0) return;
  await tx.execute(sql`
    update entries o set until = ${layer.version} from ${entriesByCall(layer.refId)} e
    where e.repository_id = ${repositoryId} and e.until = ${OPEN} and e.path = any(${textArray(paths)}) and o.repository_id = e.repository_id
    and o.ref_id = e.ref_id and o.call_id = e.call_id and o.since = e.since`);
}

/** An entry to begin; without a digest it hides the base's entry at the path. */
export interface Opened {
  path: string;
  digest: PathDigest;
  identity: Identity | null;
}

/** Begins entries at a version. */
export async function openEntries(
  tx: Database,
  repositoryId: number,
  layer: Layer,
  opened: Opened[],
): Promise<void> {
  const holding = opened.filter(({ digest }) => digest !== null);
  const hiding = opened.filter(({ digest }) => digest === null).map(({ path }) => path);
  await addCalls(tx, repositoryId, holding);
  const begun = [
    ...(await openHolding(tx, repositoryId, layer, holding)),
    ...(await openHiding(tx, repositoryId, layer, hiding)),
  ];
  if (begun.length !== opened.length) {
    throw new Error(`${begun.length} of ${opened.length} entries have a call that they can refer to`);
  }
}

/** The calls of contents at their paths, with the model and the endpoint of their readings. */
const callsOf = (repositoryId: number, holding: Opened[]) => sql`
  select n.path, decode(n.digest, 'hex') as digest, decode(n.hash, 'hex') as hash, n.hash_status, n.test_id, r.model, r.endpoint
  from unnest(${textArray(holding.map(({ path }) => path))}, ${textArray(holding.map(({ digest }) => digest))},
    ${textArray(holding.map(({ identity }) => identity?.hash ?? null))},
    ${textArray(holding.map(({ identity }) => identity?.hashStatus ?? null))},
    ${textArray(holding.map(({ identity }) => identity?.testId ?? null))}) as n (path, digest, hash, hash_status, test_id)
  left join lateral (select * from readings r
    where r.repository_id = ${repositoryId} and r.digest = decode(n.digest, 'hex') offset 0) r on true`;

const fingerprintOf = (call: string) =>
  callFingerprint({
    testId: sql.raw(`${call}.test_id`),
    model: sql.raw(`${call}.model`),
    endpoint: sql.raw(`${call}.endpoint`),
    hashStatus: sql.raw(`${call}.hash_status`),
  });

/** The same with the ids of their calls, which must exist. */
export const callsWithIds = (repositoryId: number, holding: Opened[]) => sql`
  select k.id, c.* from (${callsOf(repositoryId, holding)}) c
  cross join lateral (select k.id from calls k
    where k.repository_id = ${repositoryId} and k.path = c.path and ${fingerprintOf('k')} = ${fingerprintOf('c')} offset 0) k`;

/** Adds the calls that are new to the repository. */
export async function addCalls(tx: Database, repositoryId: number, holding: Opened[]): Promise<void> {
  if (holding.length === 0) return;
  // Existing calls are filtered first, because each attempted row uses up a sequence number. A fixed order
  // prevents deadlocks between two pushes of the same calls.
  await tx.execute(sql`
    insert into calls (repository_id, path, test_id, model, endpoint, hash, hash_status)
    select ${repositoryId}, c.path, c.test_id, c.model, c.endpoint, c.hash, c.hash_status
    from (${callsOf(repositoryId, holding)}) c
    where not exists (select 1 from calls k
      where k.repository_id = ${repositoryId} and k.path = c.path and ${fingerprintOf('k')} = ${fingerprintOf('c')} offset 0)
    order by c.path on conflict do nothing`);
}

function openHolding(tx: Database, repositoryId: number, layer: Layer, holding: Opened[]): Promise<object[]> {
  if (holding.length === 0) return Promise.resolve([]);
  // A separate statement, so that it also sees calls that another transaction added in between.
  return rows(
    tx,
    sql`insert into entries (repository_id, ref_id, call_id, since, digest)
        select ${repositoryId}, ${layer.refId}, c.id, ${layer.version}, c.digest
        from (${callsWithIds(repositoryId, holding)}) c order by c.id returning since`,
  );
}

/** A hidden path has at least one call; any of them will do. */
function openHiding(tx: Database, repositoryId: number, layer: Layer, paths: string[]): Promise<object[]> {
  if (paths.length === 0) return Promise.resolve([]);
  return rows(
    tx,
    sql`insert into entries (repository_id, ref_id, call_id, since)
        select ${repositoryId}, ${layer.refId}, min(k.id), ${layer.version} from calls k
        where k.repository_id = ${repositoryId} and k.path = any(${textArray(paths)}) group by k.path returning since`,
  );
}
