import { pathPattern } from '@fixture-registry/protocol';
import type { AcceptanceMeans } from '../../database/schema/schema.js';
import type { Database } from '../../database/statements/database.js';
import { keyAt } from '../../store/snapshots/layer-store.js';
import { findRef, layerBefore } from '../../store/snapshots/ref-store.js';
import { describeUnknown, resolveSnapshot } from '../../store/snapshots/resolve-snapshot.js';
import type { SnapshotKey, SnapshotName } from '../../store/snapshots/snapshot-key.js';
import { refusedWrite } from '../../trust/access/may-write.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import type { Caller } from '../../trust/identity/caller.js';
import { type DriftLevel, rank } from '../../vocabulary/level.js';
import type { Repository } from '../../vocabulary/repository.js';
import { count } from '../../vocabulary/words.js';
import type { DriftChange } from '../differences/drift.js';
import type { DriftReports } from '../drift/drift-reports.js';
import { driftSides } from '../drift/drift-sides.js';
import { changeKey } from './acceptance.js';
import { addAcceptances } from './acceptance-store.js';
import { acceptedBy } from './accepted-by.js';
import { loadAcceptances } from './load-acceptances.js';

export interface AcceptRequest {
  repository: Repository;
  pullRequest: number;
  /**
   * The state that the reviewer saw: a snapshot, or the newest one at a time. Later pushes are not
   * accepted. Null for the newest state.
   */
  seen: { snapshot: SnapshotName } | { at: Date } | null;
  /** Path patterns; null for all paths. */
  paths: string[] | null;
  /** Only changes up to this level; null for all levels. */
  level: DriftLevel | null;
  /** Who accepts, according to the caller; `acceptedBy` decides whether the caller may say so. */
  by: string | null;
  /** The authenticated caller. */
  caller: Caller;
  means: AcceptanceMeans;
}

export type AcceptOutcome =
  | {
      kind: 'accepted';
      /** Who accepted. */
      by: string;
      /** The newly accepted changes. */
      changes: DriftChange[];
      /** Number of selected changes that were already accepted. */
      already: number;
    }
  | { kind: 'not-found'; message: string }
  | { kind: 'forbidden'; message: string }
  | { kind: 'invalid'; message: string; field: string };

/** Accepts the changes of a pull request that a reviewer saw. Idempotent. */
export async function acceptDrift(
  db: Database,
  reports: DriftReports,
  request: AcceptRequest,
): Promise<AcceptOutcome> {
  const { repository, pullRequest, caller } = request;
  const reportedBy = caller.identity.who;
  const currentRef = await findRef(db, repository.id, 'PULL_REQUEST', String(pullRequest));
  const forbidden = refusedWrite(caller.identity, repository, {
    kind: 'acceptance',
    pullRequest,
    fromFork: currentRef?.fromFork ?? false,
  });
  if (forbidden) return { kind: 'forbidden', message: forbidden };
  if (request.by !== null && !/^[^\p{Cc}\p{Cs}\s][^\p{Cc}\p{Cs}]{0,99}$/u.test(request.by)) {
    return { kind: 'invalid', field: 'by', message: 'must have 1 to 100 characters on one line' };
  }
  const head = await findSeenState(db, request);
  if (head !== null && 'kind' in head) return head;
  const sides = head && (await driftSides(db, repository, { head: { snapshot: head }, base: null }));
  const { by, means } = acceptedBy(caller.identity, repository, request);
  if (!sides) return { kind: 'accepted', by, changes: [], already: 0 };
  const computed = await reports.between(sides.baseline, sides.head);
  const selected = computed.drift.changes.filter(isSelectedBy(request));
  const { accepted, unaccepted } = await loadAcceptances(db, sides.head, selected);
  const about = { repositoryId: repository.id, pullRequest, by, saidBy: reportedBy, means };
  await db.transaction(async (tx) => {
    await addAcceptances(tx, about, unaccepted.map(changeKey));
    await recordAudit(tx, {
      repositoryId: repository.id,
      by: caller,
      action: 'accept',
      target: `refs/pull/${pullRequest}`,
      outcome: 'DONE',
      detail:
        `accepted ${count(unaccepted.length, 'change')} on behalf of ${by}; ` +
        `${accepted.length} were already accepted`,
    });
  });
  return { kind: 'accepted', by, changes: unaccepted, already: accepted.length };
}

/** The state that the reviewer saw; null when nothing had been pushed by then. */
async function findSeenState(
  db: Database,
  { repository, pullRequest, seen }: AcceptRequest,
): Promise<SnapshotKey | null | Extract<AcceptOutcome, { message: string }>> {
  const ref = await findRef(db, repository.id, 'PULL_REQUEST', String(pullRequest));
  if (!ref || ref.version === 0) {
    return { kind: 'not-found', message: `no recordings were pushed for pull request #${pullRequest}` };
  }
  if (seen === null) return keyAt(db, repository.id, { refId: ref.id, version: ref.version });
  if ('at' in seen) {
    const layer = await layerBefore(db, repository.id, ref.id, seen.at);
    return layer && keyAt(db, repository.id, layer);
  }
  const snapshot = await resolveSnapshot(db, repository, { snapshot: seen.snapshot });
  if (snapshot?.layers[0]?.refId === ref.id) return snapshot;
  const message = snapshot
    ? `this is not a snapshot of pull request #${pullRequest}`
    : describeUnknown(seen, 'the state that was seen');
  return { kind: 'invalid', field: 'snapshot', message };
}

function isSelectedBy({ paths, level }: AcceptRequest): (change: DriftChange) => boolean {
  const patterns = paths?.map(pathPattern) ?? null;
  return (change) =>
    (patterns === null || patterns.some((pattern) => pattern.test(change.path))) &&
    (level === null || rank(change.level) <= rank(level));
}
