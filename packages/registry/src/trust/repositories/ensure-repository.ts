import type { Database } from '../../database/statements/database.js';
import type { Repository } from '../../vocabulary/repository.js';
import { recordAudit } from '../audit/audit-store.js';
import type { Caller } from '../identity/caller.js';
import { addRepository, findRepository } from './repository-store.js';

/** Gives the repository of that name, which it makes when there is none. */
export async function ensureRepository(
  db: Database,
  by: Caller,
  owner: string,
  name: string,
): Promise<Repository> {
  const existing = await findRepository(db, owner, name);
  if (existing) return existing;
  return db.transaction(async (tx) => {
    // Two first pushes at once: the second one finds what the first one made.
    const made = await addRepository(tx, owner, name);
    const repository = made ?? (await findRepository(tx, owner, name));
    if (!repository) throw new Error(`repository ${owner}/${name} vanished while it was made`);
    if (made) {
      await recordAudit(tx, {
        repositoryId: made.id,
        by,
        action: 'repository.change',
        target: `${owner}/${name}`,
        outcome: 'DONE',
        detail: 'made',
      });
    }
    return repository;
  });
}
