import type { Identity } from '../../../trust/identity/identity.js';
import type { PageContent } from './page-content.js';
import { withQuery } from './page-links.js';

/** The same page for what does not exist and for what the visitor may not see, so that it reveals neither. */
export function notFoundPage({ identity, address }: { identity: Identity; address: string }): PageContent {
  const signIn = withQuery('/-/sign-in', { return: address });
  return {
    title: 'Not found',
    body: (
      <>
        <h1>Not found</h1>
        <p>This page does not exist, or you do not have access to it.</p>
        <p>
          {identity.grants.length === 0 ? (
            <>
              If it is in a private repository, <a href={signIn}>sign in with a token</a> that has the scope
              read.
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
