import type { Caller } from '../access/caller.js';
import type { Database } from '../database/database.js';
import { findRepository } from '../repositories/repository-store.js';
import { type AuditAction, NO_REPOSITORY } from './audit-event.js';
import { recordAudit } from './audit-store.js';

export interface Refusal {
  /** As the caller named it; null where the write names none. */
  repository: { owner: string; name: string } | null;
  action: AuditAction;
  target: string | null;
  /** Why. */
  detail: string;
}

/**
 * Notes a write that was refused, with the repository that was meant if there is one: its admins want to know also of
 * those who may not see it.
 */
export async function recordRefusal(db: Database, by: Caller, refusal: Refusal): Promise<void> {
  const { repository, action, target, detail } = refusal;
  const found = repository && (await findRepository(db, repository.owner, repository.name));
  const unknown = repository && !found ? `${repository.owner}/${repository.name}` : null;
  await recordAudit(db, {
    repositoryId: found?.id ?? NO_REPOSITORY,
    by,
    action,
    target: [unknown, target].filter((each) => each !== null).join(' ') || null,
    outcome: 'REFUSED',
    detail,
  });
}
