import type { Database } from '../../database/statements/database.js';
import type { Identity } from '../../trust/identity/identity.js';
import type { Repository } from '../../vocabulary/repository.js';
import { changeDefaultBranch } from './change-default-branch.js';

/**
 * Follows the default branch that a workflow's claims prove: GitHub runs some events on no other branch. Usually it is
 * known already, which takes no query.
 * @param proven null where the claims prove nothing
 * @returns the repository as it is then
 */
export async function learnDefaultBranch(
  db: Database,
  repository: Repository,
  by: Identity,
  proven: string | null,
): Promise<Repository> {
  if (proven === null || proven === repository.defaultBranch) return repository;
  // Where the request comes from is not known here: its caller is still being identified.
  const caller = { identity: by, address: null, requestId: null };
  const why = 'the claims of a workflow prove it';
  const changed = await db.transaction((tx) => changeDefaultBranch(tx, caller, repository.id, proven, why));
  return changed.repository;
}
