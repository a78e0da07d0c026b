import { setImmediate as nextTurn } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { refusedCommit } from '../../vocabulary/commit.js';
import { describeRef, type RefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { type BaselineWish, findBaseline, findPosition } from '../baseline/find-baseline.js';
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
  /** The checkout's ref with its candidate commits, or exactly one state. */
  what: { ref: RefName; baseline: BaselineWish } | { at: At; named: string };
  selection: Selection;
  /** The snapshot that the caller says it has on disk. */
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
      /** Whether the snapshot that the caller says it has is in the database; null when it says nothing. */
      knowsHave: boolean | null;
      files: PlannedFile[];
      /** What the snapshot names and nobody can have any more, also where nothing else changed. */
      purged: PurgedFile[];
    }
  | { kind: 'not-found'; message: string }
  | { kind: 'invalid'; message: string; field: string };

/**
 * Works out which files a checkout needs, without changing anything.
 * @param from where to read, and the primary, which is asked where a replica does not have what the caller has
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
  // A replica that lags would send the caller back to an older state than it has.
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
  const where = selectionCondition(selection);
  const isWanted = pathFilter(selection);
  const named = unchanged ? [] : await chosen(await filesOf(db, snapshot, where), isWanted);
  // Entries are found by numbers: after a failover in between they would be another state's.
  if (!unchanged && !(await holdsLayers(db, snapshot.repositoryId, snapshot))) {
    throw new Error('the planned snapshot vanished while its files were read');
  }
  // A snapshot names the same contents for ever; which of them are left is another question, also where it is the same.
  const purged = await chosen(await purgedFilesOf(db, snapshot, where), isWanted);
  // What was purged between the two looks is told once.
  const gone = new Set(purged.map(({ path }) => path));
  const files = gone.size === 0 ? named : named.filter(({ path }) => !gone.has(path));
  return { kind: 'plan', unchanged, files, purged };
}

/** Files that are matched before other requests get a turn. */
const MATCHED_AT_ONCE = 2_000;

/** Those of the files whose path is wanted. Patterns may be many, and files too. */
async function chosen<File extends { path: string }>(
  files: File[],
  isWanted: ((path: string) => boolean) | null,
): Promise<File[]> {
  if (isWanted === null) return files;
  const found: File[] = [];
  for (let from = 0; from < files.length; from += MATCHED_AT_ONCE) {
    if (from > 0) await nextTurn();
    for (const file of files.slice(from, from + MATCHED_AT_ONCE)) if (isWanted(file.path)) found.push(file);
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
      ? { snapshot, baseline: null, baselineReason: `${what.named} was asked for` }
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

/** The files of a snapshot that fulfil a condition on entries `e`, without purged ones, in the order of their paths. */
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

/** The purged ones of a snapshot that fulfil the condition, in the order of their paths. */
export async function purgedFilesOf(db: Database, snapshot: SnapshotKey, where: SQL): Promise<PurgedFile[]> {
  // Nearly every repository has none, and need not look through its set.
  if ((await purgesOf(db, snapshot.repositoryId)).count === 0) return [];
  const chosen = entriesOf(snapshot, 'all', sql`e.repository_id, e.path, e.digest`, where);
  return rows(
    db,
    sql`select p.path, encode(p.digest, 'hex') as digest, ${PURGE_OF_CONTENT} as purge from (${chosen}) p
        join contents c on c.repository_id = ${snapshot.repositoryId} and c.digest = p.digest
        where c.purged_at is not null order by p.path`,
  );
}
