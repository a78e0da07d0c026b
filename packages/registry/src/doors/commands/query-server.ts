import type { Owner } from '../../database/embedded/data-directory.js';

/** Asks the server that has the embedded database. Throws when it does not answer. */
export async function askServer<Data>(
  owner: Owner & { url: string; token: string },
  query: string,
  variables: Record<string, unknown>,
): Promise<Data> {
  const response = await fetch(new URL('/graphql', owner.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${owner.token}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(30_000),
  });
  const answer = (await response.json()) as { data?: Data | null; errors?: { message: string }[] };
  if (!answer.data) {
    throw new Error(`the server at ${owner.url} answered: ${answer.errors?.[0]?.message ?? response.status}`);
  }
  return answer.data;
}
