import { ACCEPTANCE_BRANCH } from '../../names.js';
import { describeGitHubError, type GitHub, statusOf } from '../../runner/github-client.js';

const MESSAGE = 'Accept re-recorded fixtures';

interface Place {
  repository: { owner: string; name: string };
  /** The commit of the default branch that the recordings belong to. */
  sha: string;
}

export type AcceptanceBranch =
  /** The branch is at the empty commit `commit`. */
  | { kind: 'moved'; commit: string }
  /** A pull request from the branch is open, so the branch stays as it is. */
  | { kind: 'open'; number: number; url: string }
  /** Why GitHub refused, with the missing permission. */
  | { kind: 'refused'; problem: string };

/**
 * Moves the branch for acceptances to an empty commit on top of the tested commit, and creates it if it does
 * not exist. A branch with an open pull request stays: its head would become a commit that no run has tested,
 * and whose recordings a merge would not promote.
 * @param nameCommit names the commit for the watch in the registry, before anybody can open a pull request
 *   with it
 */
export async function moveAcceptanceBranch(
  github: GitHub,
  { repository, sha }: Place,
  nameCommit: (commit: string) => Promise<void>,
): Promise<AcceptanceBranch> {
  const repo = { owner: repository.owner, repo: repository.name };
  const request = acceptanceRequests(github, repo);
  let commit: string;
  try {
    const open = await request.openPull();
    if (open !== null) return { kind: 'open', ...open };
    commit = await request.emptyCommit(sha);
  } catch (error) {
    return refusal(error);
  }
  await nameCommit(commit);
  try {
    await request.moveBranch(commit);
    return { kind: 'moved', commit };
  } catch (error) {
    return refusal(error);
  }
}

function acceptanceRequests(github: GitHub, repo: { owner: string; repo: string }) {
  return {
    async openPull(): Promise<{ number: number; url: string } | null> {
      const head = `${repo.owner}:${ACCEPTANCE_BRANCH}`;
      const route = 'GET /repos/{owner}/{repo}/pulls';
      const { data } = await github.request(route, { ...repo, state: 'open', head, per_page: 100 });
      // GitHub matches the name of the owner, which may also have a fork of the repository.
      const own = `${repo.owner}/${repo.repo}`.toLowerCase();
      const open = data.find(({ head: { repo: from } }) => from?.full_name.toLowerCase() === own);
      return open === undefined ? null : { number: open.number, url: open.html_url };
    },
    async emptyCommit(parent: string): Promise<string> {
      const { data: tested } = await github.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
        ...repo,
        commit_sha: parent,
      });
      const { data } = await github.request('POST /repos/{owner}/{repo}/git/commits', {
        ...repo,
        message: MESSAGE,
        tree: tested.tree.sha,
        parents: [parent],
      });
      return data.sha;
    },
    async moveBranch(commit: string): Promise<void> {
      const ref = `heads/${ACCEPTANCE_BRANCH}`;
      try {
        await github.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
          ...repo,
          ...{ ref, sha: commit, force: true },
        });
      } catch (error) {
        // GitHub's status for a reference that does not exist.
        if (statusOf(error) !== 422 && statusOf(error) !== 404) throw error;
        const route = 'POST /repos/{owner}/{repo}/git/refs';
        await github.request(route, { ...repo, ref: `refs/${ref}`, sha: commit });
      }
    },
  };
}

function refusal(error: unknown): AcceptanceBranch {
  const problem = describeGitHubError(error, `move the branch ${ACCEPTANCE_BRANCH}`, 'contents: write');
  return { kind: 'refused', problem };
}
