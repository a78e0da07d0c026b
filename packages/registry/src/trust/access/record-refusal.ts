import { describeBranchName } from '@fixture-registry/protocol';
import type { Database } from '../../database/statements/database.js';
import { type AuditAction, NO_REPOSITORY } from '../audit/audit-event.js';
import { recordAudit } from '../audit/audit-store.js';
import type { Caller } from '../identity/caller.js';
import { findRepository } from '../repositories/repository-store.js';

export interface Refusal {
  /** As named by the caller; null for a write without a repository. */
  repository: { owner: string; name: string } | null;
  action: AuditAction;
  target: string | null;
  /** The reason. */
  detail: string;
}

/** Records one refused write. */
export function recordRefusal(db: Database, by: Caller, refusal: Refusal): Promise<void> {
  return recordRefusals(db, by, [refusal]);
}

/**
 * Records the refused writes of one request as one event per repository, because the log only grows. The
 * event goes to a repository's log even if the caller may not see the repository. Writes to unknown
 * repositories share one event.
 */
export async function recordRefusals(db: Database, by: Caller, refusals: Refusal[]): Promise<void> {
  const found = new Map<string, number>();
  const byRepository = new Map<number, (Refusal & { targetText: string | null })[]>();
  for (const refusal of refusals) {
    const { repository } = refusal;
    const name = repository && `${repository.owner}/${repository.name}`;
    if (repository && name !== null && !found.has(name)) {
      found.set(name, (await findRepository(db, repository.owner, repository.name))?.id ?? NO_REPOSITORY);
    }
    const id = name === null ? NO_REPOSITORY : (found.get(name) ?? NO_REPOSITORY);
    const unknown = id === NO_REPOSITORY ? name : null;
    const targetText = [unknown, refusal.target].filter((each) => each !== null).join(' ') || null;
    byRepository.set(id, [...(byRepository.get(id) ?? []), { ...refusal, targetText }]);
  }
  for (const [repositoryId, [first, ...more]] of byRepository) {
    if (!first) continue;
    const { action, targetText, detail } = first;
    await recordAudit(db, {
      repositoryId,
      by,
      action,
      target: targetText,
      outcome: 'REFUSED',
      detail: more.length === 0 ? detail : `${detail}; ${describeMore(more)}`,
    });
  }
}

function describeMore(more: { action: AuditAction; targetText: string | null }[]): string {
  const writes = new Set(
    more.map(({ action, targetText }) =>
      targetText === null ? action : `${action} ${shownTarget(targetText)}`,
    ),
  );
  return `${more.length} more writes of this request were refused: ${[...writes].join(', ')}`;
}

/** In sentences, branch names are escaped for readers; the event's target keeps git's form. */
function shownTarget(target: string): string {
  return target.startsWith('refs/heads/') ? describeBranchName(target) : target;
}
