import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { PermissionProblem } from '../identity/identity.js';
import { apiHeaders, fetchGitHub, GitHubUnavailable, objectIn } from './fetch-github.js';
import type { GitHubAddresses } from './github-addresses.js';
import { type GitHubRepository, readRepositoryAnswer } from './read-answer.js';

/** Milliseconds for which GitHub's answer counts: a withdrawn permission ends after at most this time. */
const REMEMBERED = 5 * 60_000;

/** Milliseconds for which a missing permission counts, so that a new one is soon noticed. */
const DENIAL_REMEMBERED = 30_000;

/** Maximum number of answers in memory; one has about 500 bytes. */
const MOST_ANSWERS = 20_000;

/** Seconds until a retry after GitHub did not respond. */
const RETRY_AFTER = 5;

export type RepositoryPermission =
  | { kind: 'repository'; repository: GitHubRepository }
  | { kind: 'none' }
  | PermissionProblem;

/** Limits the requests to GitHub of one person. Returns the problem of a person above the limit. */
export type InTurn = <Result>(
  caller: string,
  work: () => Promise<Result>,
) => Promise<Result | PermissionProblem>;

/** Fetches permissions of people from GitHub, and remembers them in this process. */
export interface Permissions {
  /** @param name `owner/name` */
  of(session: { token: string; login: string }, name: string): Promise<RepositoryPermission>;
}

/** @param clock in milliseconds */
export function makePermissions(
  addresses: GitHubAddresses,
  inTurn: InTurn,
  clock: { now(): number } = performance,
): Permissions {
  const remembered = new LRUCache<string, Promise<RepositoryPermission>>({
    max: MOST_ANSWERS,
    perf: clock,
    ttlResolution: 0,
  });
  return {
    of: ({ token, login }, name) => {
      // The token itself is not kept: a memory dump would otherwise hold every token for minutes.
      const key = createHash('sha256').update(`${token} ${name.toLowerCase()}`).digest('base64');
      const known = remembered.get(key);
      if (known !== undefined) return known;
      // Concurrent requests share one request to GitHub.
      const asking = inTurn(login, () => fetchPermission(addresses, token, name));
      remembered.set(key, asking, { ttl: REMEMBERED });
      const forget = () => remembered.peek(key) === asking && remembered.delete(key);
      asking.then(({ kind }) => {
        if (kind === 'none') remembered.set(key, asking, { ttl: DENIAL_REMEMBERED });
        else if (kind !== 'repository') forget();
      }, forget);
      return asking;
    },
  };
}

async function fetchPermission(
  { server, api }: GitHubAddresses,
  token: string,
  name: string,
): Promise<RepositoryPermission> {
  try {
    const found = await askAt(`${api}/repos/${name}`);
    if (found.kind !== 'moved') return found;
    // A renamed repository. Its id decides whether it is the one that the registry knows.
    const to = URL.canParse(found.to, api) ? new URL(found.to, api) : null;
    const isRepository = to?.href.startsWith(`${api}/repositories/`) || to?.href.startsWith(`${api}/repos/`);
    if (to === null || !isRepository) return { kind: 'none' };
    const moved = await askAt(to.href);
    return moved.kind === 'moved' ? { kind: 'none' } : moved;
  } catch (error) {
    if (!(error instanceof GitHubUnavailable)) throw error;
    return { kind: 'unavailable', message: error.message, retryAfter: RETRY_AFTER };
  }

  async function askAt(url: string) {
    const response = await fetchGitHub(url, { headers: apiHeaders(`Bearer ${token}`) });
    const header = (name: string) => response.headers.get(name);
    const body = await objectIn(response);
    return readRepositoryAnswer({ status: response.status, header, body }, server, new Date());
  }
}
