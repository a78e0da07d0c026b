import {
  committedFiles,
  equalsCommit,
  indexedFiles,
  readPathPatterns,
  recordingPlaces,
  SETTINGS_PATH,
} from '@fixture-registry/client/checkout';
import { headCommit } from '@fixture-registry/client/core';

/** The recordings that git tracks, at paths that match the patterns. */
export function trackedRecordings(root: string, patterns: readonly string[]): string[] {
  if (patterns.length === 0) return [];
  const refusal = recordingPlaces(readPathPatterns(patterns, null));
  return indexedFiles(root).filter((path) => refusal(path) === null);
}

/**
 * The files of the set-up that the checked-out commit lacks, or has with another text.
 * @param planned files that `init` writes: they count as uncommitted
 * @param workflow the workflow with the action; null if there is none
 */
export async function uncommittedFiles(
  root: string,
  planned: readonly string[],
  workflow: string | null,
): Promise<string[]> {
  const commit = await headCommit(root);
  const committed = new Set(commit === null ? [] : committedFiles(root, commit));
  const paths = new Set([SETTINGS_PATH, '.gitignore', ...(workflow === null ? [] : [workflow]), ...planned]);
  const isCommitted = (path: string) =>
    commit !== null && committed.has(path) && !planned.includes(path) && equalsCommit(root, commit, [path]);
  return [...paths].filter((path) => !isCommitted(path)).sort();
}
