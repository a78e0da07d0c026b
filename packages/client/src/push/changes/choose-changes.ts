import type { PlannedFile } from '../../checkout/plan/plan.js';
import type { KnownFile } from '../../checkout/state/sync-state.js';

/**
 * The files that a push adds: those that differ from what was pulled from the same ref. An
 * unchanged file is left out, so that it cannot undo what another job has pushed since.
 * @param pulled the files in the state of this ref; null if there is none, and then every file is
 *   added
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
 * The files that a push adds if the registry lost the state that was pulled: those changed on disk
 * since, and those that the registry lacks or has in an older version. An unchanged file does not
 * replace a newer one in the registry.
 * @param newer paths whose recording in the registry is newer
 */
export function filesToRestore(
  onDisk: Map<string, KnownFile>,
  pulled: Map<string, KnownFile>,
  newer: Set<string>,
): PlannedFile[] {
  return filesToAdd(onDisk, new Map([...pulled].filter(([path]) => newer.has(path))));
}

/** The files on disk that the state of this ref has with the same content; none without a state. */
export function filesIn(
  onDisk: Map<string, KnownFile>,
  pulled: Map<string, KnownFile> | null,
): Map<string, KnownFile> {
  return new Map([...onDisk].filter(([path, { digest }]) => pulled?.get(path)?.digest === digest));
}
