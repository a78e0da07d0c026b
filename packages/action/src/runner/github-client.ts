import { GitHub as ActionsOctokit, getOctokitOptions } from '@actions/github/lib/utils';
import pRetry from 'p-retry';
import { waitingFor } from './activity.js';

export type GitHub = InstanceType<typeof ActionsOctokit>;

const RETRIES = 3;
const MAX_RETRY_AFTER_MS = 60_000;

/**
 * Creates a client of GitHub's REST and GraphQL APIs.
 * @param options `token` is empty for anonymous access: public repositories only, with a low rate limit
 * @returns an Octokit that retries network errors, 5xx and 429 up to 3 times; its own log is off
 */
export function connectGitHub(options: { token: string; apiUrl: string; userAgent: string }): GitHub {
  const silent = () => {};
  const settings = {
    baseUrl: options.apiUrl,
    userAgent: options.userAgent,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  };
  // `getOctokit` refuses an empty token.
  const octokit = new ActionsOctokit(
    options.token === '' ? settings : getOctokitOptions(options.token, settings),
  );
  octokit.hook.wrap('request', (request, parameters) =>
    waitingFor(`GitHub (${parameters.method} ${parameters.url} at ${options.apiUrl})`, () =>
      pRetry(async () => request(parameters), {
        retries: RETRIES,
        minTimeout: 500,
        randomize: true,
        shouldRetry: ({ error }) => isTransient(error),
        onFailedAttempt: ({ error, retriesLeft }) =>
          retriesLeft > 0 && isTransient(error) ? pause(retryAfterMs(error)) : undefined,
      }),
    ),
  );
  return octokit;
}

/**
 * Describes a failed request to GitHub and how to fix it, as one sentence.
 * @param doing an infinitive, for example `list the comments of pull request #3`
 * @param permission the entry of the job's `permissions` that the request needs, for example
 * `pull-requests: write`
 */
export function describeGitHubError(error: unknown, doing: string, permission: string): string {
  const status = statusOf(error);
  const message =
    error instanceof Error ? error.message.replace(/ - https:\/\/docs\.github\.com\S*$/, '') : String(error);
  if (status === 401) {
    return `GitHub rejected the \`github-token\`; could not ${doing}: ${message}`;
  }
  if (status === 403 && isRateLimit(error)) {
    return `GitHub's rate limit is exceeded; could not ${doing}: ${message}`;
  }
  if (status === 403 || status === 404) {
    return (
      `GitHub refused to ${doing} (${status}: ${message}). Grant the job \`permissions: ` + `${permission}\`.`
    );
  }
  return `Could not ${doing}: ${status === null ? '' : `GitHub responded with status ${status}: `}${message}`;
}

/** The HTTP status of a failed request; null when there was no response. */
export function statusOf(error: unknown): number | null {
  const status = (error as { status?: unknown } | null)?.status;
  // Octokit sets status 500 on requests that never reached the server, but no response.
  return typeof status === 'number' && responseHeaders(error) !== null ? status : null;
}

function isTransient(error: unknown): boolean {
  const status = statusOf(error);
  return status === null || status === 429 || status >= 500;
}

/** GitHub's `Retry-After` in milliseconds, capped; it is added to the usual back-off. */
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
