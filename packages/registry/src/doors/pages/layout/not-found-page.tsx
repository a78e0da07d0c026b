import { type Identity, isSignedIn } from '../../../trust/identity/identity.js';
import type { Services } from '../../request/services.js';
import type { PageContent } from './page-content.js';
import { withQuery } from './page-links.js';

interface Visit {
  identity: Identity;
  /** Path and query string, to return to after signing in. */
  address: string;
  services: Pick<Services, 'signIn'>;
}

/** The same page for what does not exist and for what the visitor may not see, so that it reveals neither. */
export function notFoundPage({ identity, address, services }: Visit): PageContent {
  const gitHub = services.signIn === null ? null : withQuery('/-/sign-in/github', { return: address });
  const signIn = withQuery('/-/sign-in', { return: address });
  return {
    title: 'Not found',
    body: (
      <>
        <h1>Not found</h1>
        <p>This page does not exist, or you do not have access to it.</p>
        <p>
          {!isSignedIn(identity) ? (
            <>
              If it is in a private repository,{' '}
              {gitHub !== null && (
                <>
                  <a href={gitHub}>sign in with GitHub</a>, or{' '}
                </>
              )}
              <a href={signIn}>sign in with a token</a> that has the scope read.
            </>
          ) : identity.person !== undefined ? (
            <>
              The GitHub account {identity.person.login} may not have access to the repository, or another
              repository has its name on GitHub now. A new permission counts within a minute. You can also{' '}
              <a href={signIn}>sign in with a token</a>.
            </>
          ) : (
            <>
              Your token may belong to another repository: <a href={signIn}>sign in with another token</a>.
            </>
          )}
        </p>
      </>
    ),
  };
}
