import { query } from '../connection/graphql/query.js';
import { expectType, type Problem } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';

const MUTATION = `mutation ClosePullRequest($input: ClosePullRequestInput!) {
  closePullRequest(input: $input) {
    __typename
    ... on ClosedPullRequest { changed }
    ... on Problem { message }
  }
}`;

type Closed = { __typename: 'ClosedPullRequest'; changed: boolean };

/**
 * Reports that a pull request was closed without a merge. Only a workflow run on it, or on its base branch,
 * may.
 * @returns false when it was reported before
 * @throws RegistryError `FORBIDDEN` for a token; `INVALID` where the registry is of an earlier release
 */
export async function closePullRequest(connection: Connection, pullRequest: number): Promise<boolean> {
  const { owner, name } = connection.repository;
  const input = { owner, name, pullRequest };
  const answer = await query<{ closePullRequest: Closed | Problem }>(connection, MUTATION, { input });
  return expectType<Closed>(answer.closePullRequest, 'ClosedPullRequest').changed;
}
