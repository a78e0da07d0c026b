import { describeGitHubError, type GitHub, statusOf } from '../runner/github-client.js';
import type { MergedPullRequest } from './merged-pull-requests.js';

/** A pull request that GitHub no longer has open. */
export interface EndedPullRequest {
  number: number;
  /** How it was merged, and into which branch; null: closed without a merge. */
  merged: (MergedPullRequest & { branch: string }) | null;
}

/** The fields of a pull request in GitHub's API that tell how it ended. */
interface LookedUp {
  number: number;
  state: string;
  merged_at: string | null;
  merge_commit_sha: string | null;
  head: { sha: string };
  base: { ref: string };
}

/** Limit on the requests for single pull requests in one run: GitHub allows 1,000 an hour. */
const MAX_LOOKED_UP = 100;

/** Concurrent requests: GitHub's guidelines advise against bursts. */
const CONCURRENCY = 8;

type Repository = { owner: string; name: string };

/**
 * Finds out which of these pull requests have ended, by GitHub's list of the open ones and a request for each
 * of the others. A pull request that GitHub does not know is left out.
 * @param turn a number that differs from run to run; with more pull requests than a run looks up, it decides
 *   which come first
 * @returns those that have ended, by number, and how many were not looked up; `problem` when GitHub refuses
 */
export async function findEnded(
  github: GitHub,
  { owner, name }: Repository,
  numbers: number[],
  turn: number,
): Promise<{ ended: EndedPullRequest[]; postponed: number } | { problem: string }> {
  const repo = { owner, repo: name };
  try {
    const open = await github.paginate('GET /repos/{owner}/{repo}/pulls', {
      ...{ ...repo, state: 'open', sort: 'created', direction: 'asc', per_page: 100 },
    });
    const { chosen, postponed } = missingFrom(numbers, new Set(open.map(({ number }) => number)), turn);
    const ended: EndedPullRequest[] = [];
    const lookUp = async () => {
      for (let number = chosen.pop(); number !== undefined; number = chosen.pop()) {
        const pull = await fetchPull(github, repo, number);
        const end = pull === null ? null : howEnded(pull);
        if (end !== null) ended.push(end);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, lookUp));
    return { ended: ended.sort((a, b) => a.number - b.number), postponed };
  } catch (error) {
    return { problem: describeGitHubError(error, 'list the open pull requests', 'pull-requests: read') };
  }
}

/**
 * The pull requests to look up: those that are not open on GitHub, at most 100. Pull requests that nobody can
 * close here come again in every run, so the runs begin at different places of the list. Pure.
 */
export function missingFrom(
  numbers: number[],
  open: ReadonlySet<number>,
  turn: number,
  most = MAX_LOOKED_UP,
): { chosen: number[]; postponed: number } {
  const missing = numbers.filter((number) => !open.has(number)).sort((a, b) => a - b);
  const begin = missing.length > most ? turn % missing.length : 0;
  const chosen = [...missing.slice(begin), ...missing.slice(0, begin)].slice(0, most);
  return { chosen, postponed: missing.length - chosen.length };
}

/** How a pull request ended; null while it is open, also when it was reopened a moment ago. Pure. */
export function howEnded(pull: LookedUp): EndedPullRequest | null {
  if (pull.state !== 'closed') return null;
  const { number, merged_at: mergedAt, merge_commit_sha: commit, head, base } = pull;
  if (mergedAt === null) return { number, merged: null };
  return { number, merged: { number, mergedAt, commit, head: head.sha, branch: base.ref } };
}

/** Null when GitHub knows no pull request of this number. */
async function fetchPull(
  github: GitHub,
  repo: { owner: string; repo: string },
  number: number,
): Promise<LookedUp | null> {
  try {
    const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
    return (await github.request(route, { ...repo, pull_number: number })).data;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}
