import { describeGitHubError, type GitHub } from '../runner/github-client.js';

export interface MergedPullRequest {
  number: number;
  /** ISO 8601 */
  mergedAt: string;
  /** The commit that it was merged as: a merge or squashed commit, or the last of the rebased ones. */
  commit: string | null;
  /** The last commit of the pull request itself: what was reviewed. */
  head: string | null;
}

/** What GitHub says about a pull request that a commit belongs to. */
interface AssociatedPullRequest {
  number: number;
  merged_at: string | null;
  merge_commit_sha: string | null;
  base: { ref: string };
  head?: { sha?: string };
}

/** How many questions are under way at once; GitHub asks clients not to send bursts. */
const AT_ONCE = 8;

/**
 * Asks GitHub which merged pull requests the commits of a push come from, whichever way they were merged.
 * @returns them in the order of their merges, or one message when GitHub would not say
 */
export async function findMergedPullRequests(
  github: GitHub,
  repository: { owner: string; name: string },
  push: { branch: string; commits: string[] },
): Promise<{ pullRequests: MergedPullRequest[] } | { problem: string }> {
  const associated: AssociatedPullRequest[] = [];
  const waiting = [...push.commits];
  const ask = async () => {
    for (let sha = waiting.shift(); sha !== undefined; sha = waiting.shift()) {
      const { data } = await github.request('GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', {
        owner: repository.owner,
        repo: repository.name,
        commit_sha: sha,
        per_page: 100,
      });
      associated.push(...data);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
  } catch (error) {
    waiting.length = 0;
    return {
      problem: describeGitHubError(
        error,
        'find the merged pull requests of this push',
        'pull-requests: read',
      ),
    };
  }
  return { pullRequests: mergedInto(push.branch, associated) };
}

/** Of all that GitHub associates with the commits: those merged into this branch, each once, in the order of merge. Pure. */
export function mergedInto(branch: string, associated: AssociatedPullRequest[]): MergedPullRequest[] {
  const merged = new Map<number, MergedPullRequest>();
  for (const pull of associated) {
    if (pull.merged_at === null || pull.base.ref !== branch) continue;
    const { number, merged_at: mergedAt, merge_commit_sha: commit } = pull;
    merged.set(number, { number, mergedAt, commit, head: pull.head?.sha ?? null });
  }
  return [...merged.values()].sort(
    (a, b) => Date.parse(a.mergedAt) - Date.parse(b.mergedAt) || a.number - b.number,
  );
}
