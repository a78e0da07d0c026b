import type { GitHub } from '../runner/github-client.js';

/** The user or app that the token comments as. */
export interface CommentAuthor {
  /** The login, such as `github-actions[bot]`; null when GitHub does not return it. */
  login(): Promise<string | null>;
  /** Remembers the author of a comment that this run created. */
  wrote(login: string | undefined): void;
}

/**
 * Finds the author with one request to the GraphQL API, because `GET /user` refuses the tokens of
 * workflows and apps. Where GraphQL fails (an old Enterprise Server), the author is known once this run
 * has created a comment.
 */
export function commentAuthor(github: GitHub): CommentAuthor {
  let known: string | null = null;
  let requested = false;
  return {
    async login() {
      if (known !== null || requested) return known;
      requested = true;
      try {
        known = (await github.graphql<{ viewer: { login: string } }>('{ viewer { login } }')).viewer.login;
      } catch {
        // Without a known author no comment counts as ours: a second comment is better than overwriting
        // a person's.
      }
      return known;
    },
    wrote(login) {
      known = login ?? known;
    },
  };
}
