/** A snapshot as the registry tells it. */
export interface SnapshotSummary {
  id: string;
  /** Counts the pushes to its ref that changed something. */
  version: number;
  /** The branch it is of; null for a pull request's. */
  branch: string | null;
  pullRequest: number | null;
  /** The git commit it was pushed for. */
  commit: string | null;
  /** ISO 8601 */
  createdAt: string;
  recordingCount: number;
}

/** The fields of a snapshot, for queries. */
export const SNAPSHOT = 'id version branch pullRequest commit createdAt recordingCount';

/** The moment until which a state has everything that was pushed: its own last push, or that of its base if it is later. */
export function pushedUntil(snapshot: SnapshotSummary, baseline: SnapshotSummary | null): string | null {
  const moments = [snapshot.createdAt, baseline?.createdAt].filter((moment) => typeof moment === 'string');
  // In one form and one time zone, so that their order is that of their texts.
  return moments.sort().at(-1) ?? null;
}
