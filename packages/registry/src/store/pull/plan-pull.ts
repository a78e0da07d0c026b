import { setImmediate as nextTurn } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { refusedCommit } from '../../vocabulary/commit.js';
import { describeRef, type RefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { findBaseline, findPosition, type RequestedBaseline } from '../baseline/find-baseline.js';
import type { Purge } from '../purged/purge.js';
import { PURGE_OF_CONTENT, purgesOf } from '../purged/purge-store.js';
import { holdsLayers, stateOver } from '../snapshots/layer-store.js';
import { entriesOf } from '../snapshots/layered-set.js';
import { findRef } from '../snapshots/ref-store.js';
import { type At, describeUnknown, resolveSnapshot } from '../snapshots/resolve-snapshot.js';
import { pathFilter, refusedSelection, type Selection, selectionCondition } from '../snapshots/selection.js';
import { type SnapshotKey, type SnapshotName, sameSnapshot } from '../snapshots/snapshot-key.js';

export interface PullRequestPlan {
  repository: Repository;
  /** The checkout's ref with its candidate commits, or one snapshot. */
  what: { ref: RefName; baseline: RequestedBaseline } | { at: At; named: string };
  selection: Selection;
  /** The snapshot that the caller claims to have on disk. */
  have: SnapshotName | null;
}

export interface PlannedFile {
  path: string;
  digest: string;
  size: number;
}

/** A path of the snapshot whose content an admin removed. */
export interface PurgedFile {
  path: string;
  digest: string;
  purge: Purge;
}

export type PullPlanOutcome =
  | {
      kind: 'plan';
      snapshot: SnapshotKey;
      baseline: SnapshotKey | null;
      baselineReason: string;
      unchanged: boolean;
      /** Whether `have` exists in the database; null without `have`. */
      knowsHave: boolean | null;
      files: PlannedFile[];
      /** The purged files of the snapshot, also when it is unchanged. */
      purged: PurgedFile[];
    }
  | { kind: 'not-found'; message: string }
  | { kind: 'invalid'; message: string; field: string };

/**
 * Plans the files that a checkout needs. Changes nothing.
 * @param from the database to read, and the primary, which is used when a replica does not have the caller's
 *   snapshot
 */
export async function planPull(
  from: { db: Database; primary: Database },
  request: PullRequestPlan,
): Promise<PullPlanOutcome> {
  const refused = refusedSelection(request.selection);
  if (refused) return { kind: 'invalid', ...refused };
  const { have } = request;
  const resolved = await resolve(from.db, request);
  const isProven = !('kind' in resolved) && have !== null && sameSnapshot(have, resolved.snapshot);
  const knowsHave =
    have === null ? null : isProven || (await holdsLayers(from.db, request.repository.id, have));
  // A lagging replica would return an older state than the caller has.
  if (knowsHave === false && from.db !== from.primary) {
    return planPull({ ...from, db: from.primary }, request);
  }
  if ('kind' in resolved) return resolved;
  return { ...(await planFiles(from.db, request.selection, resolved, isProven)), ...resolved, knowsHave };
}

async function planFiles(
  db: Database,
  selection: Selection,
  { snapshot }: Resolved,
  unchanged: boolean,
): Promise<{ kind: 'plan'; unchanged: boolean; files: PlannedFile[]; purged: PurgedFile[] }> {
  const where = selectionCondition(selection, snapshot.repositoryId);
  const isSelected = pathFilter(selection);
  const found = unchanged ? [] : await select(await filesOf(db, snapshot, where), isSelected);
  // Entries are found by number: after a failover in between, they may belong to another snapshot.
  if (!unchanged && !(await holdsLayers(db, snapshot.repositoryId, snapshot))) {
    throw new Error('the planned snapshot vanished while its files were read');
  }
  // A snapshot is immutable, but its contents may be purged later, so an unchanged one is checked as well.
  const purged = await select(await purgedFilesOf(db, snapshot, where), isSelected);
  // A content that was purged between the two queries must not be in both lists.
  const gone = new Set(purged.map(({ path }) => path));
  const files = gone.size === 0 ? found : found.filter(({ path }) => !gone.has(path));
  return { kind: 'plan', unchanged, files, purged };
}

/** The number of files to match before other requests get a turn. */
const MATCHED_AT_ONCE = 2_000;

/** The files with a selected path. Yields to other requests, because both files and patterns may be many. */
async function select<File extends { path: string }>(
  files: File[],
  isSelected: ((path: string) => boolean) | null,
): Promise<File[]> {
  if (isSelected === null) return files;
  const found: File[] = [];
  for (let from = 0; from < files.length; from += MATCHED_AT_ONCE) {
    if (from > 0) await nextTurn();
    for (const file of files.slice(from, from + MATCHED_AT_ONCE)) if (isSelected(file.path)) found.push(file);
  }
  return found;
}

type Resolved = { snapshot: SnapshotKey; baseline: SnapshotKey | null; baselineReason: string };

async function resolve(
  db: Database,
  { repository, what }: PullRequestPlan,
): Promise<Resolved | Extract<PullPlanOutcome, { message: string }>> {
  if ('at' in what) {
    const snapshot = await resolveSnapshot(db, repository, what.at);
    return snapshot
      ? { snapshot, baseline: null, baselineReason: `${what.named} was requested` }
      : {
          kind: 'not-found',
          message: describeUnknown(what.at, `${what.named} in ${repository.owner}/${repository.name}`),
        };
  }
  for (const commit of what.baseline.candidates) {
    const refused = refusedCommit(commit);
    if (refused) return { kind: 'invalid', message: refused, field: 'candidates' };
  }
  const ref = await findRef(db, repository.id, what.ref.kind, what.ref.name);
  const isOwnBranch = what.ref.kind === 'BRANCH' && ref !== null && ref.version > 0;
  const baseline = isOwnBranch
    ? await findPosition(db, repository, ref, what.baseline)
    : await findBaseline(db, repository, what.ref, ref, what.baseline);
  if (baseline && 'refused' in baseline) {
    return {
      kind: 'not-found',
      message: `${baseline.refused}; leave the baseline out to let the registry choose`,
    };
  }
  const reason = baseline?.reason ?? `nothing was pushed to ${describeRef(what.ref)} yet`;
  const own = isOwnBranch ? null : ref;
  return { ...(await stateOver(db, repository.id, own, baseline?.layer ?? null)), baselineReason: reason };
}

/** The files of a snapshot that match a condition on entries `e`, without purged ones, ordered by path. */
export async function filesOf(db: Database, snapshot: SnapshotKey, where: SQL): Promise<PlannedFile[]> {
  const chosen = entriesOf(snapshot, 'all', sql`e.repository_id, e.path, e.digest`, where);
  return rows(
    db,
    sql`select p.path, encode(p.digest, 'hex') as digest, c.size from (${chosen}) p
        cross join lateral (select c.size, c.purged_at from contents c
          where c.repository_id = p.repository_id and c.digest = p.digest offset 0) c
        where c.purged_at is null order by p.path`,
  );
}

/** The purged files of a snapshot that match a condition on entries `e`, ordered by path. */
export async function purgedFilesOf(db: Database, snapshot: SnapshotKey, where: SQL): Promise<PurgedFile[]> {
  // Most repositories have no purges and skip the scan of the snapshot.
  if ((await purgesOf(db, snapshot.repositoryId)).count === 0) return [];
  const chosen = entriesOf(snapshot, 'all', sql`e.repository_id, e.path, e.digest`, where);
  return rows(
    db,
    sql`select p.path, encode(p.digest, 'hex') as digest, ${PURGE_OF_CONTENT} as purge from (${chosen}) p
        join contents c on c.repository_id = ${snapshot.repositoryId} and c.digest = p.digest
        where c.purged_at is not null order by p.path`,
  );
}
