import type { Removal } from '../../checkout/removal/remove-files.js';
import type { KnownFile, StoredState } from '../../checkout/state/sync-state.js';

/** The known files that are not part of a plan. */
export interface UnplannedFiles {
  /** Files that are no longer part of what is pulled. */
  obsolete: Map<string, KnownFile>;
  /** Files outside the selection of this pull. */
  unselected: Map<string, KnownFile>;
}

/**
 * Decides which known files are obsolete. A pull without a selection covers all files; a pull with
 * one covers only the files of an earlier pull with the same selection. A purged file is obsolete
 * in any case.
 */
export function findObsolete(
  state: Pick<StoredState, 'selection' | 'files' | 'remaining'> | null,
  selection: string | null,
  planned: { path: string }[],
  purged: { path: string; digest: string }[] = [],
): UnplannedFiles {
  const unplanned: UnplannedFiles = { obsolete: new Map(), unselected: new Map() };
  if (state === null) return unplanned;
  const paths = new Set(planned.map(({ path }) => path));
  const purgedDigests = new Map(purged.map(({ path, digest }) => [path, digest]));
  const sort = (files: Map<string, KnownFile>, isCovered: boolean) => {
    for (const [path, file] of files) {
      if (paths.has(path)) continue;
      const isPurged = purgedDigests.get(path) === file.digest;
      unplanned[isPurged || isCovered ? 'obsolete' : 'unselected'].set(path, file);
    }
  };
  sort(state.files, selection === null || selection === state.selection);
  sort(state.remaining, selection === null);
  return unplanned;
}

/** One line for people about the files that a pull did not remove; null if there are none. */
export function describeSpared(spared: Removal['spared']): string | null {
  const [first] = spared;
  if (first === undefined) return null;
  const more = spared.length > 1 ? ` (and ${spared.length - 1} more)` : '';
  return `Not removed, although no longer in the snapshot: ${first.path}, which ${first.reason}${more}.`;
}
