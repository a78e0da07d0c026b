import { type SQL, sql } from 'drizzle-orm';

/** `MERGED`: promoted. `CLOSED`: closed without a merge. */
export type PullRequestState = 'OPEN' | 'MERGED' | 'CLOSED';

/** The condition that the pull request of a ref `r` is in a state. */
export const IN_STATE: Record<PullRequestState, SQL> = {
  OPEN: sql`r.closed_at is null and r.promoted_version is null`,
  MERGED: sql`r.promoted_version is not null`,
  CLOSED: sql`r.closed_at is not null and r.promoted_version is null`,
};

/** The state of the pull request of a ref. */
export function stateOfPullRequest(ref: {
  promotedVersion: number | null;
  closedAt: Date | null;
}): PullRequestState {
  if (ref.promotedVersion !== null) return 'MERGED';
  return ref.closedAt === null ? 'OPEN' : 'CLOSED';
}
