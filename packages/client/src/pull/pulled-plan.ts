import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../checkout/plan/plan.js';
import { markUnread } from '../checkout/reads/mark-unread.js';
import type { NotedReads } from '../checkout/reads/probe-reads.js';
import type { KnownFile, PulledPlan } from '../checkout/state/sync-state.js';
import { type Selection, selectionKey } from '../connection/registry/target.js';
import type { Comparison } from './compare/compare-with-disk.js';

/** What a pull brought, for the report of which of it the tests read. */
export function pulledPlan(
  plan: Plan,
  selection: Selection | undefined,
  present: Map<string, KnownFile>,
  reads: NotedReads,
): PulledPlan {
  return {
    snapshot: plan.snapshot.id,
    selection: selectionKey(selection) === null ? null : (selection ?? null),
    files: present,
    purged: plan.purged.map(({ path }) => path),
    notesReads: reads !== 'none',
  };
}

/** Whether the stored plan is the pulled one, its files aside: those are compared by the pull itself. */
export function isSamePlan(stored: PulledPlan | null, pulled: PulledPlan): boolean {
  if (stored === null || stored.files.size !== pulled.files.size) return false;
  const key = ({ snapshot, selection, purged, notesReads }: PulledPlan) =>
    JSON.stringify([snapshot, selectionKey(selection ?? undefined), purged, notesReads]);
  return key(stored) === key(pulled);
}

/**
 * Marks files that were just written as unread, and corrects their times in `present`. Only needed
 * where the file system does not note reads of files as they are written.
 */
export function markWritten(directory: string, { wanted, present }: Comparison): void {
  for (const { path } of wanted) {
    const file = present.get(path);
    if (file === undefined) continue;
    const stats = lstatSync(join(directory, path));
    present.set(path, { ...file, mtimeMs: markUnread(directory, path, stats, true) });
  }
}
