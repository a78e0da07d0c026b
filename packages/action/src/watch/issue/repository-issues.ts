import { commentAuthor } from '../../comment/comment-author.js';
import { describeGitHubError, type GitHub, statusOf } from '../../runner/github-client.js';
import { isWatchIssue, type RenderedIssue, stateOf } from './issue-body.js';

export interface WatchIssue {
  number: number;
  isOpen: boolean;
  /** See `driftState`. */
  state: string | null;
  url: string;
}

export interface IssueChange extends Partial<RenderedIssue> {
  state?: 'open' | 'closed';
  reason?: 'completed' | 'duplicate' | 'reopened';
}

/** The watch's issues in a repository. */
export interface RepositoryIssues {
  /** Those with the marker that the token's identity wrote: open ones first, then oldest first. */
  ours(): Promise<WatchIssue[]>;
  create(issue: RenderedIssue): Promise<WatchIssue>;
  change(number: number, change: IssueChange): Promise<WatchIssue>;
  comment(number: number, body: string): Promise<void>;
  /** Describes an error of any of these functions and how to fix it. */
  explain(error: unknown): string;
}

/**
 * The issues on GitHub. Anybody can write the marker, so an issue is ours only if its author is the identity
 * of the token. Issues of other users are never changed.
 */
export function repositoryIssues(
  github: GitHub,
  repository: { owner: string; name: string },
): RepositoryIssues {
  const repo = { owner: repository.owner, repo: repository.name };
  const author = commentAuthor(github);
  return {
    async ours() {
      const login = await author.login();
      const all = await github.paginate('GET /repos/{owner}/{repo}/issues', {
        ...repo,
        state: 'all',
        // A repository may have many thousands of issues of other users.
        ...(login === null ? {} : { creator: login }),
        per_page: 100,
      });
      return all
        .filter(
          ({ body, pull_request, user }) =>
            // GitHub lists pull requests, too.
            pull_request === undefined &&
            isWatchIssue(body) &&
            login !== null &&
            user?.login.toLowerCase() === login.toLowerCase(),
        )
        .map(toIssue)
        .sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || a.number - b.number);
    },
    async create({ title, body }) {
      const { data } = await github.request('POST /repos/{owner}/{repo}/issues', { ...repo, title, body });
      author.wrote(data.user?.login);
      return toIssue(data);
    },
    async change(number, { title, body, state, reason }) {
      const { data } = await github.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
        ...repo,
        issue_number: number,
        ...(title === undefined ? {} : { title }),
        ...(body === undefined ? {} : { body }),
        ...(state === undefined ? {} : { state }),
        ...(reason === undefined ? {} : { state_reason: reason }),
      });
      return toIssue(data);
    },
    async comment(number, body) {
      const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
      await github.request(route, { ...repo, issue_number: number, body });
    },
    explain: (error) =>
      isDisabled(error)
        ? `Issues are disabled in ${repository.owner}/${repository.name}, so the watch keeps none; the job ` +
          'summary has its report. To get an issue, enable Issues in the settings of the repository and ' +
          'grant the job `permissions: issues: write`.'
        : `${describeGitHubError(error, 'keep an issue for the watch', 'issues: write')} The job summary has ` +
          'its report.',
  };
}

function isDisabled(error: unknown): boolean {
  return statusOf(error) === 410 || (error instanceof Error && /issues.* disabled/i.test(error.message));
}

function toIssue(issue: {
  number: number;
  state: string;
  body?: string | null;
  html_url: string;
}): WatchIssue {
  const { number, state, body, html_url: url } = issue;
  return { number, isOpen: state === 'open', state: stateOf(body ?? ''), url };
}
