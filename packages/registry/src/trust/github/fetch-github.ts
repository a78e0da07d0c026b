/** Milliseconds for one request to GitHub, including its body. */
const TIMEOUT = 5_000;

/** Maximum bytes of a response. GitHub describes a repository in about 10 KB. */
const MOST_BYTES = 256 * 1024;

/** GitHub did not respond, or not with what it documents. The message has no secret. */
export class GitHubUnavailable extends Error {}

/**
 * Sends a request to GitHub, bounded in time and size, and follows no redirect.
 * @returns the response with its whole body in memory
 * @throws GitHubUnavailable
 */
export async function fetchGitHub(url: string, init: RequestInit): Promise<Response> {
  const signal = AbortSignal.timeout(TIMEOUT);
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal });
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) throw new GitHubUnavailable('the response of GitHub is too large');
      chunks.push(chunk);
    }
    const { status, headers } = response;
    return new Response(bytes === 0 ? null : Buffer.concat(chunks), { status, headers });
  } catch (error) {
    if (error instanceof GitHubUnavailable) throw error;
    // The cause is left out: it can quote the request.
    const problem = signal.aborted ? `did not respond within ${TIMEOUT / 1_000} seconds` : 'is not reachable';
    throw new GitHubUnavailable(`GitHub ${problem}`);
  }
}

/** The headers of a request to GitHub's REST API. */
export function apiHeaders(authorization: string): Record<string, string> {
  return {
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    'user-agent': 'fixture-registry',
    authorization,
  };
}

/** The JSON object in a response; null when it is none. */
export async function objectIn(response: Response): Promise<Record<string, unknown> | null> {
  const value: unknown = await response.json().catch(() => null);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}
