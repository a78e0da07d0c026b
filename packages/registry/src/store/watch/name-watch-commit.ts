import type { Database } from '../../database/statements/database.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import type { Caller } from '../../trust/identity/caller.js';
import { refusedCommit } from '../../vocabulary/commit.js';
import type { Repository } from '../../vocabulary/repository.js';
import { refusedRun } from '../../vocabulary/watch-name.js';
import { noteCommit } from '../snapshots/ref-store.js';
import { refusedWatch } from './watch-run.js';
import { findWatch } from './watch-store.js';

export type NameWatchOutcome =
  | { kind: 'watch-named'; run: string }
  | { kind: 'not-found'; message: string }
  | { kind: 'forbidden'; message: string }
  | { kind: 'invalid'; message: string; field: string };

/**
 * Names a commit for the watch of a run: the head of the branch that accepts it. `acceptWatch` finds the watch by this
 * commit. No pull, push or promotion does.
 */
export async function nameWatchCommit(
  db: Database,
  { repository, by, run, commit }: { repository: Repository; by: Caller; run: string; commit: string },
): Promise<NameWatchOutcome> {
  const invalidRun = refusedRun(run);
  if (invalidRun) return { kind: 'invalid', field: 'run', message: invalidRun };
  const invalidCommit = refusedCommit(commit);
  if (invalidCommit) return { kind: 'invalid', field: 'commit', message: invalidCommit };
  const forbidden = refusedWatch(by, repository, { run, attempt: null });
  if (forbidden) return { kind: 'forbidden', message: forbidden };
  return await db.transaction(async (tx): Promise<NameWatchOutcome> => {
    const watch = await findWatch(tx, repository.id, run);
    const [first] = watch?.stored ?? [];
    if (!first) return { kind: 'not-found', message: `run ${run} pushed no watch, or it was deleted` };
    await noteCommit(tx, repository.id, commit, { refId: first.refId, version: first.version });
    await recordAudit(tx, {
      repositoryId: repository.id,
      by,
      action: 'watch',
      target: `watch/${run}`,
      outcome: 'DONE',
      detail: `commit ${commit} accepts this watch`,
    });
    return { kind: 'watch-named', run };
  });
}
