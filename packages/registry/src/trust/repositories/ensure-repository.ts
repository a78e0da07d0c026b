import type { Database } from '../../database/statements/database.js';
import type { Repository } from '../../vocabulary/repository.js';
import { recordAudit } from '../audit/audit-store.js';
import type { Caller } from '../identity/caller.js';
import { addRepository, findRepository } from './repository-store.js';

/** Returns the repository of that name, and creates it when it does not exist. */
export async function ensureRepository(
  db: Database,
  by: Caller,
  owner: string,
  name: string,
): Promise<Repository> {
  const existing = await findRepository(db, owner, name);
  if (existing) return existing;
  return db.transaction(async (tx) => {
    // A concurrent first push may create it first; then this one finds it.
    const created = await addRepository(tx, owner, name);
    const repository = created ?? (await findRepository(tx, owner, name));
    if (!repository) throw new Error(`repository ${owner}/${name} vanished while it was created`);
    if (created) {
      await recordAudit(tx, {
        repositoryId: created.id,
        by,
        action: 'repository.change',
        target: `${owner}/${name}`,
        outcome: 'DONE',
        detail: 'created',
      });
    }
    return repository;
  });
}
