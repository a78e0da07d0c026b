import { and, eq } from 'drizzle-orm';
import { refs } from '../../database/schema/schema.js';
import type { Database } from '../../database/statements/database.js';
import { refusedWrite } from '../../trust/access/may-write.js';
import { refTarget } from '../../trust/audit/audit-event.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import type { Caller } from '../../trust/identity/caller.js';
import { workflowRunOf } from '../../trust/identity/workflow-run.js';
import type { Repository } from '../../vocabulary/repository.js';
import { findRef, lockRef } from '../snapshots/ref-store.js';
import { knownBase } from './promotion-store.js';

export type CloseOutcome =
  | {
      kind: 'closed';
      /** When the registry learned of it. */
      closedAt: Date;
      /** Whether it is news: no run that started later reported it before. */
      changed: boolean;
    }
  | { kind: 'forbidden'; message: string }
  | { kind: 'invalid'; message: string; field: string };

/**
 * Notes that a pull request was closed without a merge. Runs that started before this one may not push to it any more;
 * one that starts later may, because GitHub only starts one when the pull request is open again. So a run can take
 * nothing from its own pull request that the next run does not give back. Only a run's number orders the two, so a
 * token, which has none, cannot close.
 */
export async function closePullRequest(
  db: Database,
  { repository, by, pullRequest }: { repository: Repository; by: Caller; pullRequest: number },
): Promise<CloseOutcome> {
  if (pullRequest < 1) {
    return { kind: 'invalid', message: 'a pull request has a number of 1 or above', field: 'pullRequest' };
  }
  const name = String(pullRequest);
  const known = await findRef(db, repository.id, 'PULL_REQUEST', name);
  const base = known && known.version > 0 ? await knownBase(db, repository, known) : null;
  const forbidden = refusedWrite(by.identity, repository, { kind: 'closing', pullRequest, base });
  if (forbidden) return { kind: 'forbidden', message: forbidden };
  const run = workflowRunOf(by.identity);
  if (run === null) return { kind: 'forbidden', message: NO_RUN };

  return await db.transaction(async (tx) => {
    const ref = await lockRef(tx, repository.id, 'PULL_REQUEST', name);
    const { closedAt } = ref;
    if (closedAt !== null && (ref.closedByRun ?? 0) >= run.id)
      return { kind: 'closed', closedAt, changed: false };
    const now = new Date();
    await tx
      .update(refs)
      .set({ closedByRun: run.id, closedAt: now })
      .where(and(eq(refs.repositoryId, repository.id), eq(refs.id, ref.id)));
    await recordAudit(tx, {
      repositoryId: repository.id,
      by,
      action: 'close',
      target: refTarget({ kind: 'PULL_REQUEST', name }),
      outcome: 'DONE',
      detail: `closed without a merge at version ${ref.version}`,
    });
    return { kind: 'closed', closedAt: now, changed: true };
  });
}

const NO_RUN =
  'a pull request is closed by the workflow run that GitHub starts when it is closed (`pull_request` with the type ' +
  '`closed`); a token cannot close it';
