import { queryWithFallback } from '../connection/graphql/query.js';
import { expectType, type Problem } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';
import { SNAPSHOT, type SnapshotSummary } from '../connection/registry/snapshot.js';

export interface PromoteOptions {
  pullRequest: number;
  /** The branch it was merged into; its base branch by default. */
  branch?: string;
  /** The merge commit. */
  commit?: string;
  /**
   * The head commit of the pull request, whose recordings are promoted; the newest state by
   * default.
   */
  head?: string;
  /** When it was merged, as ISO 8601. With `head`, recordings pushed later are not promoted. */
  mergedAt?: string;
  /** Refuses, as INVALID, when the branch changed one of the recordings after `mergedAt`. */
  unlessChanged?: boolean;
}

export interface PromotionSummary {
  /** The branch's current snapshot; null if the branch has none. */
  snapshot: SnapshotSummary | null;
  /** False if it was promoted before, or pushed nothing; `reason` says which. */
  promoted: boolean;
  reason: string;
  /** What the user should check although the promotion succeeded. */
  warnings: string[];
  added: number;
  changed: number;
  removed: number;
}

/** @param newFields fields that a registry of an earlier release does not have */
const mutation = (newFields: string) => `mutation Promote($input: PromoteInput!) {
  promote(input: $input) {
    __typename
    ... on Promotion { snapshot { ${SNAPSHOT} } promoted reason added changed removed ${newFields} }
    ... on Problem { message }
  }
}`;

/** The warning if the registry runs an earlier release, which ignores `head` and `mergedAt`. */
const HEAD_IGNORED =
  'the registry runs an earlier release: it promoted the newest state, whichever commit was merged';

type Promoted = { __typename: 'Promotion' } & PromotionSummary;

/**
 * Copies the recordings of a merged pull request to the branch it was merged into. Promoting the
 * same state again changes nothing.
 * @throws RegistryError
 */
export async function promote(connection: Connection, options: PromoteOptions): Promise<PromotionSummary> {
  const { owner, name } = connection.repository;
  const { pullRequest, branch, commit, head, mergedAt, unlessChanged } = options;
  const input = { owner, name, pullRequest, branch, commit };
  const current = {
    text: mutation('warnings'),
    variables: { input: { ...input, head, mergedAt, ...(unlessChanged === true ? { unlessChanged } : {}) } },
  };
  // An earlier release would promote without the condition.
  const earlier = unlessChanged === true ? [] : [{ text: mutation(''), variables: { input } }];
  const result = await queryWithFallback<{ promote: Promoted | Problem }>(connection, current, ...earlier);
  const { __typename, ...summary } = expectType<Promoted>(result.promote, 'Promotion');
  return { ...summary, warnings: summary.warnings ?? [HEAD_IGNORED] };
}
