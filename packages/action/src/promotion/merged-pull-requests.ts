import { describeGitHubError, type GitHub } from '../runner/github-client.js';

export interface MergedPullRequest {
  number: number;
  /** ISO 8601 */
  mergedAt: string;
  /** The merge commit, the squashed commit, or the last of the rebased commits. */
  commit: string | null;
  /** The last commit of the pull request, which was reviewed. */
  head: string | null;
}

/** The fields that GitHub lists of a pull request that a commit belongs to. */
interface AssociatedPullRequest {
  number: number;
  merged_at: string | null;
  merge_commit_sha: string | null;
  base: { ref: string };
  head?: { sha?: string };
}

/** Concurrent requests: GitHub's guidelines advise against bursts. */
const CONCURRENCY = 8;

/**
 * Finds the merged pull requests of the commits of a push, for every merge method.
 * @returns the pull requests in the order of merge, or `problem` when GitHub refuses a request
 */
export async function findMergedPullRequests(
  github: GitHub,
  repository: { owner: string; name: string },
  push: { branch: string; commits: string[] },
): Promise<{ pullRequests: MergedPullRequest[] } | { problem: string }> {
  const associated: AssociatedPullRequest[] = [];
  const pending = [...push.commits];
  const lookUp = async () => {
    for (let sha = pending.shift(); sha !== undefined; sha = pending.shift()) {
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
    await Promise.all(Array.from({ length: CONCURRENCY }, lookUp));
  } catch (error) {
    pending.length = 0;
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

/** The associated pull requests that were merged into the branch, each once, in the order of merge. Pure. */
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
