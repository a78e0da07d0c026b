import { pathPattern } from '@fixture-registry/protocol';
import type { PlannedFile } from '../../checkout/plan/fetch-plan.js';
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

/**
 * The paths that a pruning push removes: what the ref holds within the patterns and the disk does not.
 * @param held paths of the ref, or of what was pulled of it when that was a selection
 * @param onDisk every path that discovery found, also those that cannot be pushed
 */
export function pathsToRemove(held: Iterable<string>, patterns: string[], onDisk: Set<string>): string[] {
  const matchers = patterns.map(pathPattern);
  const remove: string[] = [];
  for (const path of held) {
    if (!onDisk.has(path) && matchers.some((matcher) => matcher.test(path))) remove.push(path);
  }
  return remove.sort();
}
