/** A snapshot as the registry describes it. */
export interface SnapshotSummary {
  id: string;
  /** The number of pushes to its ref that changed something. */
  version: number;
  /** The snapshot's branch; null for a pull request. */
  branch: string | null;
  pullRequest: number | null;
  /** The git commit it was pushed for. */
  commit: string | null;
  /** ISO 8601 */
  createdAt: string;
  recordingCount: number;
}

/** The GraphQL fields of a `SnapshotSummary`. */
export const SNAPSHOT = 'id version branch pullRequest commit createdAt recordingCount';

/**
 * When the newest recording of a state was pushed, as ISO 8601: the later of the snapshot's and its
 * baseline's push.
 */
export function pushedUntil(snapshot: SnapshotSummary, baseline: SnapshotSummary | null): string | null {
  const moments = [snapshot.createdAt, baseline?.createdAt].filter((moment) => typeof moment === 'string');
  // The registry sends one format and time zone, so text order is time order.
  return moments.sort().at(-1) ?? null;
}
