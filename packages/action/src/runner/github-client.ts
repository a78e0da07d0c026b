import { GitHub as ActionsOctokit, getOctokitOptions } from '@actions/github/lib/utils';
import pRetry from 'p-retry';

export type GitHub = InstanceType<typeof ActionsOctokit>;

const RETRIES = 3;
const MAX_RETRY_AFTER_MS = 60_000;

/**
 * A client of GitHub's REST API.
 * @param token empty: anonymous (public repositories, few requests)
 * @returns an octokit that tries again on network errors, 5xx and 429, and is silent (its own log would repeat what we say better)
 */
export function connectGitHub(options: { token: string; apiUrl: string; userAgent: string }): GitHub {
  const silent = () => {};
  const settings = {
    baseUrl: options.apiUrl,
    userAgent: options.userAgent,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  };
  // `getOctokit` itself refuses to go without a token.
  const octokit = new ActionsOctokit(
    options.token === '' ? settings : getOctokitOptions(options.token, settings),
  );
  octokit.hook.wrap('request', (request, parameters) =>
    pRetry(async () => request(parameters), {
      retries: RETRIES,
      minTimeout: 500,
      randomize: true,
      shouldRetry: ({ error }) => isTransient(error),
      onFailedAttempt: ({ error, retriesLeft }) =>
        retriesLeft > 0 && isTransient(error) ? pause(retryAfterMs(error)) : undefined,
    }),
  );
  return octokit;
}

/**
 * What went wrong with a request to GitHub, and what to do about it.
 * @param doing for example `list the comments of pull request #3`
 * @param permission what the job's `permissions` must hold for it, for example `pull-requests: write`
 */
export function describeGitHubError(error: unknown, doing: string, permission: string): string {
  const status = statusOf(error);
  const said =
    error instanceof Error ? error.message.replace(/ - https:\/\/docs\.github\.com\S*$/, '') : String(error);
  if (status === 401) {
    return `GitHub does not accept the \`github-token\`, so it is not possible to ${doing}: ${said}`;
  }
  if (status === 403 && isRateLimit(error)) {
    return `GitHub's rate limit is used up, so it is not possible to ${doing}: ${said}`;
  }
  if (status === 403 || status === 404) {
    return `GitHub refused to ${doing} (${status}: ${said}). Grant the job \`permissions: ${permission}\`.`;
  }
  return `It is not possible to ${doing}: ${status === null ? '' : `GitHub answered ${status}: `}${said}`;
}

/** The HTTP status of a refused request; null: there was no answer at all. */
export function statusOf(error: unknown): number | null {
  const status = (error as { status?: unknown } | null)?.status;
  // Octokit gives a request that never reached the server the status 500, but no response.
  return typeof status === 'number' && responseHeaders(error) !== null ? status : null;
}

function isTransient(error: unknown): boolean {
  const status = statusOf(error);
  return status === null || status === 429 || status >= 500;
}

/** Milliseconds that GitHub asked to wait, bounded, beyond the usual back-off. */
function retryAfterMs(error: unknown): number {
  const seconds = Number(responseHeaders(error)?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, MAX_RETRY_AFTER_MS) : 0;
}

function isRateLimit(error: unknown): boolean {
  const headers = responseHeaders(error);
  return headers?.['retry-after'] !== undefined || String(headers?.['x-ratelimit-remaining']) === '0';
}

function responseHeaders(error: unknown): Record<string, string | number | undefined> | null {
  const response = (error as { response?: { headers?: Record<string, string> } } | null)?.response;
  return response?.headers ?? null;
}

async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
