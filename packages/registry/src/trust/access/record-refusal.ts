import { describeBranchName } from '@fixture-registry/protocol';
import type { Database } from '../../database/statements/database.js';
import { type AuditAction, NO_REPOSITORY } from '../audit/audit-event.js';
import { recordAudit } from '../audit/audit-store.js';
import type { Caller } from '../identity/caller.js';
import { findRepository } from '../repositories/repository-store.js';

export interface Refusal {
  /** As the caller named it; null where the write names none. */
  repository: { owner: string; name: string } | null;
  action: AuditAction;
  target: string | null;
  /** Why. */
  detail: string;
}

/** Records one refused write. */
export function recordRefusal(db: Database, by: Caller, refusal: Refusal): Promise<void> {
  return recordRefusals(db, by, [refusal]);
}

/**
 * Records the writes of one request that were refused, in one event for each repository that was meant, however
 * many they are: the log is never emptied. Its admins want to know also of those who may not see it. Writes to
 * repositories that do not exist are one event together.
 */
export async function recordRefusals(db: Database, by: Caller, refusals: Refusal[]): Promise<void> {
  const found = new Map<string, number>();
  const byRepository = new Map<number, (Refusal & { named: string | null })[]>();
  for (const refusal of refusals) {
    const { repository } = refusal;
    const name = repository && `${repository.owner}/${repository.name}`;
    if (repository && name !== null && !found.has(name)) {
      found.set(name, (await findRepository(db, repository.owner, repository.name))?.id ?? NO_REPOSITORY);
    }
    const id = name === null ? NO_REPOSITORY : (found.get(name) ?? NO_REPOSITORY);
    const unknown = id === NO_REPOSITORY ? name : null;
    const named = [unknown, refusal.target].filter((each) => each !== null).join(' ') || null;
    byRepository.set(id, [...(byRepository.get(id) ?? []), { ...refusal, named }]);
  }
  for (const [repositoryId, [first, ...others]] of byRepository) {
    if (!first) continue;
    const { action, named, detail } = first;
    await recordAudit(db, {
      repositoryId,
      by,
      action,
      target: named,
      outcome: 'REFUSED',
      detail: others.length === 0 ? detail : `${detail}; ${describeOthers(others)}`,
    });
  }
}

function describeOthers(others: { action: AuditAction; named: string | null }[]): string {
  const writes = new Set(
    others.map(({ action, named }) => (named === null ? action : `${action} ${shownTarget(named)}`)),
  );
  return `${others.length} more writes of this request were refused: ${[...writes].join(', ')}`;
}

/** In a sentence a branch's name is shown as people read it; the event's own target stays as git names it. */
function shownTarget(target: string): string {
  return target.startsWith('refs/heads/') ? describeBranchName(target) : target;
}
