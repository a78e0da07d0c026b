import { queryWithFallback } from '../connection/graphql/query.js';
import { expectType, type Problem } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';
import { SNAPSHOT, type SnapshotSummary } from '../connection/registry/snapshot.js';

export interface PromoteOptions {
  pullRequest: number;
  /** The branch it was merged into; its base branch unless given. */
  branch?: string;
  /** The commit it was merged as. */
  commit?: string;
  /** The head commit of the pull request: what its runs pushed is promoted. Its newest state unless given. */
  head?: string;
  /** When it was merged (ISO 8601): with `head`, what was pushed later is not promoted. */
  mergedAt?: string;
}

export interface PromotionSummary {
  /** The branch's snapshot now; null while the branch has none. */
  snapshot: SnapshotSummary | null;
  /** False when it was promoted before, or pushed nothing; `reason` says which. */
  promoted: boolean;
  reason: string;
  /** What to look into, although nothing failed. */
  warnings: string[];
  added: number;
  changed: number;
  removed: number;
}

const mutation = (more: string) => `mutation Promote($input: PromoteInput!) {
  promote(input: $input) {
    __typename
    ... on Promotion { snapshot { ${SNAPSHOT} } promoted reason added changed removed ${more} }
    ... on Problem { message }
  }
}`;

/** What a registry of an earlier release does not say. */
const UNBOUND =
  'the registry is of an earlier release: it promoted the newest state, whichever commit was merged';

type Promoted = { __typename: 'Promotion' } & PromotionSummary;

/** Makes a merged pull request's recordings those of the branch it was merged into. The second time nothing happens. */
export async function promote(connection: Connection, options: PromoteOptions): Promise<PromotionSummary> {
  const { owner, name } = connection.repository;
  const { pullRequest, branch, commit, head, mergedAt } = options;
  const input = { owner, name, pullRequest, branch, commit };
  const answer = await queryWithFallback<{ promote: Promoted | Problem }>(
    connection,
    { text: mutation('warnings'), variables: { input: { ...input, head, mergedAt } } },
    { text: mutation(''), variables: { input } },
  );
  const { __typename, ...summary } = expectType<Promoted>(answer.promote, 'Promotion');
  return { ...summary, warnings: summary.warnings ?? [UNBOUND] };
}
