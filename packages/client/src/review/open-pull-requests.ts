import { query } from '../connection/graphql/query.js';
import type { Connection } from '../connection/registry/connection.js';

const QUERY = `query OpenPullRequests($owner: String!, $name: String!, $last: Int!) {
  repository(owner: $owner, name: $name) { pullRequests(state: OPEN, last: $last) { nodes { number } } }
}`;

type Answer = { repository: { pullRequests: { nodes: { number: number }[] } } | null };

/** The registry's limit on a page. */
const MOST = 500;

/**
 * The pull requests that the registry knows as neither promoted nor closed.
 * @returns their numbers, at most 500: those whose first push is longest ago; none for an unknown repository
 * @throws RegistryError `INVALID` where the registry is of an earlier release
 */
export async function openPullRequests(connection: Connection): Promise<number[]> {
  const { owner, name } = connection.repository;
  const { repository } = await query<Answer>(connection, QUERY, { owner, name, last: MOST });
  return repository?.pullRequests.nodes.map(({ number }) => number) ?? [];
}
