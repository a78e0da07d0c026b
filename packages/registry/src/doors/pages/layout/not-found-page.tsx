import type { Identity } from '../../../trust/identity/identity.js';
import { withQuery } from './page-links.js';
import type { PageContent } from './page-request.js';

/** The same for what does not exist and for what the visitor may not see: neither can be told from the other. */
export function notFoundPage({ identity, address }: { identity: Identity; address: string }): PageContent {
  const signIn = withQuery('/-/sign-in', { return: address });
  return {
    title: 'Not found',
    body: (
      <>
        <h1>Not found</h1>
        <p>There is nothing here that you may see.</p>
        <p>
          {identity.grants.length === 0 ? (
            <>
              Pages of private repositories need a token with the scope read:{' '}
              <a href={signIn}>sign in with one</a>.
            </>
          ) : (
            <>
              Your token may be for another repository: <a href={signIn}>sign in with another one</a>.
            </>
          )}
        </p>
      </>
    ),
  };
}
