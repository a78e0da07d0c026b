import type { OwningServer } from './command-database.js';

/** Sends a GraphQL request to the server that owns the embedded database. Throws when the request fails. */
export async function queryServer<Data>(
  owner: OwningServer,
  query: string,
  variables: Record<string, unknown>,
): Promise<Data> {
  const response = await fetch(new URL('/graphql', owner.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${owner.token}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(30_000),
  });
  const result = (await response.json()) as { data?: Data | null; errors?: { message: string }[] };
  if (!result.data) {
    throw new Error(`the server at ${owner.url} answered: ${result.errors?.[0]?.message ?? response.status}`);
  }
  return result.data;
}
