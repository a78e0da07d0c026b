import type { PlannedFile } from '../../checkout/plan/plan.js';
import type { KnownFile } from '../../checkout/state/sync-state.js';

/**
 * The files that a push names: those that differ from what was pulled from the same ref. A file that is as it was pulled is
 * not named, so that it cannot undo what somebody else has pushed to it since.
 * @param pulled what state remembers of this ref; null when it is of another one, and then every file is named
 */
export function filesToAdd(
  onDisk: Map<string, KnownFile>,
  pulled: Map<string, KnownFile> | null,
): PlannedFile[] {
  const add: PlannedFile[] = [];
  for (const [path, { digest, size }] of onDisk) {
    if (pulled?.get(path)?.digest !== digest) add.push({ path, digest, size });
  }
  return add;
}

/**
 * The files that a push names when the registry does not hold what was pulled: those that were changed here since, and those that it
 * lacks or holds in an older form. What is newer there stays, so that an old file does not undo what somebody pushed.
 * @param newer paths that the registry has in a newer form
 */
export function filesItMayLack(
  onDisk: Map<string, KnownFile>,
  pulled: Map<string, KnownFile>,
  newer: Set<string>,
): PlannedFile[] {
  return filesToAdd(onDisk, new Map([...pulled].filter(([path]) => newer.has(path))));
}
