import type { Database } from '../../database/statements/database.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import type { Caller } from '../../trust/identity/caller.js';
import { setVisibility } from '../../trust/repositories/repository-store.js';
import type { Repository, Visibility } from '../../vocabulary/repository.js';
import { changeDefaultBranch, type DefaultBranchChange } from './change-default-branch.js';

/** Changes a repository's settings in one transaction, and records the previous values in the audit log. */
export function changeSettings(
  db: Database,
  by: Caller,
  repository: Repository,
  changes: { defaultBranch?: string; visibility?: Visibility },
): Promise<DefaultBranchChange> {
  const { defaultBranch, visibility } = changes;
  return db.transaction(async (tx) => {
    const changed =
      defaultBranch === undefined
        ? { repository, carried: null }
        : await changeDefaultBranch(tx, by, repository.id, defaultBranch, 'an admin changed it');
    if (visibility !== undefined) await setVisibility(tx, repository.id, visibility);
    // A change of the default branch records its own event.
    if (visibility !== undefined || changed.carried === null) {
      await recordAudit(tx, {
        repositoryId: repository.id,
        by,
        action: 'repository.change',
        target: `${repository.owner}/${repository.name}`,
        outcome: 'DONE',
        detail:
          visibility === undefined ? 'nothing' : `visibility: ${repository.visibility} to ${visibility}`,
      });
    }
    return {
      ...changed,
      repository: { ...changed.repository, ...(visibility !== undefined && { visibility }) },
    };
  });
}
