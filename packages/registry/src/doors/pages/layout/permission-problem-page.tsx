import type { PermissionProblem } from '../../../trust/identity/identity.js';
import type { PageContent } from './page-content.js';

const SIGNED_OUT = 'GitHub no longer accepts this session: it expired or was revoked';

/** The HTTP status of a problem with the permission of a person. */
export function statusOfProblem({ kind }: PermissionProblem): 401 | 403 | 503 {
  return ({ 'signed-out': 401, refused: 403, unavailable: 503 } as const)[kind];
}

/** What happened, as a phrase. */
export function describeProblem(problem: PermissionProblem): string {
  return problem.kind === 'signed-out' ? SIGNED_OUT : problem.message;
}

/**
 * The page for a person whose permission GitHub does not tell.
 * @param about.again the address to try again
 */
export function permissionProblemPage(
  problem: PermissionProblem,
  about: { title: string; again: string },
): PageContent {
  const text = describeProblem(problem);
  return {
    title: about.title,
    body: (
      <>
        <h1>{about.title}</h1>
        <p class="problem" role="alert">
          {text.charAt(0).toUpperCase() + text.slice(1)}.
        </p>
        {problem.kind === 'refused' && problem.link !== null && (
          <p>
            <a href={problem.link} rel="noreferrer">
              Continue at GitHub
            </a>
          </p>
        )}
        <p>
          {problem.kind === 'unavailable'
            ? `Try again in ${problem.retryAfter} seconds: `
            : 'When this is solved, try again: '}
          <a href={about.again}>try again</a>.
        </p>
      </>
    ),
  };
}
