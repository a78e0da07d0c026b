import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { RefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { holdsLayers, stateOver } from '../snapshots/layer-store.js';
import { entriesOf } from '../snapshots/layered-set.js';
import { findRef } from '../snapshots/ref-store.js';
import type { SnapshotName } from '../snapshots/snapshot-key.js';
import { findBaseline, type RequestedBaseline } from './find-baseline.js';

/** The state that a push is a difference to, as named by its caller. */
export interface Since {
  /** Null when the caller's id is not a snapshot id. */
  snapshot: SnapshotName | null;
  /** When it was pushed or pulled; null when the caller does not know. */
  at: Date | null;
}

/**
 * The registry does not have the state that a push is a difference to, so the omitted files may be missing.
 */
export interface SinceUnknown {
  kind: 'since-unknown';
  /** Paths with newer recordings in the registry, which an old unchanged file must not replace. */
  newer: string[];
}

/**
 * Checks that the database has the state that a push is a difference to. Null when it does, or when there is
 * none.
 */
export async function unknownSince(
  tx: Database,
  request: { repository: Repository; ref: RefName; baseline: RequestedBaseline; since: Since | null },
): Promise<SinceUnknown | null> {
  const { repository, since } = request;
  if (since === null || (await isStored(tx, repository, since.snapshot))) return null;
  return { kind: 'since-unknown', newer: await newerPaths(tx, request, since.at) };
}

/** An id without seals proves nothing: after a restore its numbers name another state. */
async function isStored(tx: Database, repository: Repository, name: SnapshotName | null): Promise<boolean> {
  if (name === null || name.layers.some(({ seal }) => seal === null)) return false;
  return holdsLayers(tx, repository.id, name);
}

/** The paths of the ref or its base that changed after a moment; all paths when the moment is null. */
async function newerPaths(
  tx: Database,
  { repository, ref: name, baseline }: { repository: Repository; ref: RefName; baseline: RequestedBaseline },
  at: Date | null,
): Promise<string[]> {
  const ref = await findRef(tx, repository.id, name.kind, name.name);
  const found = await findBaseline(tx, repository, name, ref, baseline);
  // The push itself refuses a wrong explicit baseline.
  const base = found === null || 'refused' in found ? null : found.layer;
  const { snapshot } = await stateOver(tx, repository.id, ref, base);
  const entries = entriesOf(snapshot, 'all', sql`e.repository_id, e.ref_id, e.since, e.path`);
  // Callers know the moment to the millisecond only.
  const after =
    at === null
      ? sql`true`
      : sql`date_trunc('milliseconds', s.created_at) > ${at.toISOString()}::timestamptz`;
  const newer = await rows<{ path: string }>(
    tx,
    // Retention may have removed the version that began an entry: the next one that is left is younger, so at worst
    // a path counts as newer that is not.
    sql`select e.path from (${entries}) e cross join lateral (select s.created_at from snapshots s
          where s.repository_id = e.repository_id and s.ref_id = e.ref_id and s.version >= e.since
          order by s.version limit 1) s
        where ${after} order by e.path`,
  );
  return newer.map(({ path }) => path);
}
