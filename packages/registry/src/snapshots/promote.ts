import { and, eq } from 'drizzle-orm';
import type { Caller } from '../access/caller.js';
import { refusedWrite } from '../access/may-write.js';
import { refTarget } from '../audit/audit-event.js';
import { recordAudit } from '../audit/audit-store.js';
import { allOrNothing } from '../database/all-or-nothing.js';
import type { Database } from '../database/database.js';
import { refs } from '../database/schema.js';
import type { Repository } from '../repositories/repository.js';
import { allowancesFor } from '../secrets/allowances-for.js';
import { type FileFinding, pushedSecrets } from '../secrets/pushed-secrets.js';
import { findBaseline } from './baseline.js';
import { changesToPromote } from './changes-to-promote.js';
import type { Baseline } from './choose-baseline.js';
import { refusedCommit } from './commit.js';
import { lockDefaultBranch } from './default-branch-store.js';
import { keyAt } from './layer-store.js';
import type { Held } from './plan-changes.js';
import { type Ref, refusedBranchName } from './ref.js';
import { findRef, lockRef, noteCommit, refById, versionsOfCommits } from './ref-store.js';
import type { SnapshotKey } from './snapshot-key.js';
import { writeChanges } from './write-changes.js';

export type PromotionOutcome =
  | {
      kind: 'promotion';
      /** The branch after it; null when the branch has nothing. */
      snapshot: SnapshotKey | null;
      promoted: boolean;
      reason: string;
      added: number;
      changed: number;
      removed: number;
    }
  /** The branch does not allow what looks like a secret, whatever allowed it when it was pushed. */
  | { kind: 'secrets'; branch: string; findings: FileFinding[] }
  | { kind: 'forbidden'; message: string }
  | { kind: 'invalid'; message: string; field: string };

/**
 * Makes the changes of a merged pull request those of the branch it was merged into, in one transaction. Again, it
 * changes nothing, unless the pull request pushed more in the meantime.
 * @param request.branch where it was merged; its base branch when left out
 * @param request.commit the commit that it was merged as
 */
export async function promote(
  db: Database,
  request: {
    repository: Repository;
    by: Caller;
    pullRequest: number;
    branch: string | null;
    commit: string | null;
  },
): Promise<PromotionOutcome> {
  const { commit } = request;
  const refusedTarget = request.branch === null ? null : refusedBranchName(request.branch);
  if (refusedTarget) return { kind: 'invalid', message: refusedTarget, field: 'branch' };
  const refused = commit === null ? null : refusedCommit(commit);
  if (refused) return { kind: 'invalid', message: refused, field: 'commit' };

  return await allOrNothing<PromotionOutcome>(
    db,
    ({ kind }) => kind === 'promotion',
    async (tx) => {
      const repository = await lockDefaultBranch(tx, request.repository.id, 'shared');
      const found = await findRef(tx, repository.id, 'PULL_REQUEST', String(request.pullRequest));
      const branch = request.branch ?? (await baseName(tx, repository, found?.baseRefId ?? null));
      const forbidden = refusedWrite(request.by.identity, repository, {
        kind: 'promotion',
        branch,
        pullRequest: request.pullRequest,
      });
      if (forbidden) return { kind: 'forbidden', message: forbidden };
      const noted = async (outcome: Extract<PromotionOutcome, { kind: 'promotion' }>) => {
        const { reason, added, changed, removed } = outcome;
        await recordAudit(tx, {
          repositoryId: repository.id,
          by: request.by,
          action: 'promote',
          target: refTarget({ kind: 'BRANCH', name: branch }),
          outcome: 'DONE',
          detail: `pull request #${request.pullRequest}: ${reason}; ${added} added, ${changed} changed, ${removed} removed`,
        });
        return outcome;
      };
      const nothing = { added: 0, changed: 0, removed: 0, promoted: false, kind: 'promotion' } as const;
      if (!found || found.version === 0) {
        const target = await findRef(tx, repository.id, 'BRANCH', branch);
        const layer = target && target.version > 0 ? { refId: target.id, version: target.version } : null;
        if (layer && commit) await noteFirst(tx, repository.id, commit, layer);
        return noted({
          ...nothing,
          snapshot: layer && (await keyAt(tx, repository.id, layer)),
          reason: `pull request #${request.pullRequest} pushed no recordings`,
        });
      }
      const target = await lockRef(tx, repository.id, 'BRANCH', branch);
      const pullRequest = (await refById(tx, repository.id, found.id)) ?? found;
      if (
        pullRequest.promotedRefId === target.id &&
        (pullRequest.promotedVersion ?? 0) >= pullRequest.version
      ) {
        const layer = { refId: target.id, version: target.version };
        if (commit) await noteFirst(tx, repository.id, commit, layer);
        return noted({
          ...nothing,
          snapshot: await keyAt(tx, repository.id, layer),
          reason: `pull request #${request.pullRequest} was promoted before, as version ${pullRequest.promotedAs} of ${branch}`,
        });
      }
      const wanted = await changesToPromote(tx, repository.id, pullRequest, target.id);
      const findings = await notAllowedOn(tx, repository, target, wanted);
      if (findings.length > 0) return { kind: 'secrets', branch, findings };
      const baseline = target.version === 0 ? await baselineOfNew(tx, repository, target) : null;
      const { plan, snapshot } = await writeChanges(tx, repository.id, {
        ref: target,
        wanted,
        baseline,
        commit,
        origin: 'PROMOTION',
        pullRequest: request.pullRequest,
        settings: null,
      });
      await tx
        .update(refs)
        .set({
          promotedVersion: pullRequest.version,
          promotedRefId: target.id,
          promotedAs: snapshot.layers[0]?.version ?? null,
        })
        .where(and(eq(refs.repositoryId, repository.id), eq(refs.id, found.id)));
      return noted({
        kind: 'promotion',
        snapshot,
        promoted: true,
        reason: `promoted to ${branch}`,
        added: plan.added,
        changed: plan.changed,
        removed: plan.removed,
      });
    },
  );
}

/** What looks like a secret and the branch's own settings do not allow. */
async function notAllowedOn(
  tx: Database,
  repository: Repository,
  { name }: Ref,
  wanted: Map<string, Held>,
): Promise<FileFinding[]> {
  const allowances = await allowancesFor(tx, repository, { kind: 'BRANCH', name, base: null }, null);
  const add = [...wanted].flatMap(([path, digest]) => (digest === null ? [] : [{ path, digest }]));
  return (await pushedSecrets(tx, repository.id, add, allowances)).refused;
}

/** A branch that begins with a promotion lies over the default branch, as one that begins with a push does. */
async function baselineOfNew(tx: Database, repository: Repository, { name }: Ref): Promise<Baseline | null> {
  const ref = { kind: 'BRANCH', name, base: null } as const;
  const found = await findBaseline(tx, repository, ref, null, { candidates: [], explicit: null });
  return found && 'refused' in found ? null : found;
}

async function baseName(tx: Database, repository: Repository, baseRefId: number | null): Promise<string> {
  const base = baseRefId === null ? null : await refById(tx, repository.id, baseRefId);
  return base?.name ?? repository.defaultBranch;
}

/** Notes a commit that the branch has not seen; what an earlier run of it saw stays. */
async function noteFirst(
  tx: Database,
  repositoryId: number,
  commit: string,
  layer: { refId: number; version: number },
): Promise<void> {
  const known = await versionsOfCommits(tx, repositoryId, layer.refId, [commit]);
  if (!known.has(commit)) await noteCommit(tx, repositoryId, commit, layer);
}
