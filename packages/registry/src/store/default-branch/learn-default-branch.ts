import type { Database } from '../../database/statements/database.js';
import type { Identity } from '../../trust/identity/identity.js';
import type { Repository } from '../../vocabulary/repository.js';
import { changeDefaultBranch } from './change-default-branch.js';

/**
 * Sets the default branch to the one that a workflow's claims prove: GitHub runs some events only on the
 * default branch. In the usual case it is unchanged, which needs no query.
 * @param proven null when the claims prove none
 * @returns the repository after the change
 */
export async function learnDefaultBranch(
  db: Database,
  repository: Repository,
  by: Identity,
  proven: string | null,
): Promise<Repository> {
  if (proven === null || proven === repository.defaultBranch) return repository;
  // The address and request id are unknown here: authentication is still in progress.
  const caller = { identity: by, address: null, requestId: null };
  const why = 'the claims of a workflow prove it';
  const changed = await db.transaction((tx) => changeDefaultBranch(tx, caller, repository.id, proven, why));
  return changed.repository;
}
