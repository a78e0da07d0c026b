import { ANONYMOUS } from '../../../trust/identity/identity.js';
import { renderPage } from './page-layout.js';

/** The page while the registry cannot use its database. Who asks is not known then: a session is in the database. */
export function unavailablePage(message: string, requestId: string) {
  const body = (
    <>
      <h1>Not available at the moment</h1>
      <p>The registry cannot answer now: {message}. Load the page again in a moment.</p>
      <p class="quiet">Request id {requestId}</p>
    </>
  );
  return renderPage({ title: 'Not available', body }, { identity: ANONYMOUS, address: '/' });
}
