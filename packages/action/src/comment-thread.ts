import { isOurs } from './comment-body.js';
import { type GitHub, gitHubProblem, statusOf } from './github-client.js';

export interface Comment {
  id: number;
  body: string;
  url: string;
}

/** The comments of one pull request, as far as they are ours. */
export interface CommentThread {
  /** Oldest first. */
  ours(): Promise<Comment[]>;
  create(body: string): Promise<Comment>;
  /** Null: it is gone. */
  update(id: number, body: string): Promise<Comment | null>;
  /** Does nothing when it is gone already. */
  remove(id: number): Promise<void>;
  /** What a failure of any of these means. */
  explain(error: unknown): string;
}

/** @returns the thread on GitHub. A pull request's comments are the comments of the issue of the same number. */
export function commentThread(
  github: GitHub,
  repository: { owner: string; name: string },
  pullRequest: number,
): CommentThread {
  const repo = { owner: repository.owner, repo: repository.name };
  return {
    async ours() {
      const all = await github.paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...repo,
        issue_number: pullRequest,
        per_page: 100,
      });
      return all
        .filter((comment) => isOurs(comment.body))
        .map(toComment)
        .sort((a, b) => a.id - b.id);
    },
    async create(body) {
      const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
      return toComment((await github.request(route, { ...repo, issue_number: pullRequest, body })).data);
    },
    async update(id, body) {
      const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
      return unlessGone(async () =>
        toComment((await github.request(route, { ...repo, comment_id: id, body })).data),
      );
    },
    async remove(id) {
      const route = 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}';
      await unlessGone(() => github.request(route, { ...repo, comment_id: id }));
    },
    explain: (error) =>
      gitHubProblem(error, `comment on pull request #${pullRequest}`, 'pull-requests: write'),
  };
}

async function unlessGone<T>(request: () => Promise<T>): Promise<T | null> {
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
