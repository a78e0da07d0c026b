import { describeBranchName } from '@fixture-registry/protocol';
import { allOrNothing } from '../../database/statements/all-or-nothing.js';
import type { Database } from '../../database/statements/database.js';
import { refusedWrite } from '../../trust/access/may-write.js';
import { refTarget } from '../../trust/audit/audit-event.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import type { Caller } from '../../trust/identity/caller.js';
import { refusedCommit } from '../../vocabulary/commit.js';
import { refusedBranchName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { Baseline } from '../baseline/choose-baseline.js';
import { findBaseline } from '../baseline/find-baseline.js';
import { writeChanges } from '../changes/write-changes.js';
import { allowancesFor } from '../checks/allowances-for.js';
import { type FileFinding, pushedSecrets } from '../checks/check-secrets.js';
import { lockDefaultBranch } from '../default-branch/default-branch-store.js';
import { keyAt } from '../snapshots/layer-store.js';
import type { PathDigest } from '../snapshots/plan-changes.js';
import type { Ref } from '../snapshots/ref.js';
import {
  findRef,
  lockRef,
  noteCommit,
  refById,
  snapshotRow,
  versionsOfCommits,
} from '../snapshots/ref-store.js';
import type { SnapshotKey } from '../snapshots/snapshot-key.js';
import { changedSince } from './changed-since-store.js';
import { changesToPromote } from './changes-to-promote.js';
import { versionToPromote } from './choose-version.js';
import { describeNewerOnBranch } from './describe-newer.js';
import { describeUnboundPromotion } from './describe-unbound.js';
import { knownBase, notePromotion, promotionTo, versionOfHead } from './promotion-store.js';
import { countMergedChanges } from './weekly-change-store.js';

export interface PromotionRequest {
  repository: Repository;
  by: Caller;
  pullRequest: number;
  /** The branch that it was merged into; null: its base branch. */
  branch: string | null;
  /** The merge commit. */
  commit: string | null;
  /** The merged head commit of the pull request: the recordings that its runs pushed were reviewed. */
  head: string | null;
  /** The time of the merge: later pushes are unreviewed. Null when the caller does not know it. */
  mergedAt: Date | null;
  /** Refuses when the branch changed one of the recordings after `mergedAt`. */
  unlessChanged: boolean;
}

export type PromotionOutcome =
  | {
      kind: 'promotion';
      /** The branch after the promotion; null when it has no recordings. */
      snapshot: SnapshotKey | null;
      promoted: boolean;
      reason: string;
      /** Advice for the caller; the promotion succeeded anyway. */
      warnings: string[];
      added: number;
      changed: number;
      removed: number;
    }
  /** Secret findings that the branch does not allow, even if they were allowed at push. */
  | { kind: 'secrets'; branch: string; findings: FileFinding[] }
  | { kind: 'forbidden'; message: string }
  | { kind: 'invalid'; message: string; field: string };

type Promotion = Extract<PromotionOutcome, { kind: 'promotion' }>;

/**
 * Applies the changes of a merged pull request to the branch that it was merged into, in one transaction.
 * Repeating it changes nothing, unless a token repeats it after further pushes to the pull request.
 */
export async function promote(db: Database, request: PromotionRequest): Promise<PromotionOutcome> {
  const refusedTarget = request.branch === null ? null : refusedBranchName(request.branch);
  if (refusedTarget) return { kind: 'invalid', message: refusedTarget, field: 'branch' };
  for (const field of ['commit', 'head'] as const) {
    const commit = request[field];
    const refused = commit === null ? null : refusedCommit(commit);
    if (refused) return { kind: 'invalid', message: refused, field };
  }
  if (request.unlessChanged && request.mergedAt === null) {
    return { kind: 'invalid', message: '`unlessChanged` needs the time of the merge', field: 'mergedAt' };
  }
  return await allOrNothing<PromotionOutcome>(
    db,
    ({ kind }) => kind === 'promotion',
    (tx) => promoteWithin(tx, request),
  );
}

async function promoteWithin(tx: Database, request: PromotionRequest): Promise<PromotionOutcome> {
  const { by, pullRequest: number, commit, head } = request;
  const repository = await lockDefaultBranch(tx, request.repository.id, 'shared');
  const found = await findRef(tx, repository.id, 'PULL_REQUEST', String(number));
  const base = found && found.version > 0 ? await knownBase(tx, repository, found) : null;
  const branch = request.branch ?? base ?? repository.defaultBranch;
  const toDefault = branch === repository.defaultBranch;
  const write = { kind: 'promotion', branch, pullRequest: number, base, toDefault } as const;
  const forbidden = refusedWrite(by.identity, repository, write);
  if (forbidden) return { kind: 'forbidden', message: forbidden };
  const about = { tx, request, branch };
  if (!found || found.version === 0) {
    const target = await findRef(tx, repository.id, 'BRANCH', branch);
    return unchanged(about, target, `pull request #${number} pushed no recordings`);
  }
  const target = await lockRef(tx, repository.id, 'BRANCH', branch);
  const pullRequest = (await refById(tx, repository.id, found.id)) ?? found;
  const before = await promotionTo(tx, pullRequest, target.id);
  const choice = versionToPromote({
    newest: pullRequest.version,
    head,
    notedForHead: head === null ? null : await versionOfHead(tx, pullRequest, head, request.mergedAt),
    before,
    again: by.identity.run === null,
  });
  if (choice.kind === 'promoted-before') {
    const reason = `pull request #${number} was promoted before, as version ${choice.before.as} of ${describeBranchName(branch)}`;
    return unchanged(about, target, reason, choice.warnings);
  }
  const version = choice.kind === 'promote' ? choice.version : pullRequest.version;
  const versions = { promoted: version, before: before?.version ?? null };
  const changes = await changesToPromote(tx, pullRequest, versions);
  if (choice.kind === 'head-unknown') {
    if (changes.size > 0) return headUnknown(about, pullRequest, choice.head);
    return unchanged(about, target, `pull request #${number} changes no recordings`);
  }
  if (request.unlessChanged && request.mergedAt !== null) {
    const newer = await changedSince(tx, target, request.mergedAt, changes);
    if (newer.length > 0) return newerOnBranch(about, newer);
  }
  const findings = await secretsNotAllowed(tx, repository, target, changes);
  if (findings.length > 0) return { kind: 'secrets', branch, findings };
  const { plan, snapshot } = await writeChanges(tx, repository.id, {
    ref: target,
    changes,
    baseline: target.version === 0 ? await baselineOfNew(tx, repository, target) : null,
    commit,
    origin: 'PROMOTION',
    pullRequest: number,
    settings: null,
  });
  await notePromotion(tx, pullRequest, target.id, { version, as: snapshot.layers[0]?.version ?? null });
  // A further promotion brings the changes since the earlier one.
  if (toDefault) await countMergedChanges(tx, pullRequest, new Date(), before && [...changes.keys()]);
  return audited(about, {
    kind: 'promotion',
    snapshot,
    promoted: true,
    reason: `promoted to ${describeBranchName(branch)}`,
    warnings: choice.warnings,
    added: plan.added,
    changed: plan.changed,
    removed: plan.removed,
  });
}

interface About {
  tx: Database;
  request: PromotionRequest;
  branch: string;
}

/** A promotion that changes nothing. It still records the merge commit. */
async function unchanged(
  about: About,
  target: Ref | null,
  reason: string,
  warnings: string[] = [],
): Promise<Promotion> {
  const { tx, request } = about;
  const { id } = request.repository;
  const layer = target && target.version > 0 ? { refId: target.id, version: target.version } : null;
  if (layer && request.commit) await recordNewCommit(tx, id, request.commit, layer);
  const snapshot = layer && (await keyAt(tx, id, layer));
  const counts = { added: 0, changed: 0, removed: 0 };
  return audited(about, { kind: 'promotion', snapshot, promoted: false, reason, warnings, ...counts });
}

async function audited({ tx, request, branch }: About, outcome: Promotion): Promise<Promotion> {
  const { reason, added, changed, removed } = outcome;
  await recordAudit(tx, {
    repositoryId: request.repository.id,
    by: request.by,
    action: 'promote',
    target: refTarget({ kind: 'BRANCH', name: branch }),
    outcome: 'DONE',
    detail: `pull request #${request.pullRequest}: ${reason}; ${added} added, ${changed} changed, ${removed} removed`,
  });
  return outcome;
}

async function headUnknown(
  { tx, request, branch }: About,
  ref: Ref,
  head: string,
): Promise<PromotionOutcome> {
  const { pullRequest, commit } = request;
  const newest = await snapshotRow(tx, ref.repositoryId, { refId: ref.id, version: ref.version });
  const message = describeUnboundPromotion({
    ...{ pullRequest, branch, head, commit },
    pushedLate: (await versionOfHead(tx, ref, head, null)) !== null,
    newest: { version: ref.version, commit: newest?.commit ?? null, pushedAt: newest?.createdAt ?? null },
  });
  return { kind: 'invalid', field: 'head', message };
}

/** A promotion long after the merge does not replace what the branch recorded since. */
function newerOnBranch(
  { request: { pullRequest, commit }, branch }: About,
  newer: string[],
): PromotionOutcome {
  const message = describeNewerOnBranch({ pullRequest, branch, commit, newer });
  return { kind: 'invalid', field: 'mergedAt', message };
}

/** The secret findings that the settings of the target branch do not allow. */
async function secretsNotAllowed(
  tx: Database,
  repository: Repository,
  { name }: Ref,
  changes: Map<string, PathDigest>,
): Promise<FileFinding[]> {
  const allowances = await allowancesFor(tx, repository, { kind: 'BRANCH', name, base: null }, null);
  const add = [...changes].flatMap(([path, digest]) => (digest === null ? [] : [{ path, digest }]));
  return (await pushedSecrets(tx, repository.id, add, allowances)).refused;
}

/** A new branch gets the default branch as its base, as with a push. */
async function baselineOfNew(tx: Database, repository: Repository, { name }: Ref): Promise<Baseline | null> {
  const ref = { kind: 'BRANCH', name, base: null } as const;
  const found = await findBaseline(tx, repository, ref, null, { candidates: [], explicit: null });
  return found && 'refused' in found ? null : found;
}

/** Records a commit that is new to the branch; an earlier record stays. */
async function recordNewCommit(
  tx: Database,
  repositoryId: number,
  commit: string,
  layer: { refId: number; version: number },
): Promise<void> {
  const known = await versionsOfCommits(tx, repositoryId, layer.refId, [commit]);
  if (!known.has(commit)) await noteCommit(tx, repositoryId, commit, layer);
}
