import type { Connection } from '../connection/connection.js';
import { expectType, type Problem, query } from '../connection/graphql.js';
import { SNAPSHOT, type SnapshotSummary } from '../snapshot.js';

export interface PromoteOptions {
  pullRequest: number;
  /** The branch it was merged into; its base branch unless given. */
  branch?: string;
  /** The commit it was merged as. */
  commit?: string;
}

export interface PromotionSummary {
  /** The branch's snapshot now; null while the branch has none. */
  snapshot: SnapshotSummary | null;
  /** False when it was promoted before, or pushed nothing; `reason` says which. */
  promoted: boolean;
  reason: string;
  added: number;
  changed: number;
  removed: number;
}

const MUTATION = `mutation Promote($input: PromoteInput!) {
  promote(input: $input) {
    __typename
    ... on Promotion { snapshot { ${SNAPSHOT} } promoted reason added changed removed }
    ... on Problem { message }
  }
}`;

type Promoted = { __typename: 'Promotion' } & PromotionSummary;

/** Makes a merged pull request's recordings those of the branch it was merged into. The second time nothing happens. */
export async function promote(connection: Connection, options: PromoteOptions): Promise<PromotionSummary> {
  const { owner, name } = connection.repository;
  const { pullRequest, branch, commit } = options;
  const input = { owner, name, pullRequest, branch, commit };
  const answer = await query<{ promote: Promoted | Problem }>(connection, MUTATION, { input });
  const { __typename, ...summary } = expectType<Promoted>(answer.promote, 'Promotion');
  return summary;
}
