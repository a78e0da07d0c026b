import type { SnapshotSummary } from '../../connection/registry/snapshot.js';

/** The recordings that a checkout needs, as the registry plans them. */
export interface Plan {
  snapshot: SnapshotSummary;
  baseline: SnapshotSummary | null;
  baselineReason: string;
  /** False when the registry does not hold the snapshot that the client said it has; null when it said nothing. */
  knowsHave: boolean | null;
  /** True when the snapshot is the one that the client said it has: then `files` is empty. */
  unchanged: boolean;
  files: PlannedFile[];
  /** Recordings of the snapshot that nobody can have any more; told also when it is unchanged. */
  purged: PurgedFile[];
  /** What of the selection matches nothing; absent where no test or model was selected. */
  unmatched?: Unmatched;
}

export interface PlannedFile {
  path: string;
  digest: string;
  /** Bytes */
  size: number;
}

/** A recording whose content an admin of the registry removed. */
export interface PurgedFile {
  path: string;
  digest: string;
  /** ISO 8601 */
  at: string;
  /** Who did it, as the registry names them. */
  by: string;
  reason: string;
}

/** What the registry says of a selection: which tests and models match no recording of the snapshot. */
export interface Unmatched {
  tests: string[];
  models: string[];
}
