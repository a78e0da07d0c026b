import { describeGitHubError, type GitHub, statusOf } from '../runner/github-client.js';
import { commentAuthor } from './comment-author.js';
import { hasMarker } from './comment-body.js';

export interface Comment {
  id: number;
  body: string;
  url: string;
}

/** The action's comments on one pull request. */
export interface CommentThread {
  /** The comments with the marker that the token's identity wrote, oldest first. */
  ours(): Promise<Comment[]>;
  create(body: string): Promise<Comment>;
  /** Returns the updated comment; null when it was deleted. */
  update(id: number, body: string): Promise<Comment | null>;
  /** Deletes a comment; does nothing when it was already deleted. */
  remove(id: number): Promise<void>;
  /** Describes an error of any of these functions and how to fix it. */
  explain(error: unknown): string;
}

/**
 * The thread on GitHub. In GitHub's API, the comments of a pull request are those of the issue with its
 * number.
 *
 * Anybody can write the marker, so a comment is ours only if its author is also the identity of the token.
 * Comments of other users are never edited or deleted.
 */
export function commentThread(
  github: GitHub,
  repository: { owner: string; name: string },
  pullRequest: number,
): CommentThread {
  const repo = { owner: repository.owner, repo: repository.name };
  const author = commentAuthor(github);
  return {
    async ours() {
      const all = await github.paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...repo,
        issue_number: pullRequest,
        per_page: 100,
      });
      const marked = all.filter((comment) => hasMarker(comment.body));
      if (marked.length === 0) return [];
      const login = await author.login();
      return marked
        .filter((comment) => login !== null && comment.user?.login.toLowerCase() === login.toLowerCase())
        .map(toComment)
        .sort((a, b) => a.id - b.id);
    },
    async create(body) {
      const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
      const { data } = await github.request(route, { ...repo, issue_number: pullRequest, body });
      author.wrote(data.user?.login);
      return toComment(data);
    },
    async update(id, body) {
      const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
      return nullIfDeleted(async () =>
        toComment((await github.request(route, { ...repo, comment_id: id, body })).data),
      );
    },
    async remove(id) {
      const route = 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}';
      await nullIfDeleted(() => github.request(route, { ...repo, comment_id: id }));
    },
    explain: (error) =>
      isLocked(error)
        ? `The conversation of pull request #${pullRequest} is locked, so GitHub accepts no comment. ` +
          'The job summary has the report. Unlock the conversation to get a comment.'
        : describeGitHubError(error, `comment on pull request #${pullRequest}`, 'pull-requests: write'),
  };
}

/** Whether GitHub refused because the conversation is locked, which no permission overrides. */
function isLocked(error: unknown): boolean {
  return statusOf(error) === 403 && error instanceof Error && /\blocked\b/i.test(error.message);
}

async function nullIfDeleted<T>(request: () => Promise<T>): Promise<T | null> {
  try {
    return await request();
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 410) return null;
    throw error;
  }
}

function toComment(comment: { id: number | bigint; body?: string | undefined; html_url: string }): Comment {
  return { id: Number(comment.id), body: comment.body ?? '', url: comment.html_url };
}
