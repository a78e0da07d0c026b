import type { SnapshotSummary } from '../../connection/registry/snapshot.js';
import type { SnapshotAges } from './snapshot-ages.js';

/** The recordings that a checkout needs, as planned by the registry. */
export interface Plan {
  snapshot: SnapshotSummary;
  baseline: SnapshotSummary | null;
  baselineReason: string;
  /**
   * Whether the registry still has the snapshot that the client reported; null if the client
   * reported none.
   */
  knowsHave: boolean | null;
  /** Whether the snapshot is the one that the client reported; `files` is then empty. */
  unchanged: boolean;
  files: PlannedFile[];
  /**
   * Recordings of the snapshot whose content was purged; also listed if the snapshot is unchanged.
   */
  purged: PurgedFile[];
  /** What of the selection matches no recording; absent if the selection names no test or model. */
  unmatched?: Unmatched;
  /** How old the recordings are; absent if not requested, or if the registry runs an earlier release. */
  ages?: SnapshotAges;
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
  /** The name of the admin in the registry. */
  by: string;
  reason: string;
}

/** The tests and models of a selection that match no recording of the snapshot. */
export interface Unmatched {
  tests: string[];
  models: string[];
}
