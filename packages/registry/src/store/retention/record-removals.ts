import type { Database } from '../../database/statements/database.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import type { Caller } from '../../trust/identity/caller.js';
import { addRemoved, describeRemoved, NOTHING, type Removed } from './removed.js';

/** What a round removed, by the id of the repository; 0: events without one. */
export type Removals = Map<number, { name: string | null; removed: Removed }>;

const UPKEEP: Caller = {
  identity: { who: 'upkeep', actor: null, run: null, grants: [] },
  address: null,
  requestId: null,
};

export function addRemoval(
  removals: Removals,
  { id, name }: { id: number; name: string | null },
  added: Removed,
): void {
  const removal = removals.get(id) ?? { name, removed: { ...NOTHING } };
  addRemoved(removal.removed, added);
  removals.set(id, removal);
}

/** Writes one audit event for each repository from which the round removed something. */
export async function recordRemovals(db: Database, removals: Removals): Promise<void> {
  for (const [repositoryId, { name, removed }] of removals) {
    const words = describeRemoved(removed);
    if (words === null) continue;
    await recordAudit(db, {
      repositoryId,
      by: UPKEEP,
      action: 'retention',
      target: name,
      outcome: 'DONE',
      detail: `removed ${words}`,
    });
  }
}
