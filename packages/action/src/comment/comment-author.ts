import type { GitHub } from '../runner/github-client.js';

/** Who the token comments as. */
export interface CommentAuthor {
  /** The login, such as `github-actions[bot]`; null when GitHub does not say it. */
  login(): Promise<string | null>;
  /** Notes the author that GitHub gave to a comment of ours. */
  wrote(login: string | undefined): void;
}

/**
 * Asks GitHub once. `GET /user` refuses the tokens of workflows and apps; the GraphQL API answers for
 * every kind of token. Where it does not (an old Enterprise Server), the first comment we write tells.
 */
export function commentAuthor(github: GitHub): CommentAuthor {
  let known: string | null = null;
  let asked = false;
  return {
    async login() {
      if (known !== null || asked) return known;
      asked = true;
      try {
        known = (await github.graphql<{ viewer: { login: string } }>('{ viewer { login } }')).viewer.login;
      } catch {
        // Then no comment counts as ours until we have written one: a second comment is better than
        // writing over a person's.
      }
      return known;
    },
    wrote(login) {
      known = login ?? known;
    },
  };
}
