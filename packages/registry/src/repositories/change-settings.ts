import type { Caller } from '../access/caller.js';
import { recordAudit } from '../audit/audit-store.js';
import type { Database } from '../database/database.js';
import type { Visibility } from '../database/schema.js';
import type { Repository } from './repository.js';
import { changeRepository } from './repository-store.js';

/** Changes a repository's settings, and notes what each was before; gives it as it is then. */
export function changeSettings(
  db: Database,
  by: Caller,
  repository: Repository,
  changes: { defaultBranch?: string; visibility?: Visibility },
): Promise<Repository> {
  const words = Object.entries(changes).map(
    ([name, value]) => `${name}: ${repository[name as keyof typeof changes]} to ${value}`,
  );
  return db.transaction(async (tx) => {
    const changed = await changeRepository(tx, repository, changes);
    await recordAudit(tx, {
      repositoryId: repository.id,
      by,
      action: 'repository.change',
      target: `${repository.owner}/${repository.name}`,
      outcome: 'DONE',
      detail: words.join(', ') || 'nothing',
    });
    return changed;
  });
}
