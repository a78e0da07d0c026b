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
      /** When the registry recorded it. */
      closedAt: Date;
      /** False when this run, or one that started later, recorded it before. */
      changed: boolean;
    }
  | { kind: 'forbidden'; message: string }
  | { kind: 'invalid'; message: string; field: string };

/**
 * Records that a pull request was closed without a merge. Runs that started before this one cannot push to it
 * any more. A later run can: GitHub only starts one after the pull request was reopened. So a run that closes
 * its own pull request blocks it only until the next run. Only run ids define this order, so a token cannot
 * close a pull request.
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
