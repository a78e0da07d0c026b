import { refusedPath } from '@fixture-registry/protocol';
import type { Selection } from '../../connection/registry/target.js';
import type { KnownFile, PulledPlan } from './sync-state.js';

/**
 * A plan as the state stores it. Right after a pull its files are those of the state, so only the
 * differences that pushes made since are stored.
 */
interface PlanRow {
  snapshot: string;
  selection: Selection | null;
  purged: string[];
  notesReads: boolean;
  /** Files of the state that the pull did not bring. */
  added: string[];
  /** Files that the state lacks, or knows with another digest or modification time. */
  changed: [path: string, digest: string, mtimeMs: number][];
}

/** @param files those of the state that the plan is stored in */
export function planRow(plan: PulledPlan, files: Map<string, KnownFile>): PlanRow {
  const { snapshot, selection, purged, notesReads } = plan;
  const added = [...files.keys()].filter((path) => !plan.files.has(path));
  const changed: PlanRow['changed'] = [];
  for (const [path, { digest, mtimeMs }] of plan.files) {
    const file = files.get(path);
    if (file?.digest !== digest || file.mtimeMs !== mtimeMs) changed.push([path, digest, mtimeMs]);
  }
  return { snapshot, selection, purged, notesReads, added, changed };
}

/** Null for anything that `planRow` did not return: then the use of the recordings is unknown. */
export function parsePlan(stored: unknown, files: Map<string, KnownFile>): PulledPlan | null {
  if (typeof stored !== 'object' || stored === null) return null;
  const { snapshot, selection, purged, notesReads, added, changed } = stored as Partial<PlanRow>;
  if (typeof snapshot !== 'string' || typeof notesReads !== 'boolean') return null;
  if (selection === undefined || !isSelection(selection)) return null;
  if (!isPaths(purged) || !isPaths(added) || !Array.isArray(changed)) return null;
  const pulled: PulledPlan['files'] = new Map(files);
  for (const path of added) pulled.delete(path);
  for (const row of changed) {
    if (!Array.isArray(row)) return null;
    const [path, digest, mtimeMs] = row;
    if (!isPaths([path]) || typeof digest !== 'string' || typeof mtimeMs !== 'number') return null;
    pulled.set(path, { digest, mtimeMs });
  }
  return { snapshot, selection, files: pulled, purged, notesReads };
}

function isSelection(selection: unknown): selection is Selection | null {
  if (selection === null) return true;
  if (typeof selection !== 'object') return false;
  return Object.entries(selection as object).every(
    ([name, list]) => ['tests', 'models', 'paths'].includes(name) && isTexts(list),
  );
}

function isTexts(list: unknown): list is string[] {
  return Array.isArray(list) && list.every((text) => typeof text === 'string');
}

/** A report sets access times at these paths: a manipulated state must not name one outside the directory. */
function isPaths(list: unknown): list is string[] {
  return isTexts(list) && list.every((path) => refusedPath(path) === null);
}
