import { ANONYMOUS } from '../../../trust/identity/identity.js';
import { renderPage } from './page-layout.js';

/** The page while the database is unavailable. The visitor is anonymous: sessions need the database. */
export function unavailablePage(message: string, requestId: string) {
  const body = (
    <>
      <h1>Temporarily unavailable</h1>
      <p>The registry cannot show this page now: {message}. Reload the page in a moment.</p>
      <p class="quiet">Request id {requestId}</p>
    </>
  );
  return renderPage({ title: 'Temporarily unavailable', body }, { identity: ANONYMOUS, address: '/' });
}
