import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { RefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { holdsLayers, stateOver } from '../snapshots/layer-store.js';
import { entriesOf } from '../snapshots/layered-set.js';
import { findRef } from '../snapshots/ref-store.js';
import type { SnapshotName } from '../snapshots/snapshot-key.js';
import { type BaselineWish, findBaseline } from './find-baseline.js';

/** The state that a push is a difference to, as its caller names it. */
export interface Since {
  /** Null when it names none that could be here. */
  snapshot: SnapshotName | null;
  /** When it was pushed, or given to the caller; null when the caller does not know. */
  at: Date | null;
}

/** The registry does not hold what a push is a difference to, so what the push leaves out may be missing here. */
export interface SinceUnknown {
  kind: 'since-unknown';
  /** Paths whose recordings are newer here: an old file that nobody changed must not replace them. */
  newer: string[];
}

/** Null when the push is a difference to a state that the database holds, or to none. */
export async function unknownSince(
  tx: Database,
  request: { repository: Repository; ref: RefName; baseline: BaselineWish; since: Since | null },
): Promise<SinceUnknown | null> {
  const { repository, since } = request;
  if (since === null || (await isHeld(tx, repository, since.snapshot))) return null;
  return { kind: 'since-unknown', newer: await newerPaths(tx, request, since.at) };
}

/** An id without seals proves nothing: after a restore its numbers name another state. */
async function isHeld(tx: Database, repository: Repository, name: SnapshotName | null): Promise<boolean> {
  if (name === null || name.layers.some(({ seal }) => seal === null)) return false;
  return holdsLayers(tx, repository.id, name);
}

/** The paths that the ref holds, or its base, since after a moment; all of them where it is not known. */
async function newerPaths(
  tx: Database,
  { repository, ref: name, baseline }: { repository: Repository; ref: RefName; baseline: BaselineWish },
  at: Date | null,
): Promise<string[]> {
  const ref = await findRef(tx, repository.id, name.kind, name.name);
  const found = await findBaseline(tx, repository, name, ref, baseline);
  // An explicit baseline that is refused is for the push itself to refuse.
  const base = found === null || 'refused' in found ? null : found.layer;
  const { snapshot } = await stateOver(tx, repository.id, ref, base);
  const held = entriesOf(snapshot, 'all', sql`e.repository_id, e.ref_id, e.since, e.path`);
  // To the millisecond, as callers know it.
  const after =
    at === null
      ? sql`true`
      : sql`date_trunc('milliseconds', s.created_at) > ${at.toISOString()}::timestamptz`;
  const newer = await rows<{ path: string }>(
    tx,
    sql`select e.path from (${held}) e join snapshots s
        on s.repository_id = e.repository_id and s.ref_id = e.ref_id and s.version = e.since
        where ${after} order by e.path`,
  );
  return newer.map(({ path }) => path);
}
