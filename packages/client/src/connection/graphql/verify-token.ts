import type { Connection, Repository } from '../registry/connection.js';
import { queryWithFallback } from './query.js';

/** What a token can read. */
export interface TokenAccess {
  /** The number of repositories; null if the registry runs an earlier release. */
  count: number | null;
  /** The first of them, at most three, as `owner/name`. */
  first: string[];
}

const QUERY = 'query TokenAccess { repositories(first: 3) { totalCount nodes { owner name } } }';

type Result = { repositories?: { totalCount: number; nodes: Repository[] } };

/**
 * Checks that the registry accepts the token of a connection, whose repository is not used.
 * @throws RegistryError, with the code UNAUTHENTICATED for a token that is mistyped, expired or revoked
 */
export async function verifyToken(connection: Connection): Promise<TokenAccess> {
  const { repositories } = await queryWithFallback<Result>(
    connection,
    { text: QUERY, variables: {} },
    { text: 'query TokenAccess { __typename }', variables: {} },
  );
  if (repositories === undefined) return { count: null, first: [] };
  const first = repositories.nodes.map(({ owner, name }) => `${owner}/${name}`);
  return { count: repositories.totalCount, first };
}
