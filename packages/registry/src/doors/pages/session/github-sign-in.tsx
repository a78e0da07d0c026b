import type { Context } from 'hono';
import { FLOW_LIFETIME } from '../../../trust/github/sign-in.js';
import { ANONYMOUS } from '../../../trust/identity/identity.js';
import { addressBlock } from '../../limits/client-address.js';
import { tooManyRequests } from '../../request/http-error.js';
import type { App, AppEnvironment, Services } from '../../request/services.js';
import { endSession, readCookie, removeCookie, writeCookie } from '../../request/session-cookie.js';
import { renderPage } from '../layout/page-layout.js';
import { withQuery } from '../layout/page-links.js';
import {
  describeProblem,
  permissionProblemPage,
  statusOfProblem,
} from '../layout/permission-problem-page.js';
import { localPath } from './local-path.js';

const PATH = '/-/sign-in/github';

/** Maximum length of the query with which GitHub sends the browser back, in characters. */
const QUERY_LENGTH = 4_000;

/** The address that begins a sign-in with GitHub. */
export function gitHubSignInPath(back: string): string {
  return withQuery(PATH, { return: back });
}

/** Adds the routes of sign-in with GitHub, when it is configured. */
export function addGitHubSignIn(app: App, services: Services): void {
  const { signIn, publicUrl, limits, log } = services;
  if (signIn === null) return;

  app.get(PATH, async (c) => {
    const { address, flow } = await signIn.begin(localPath(c.req.query('return')));
    writeCookie(c, 'flow', flow, publicUrl, FLOW_LIFETIME);
    c.header('cache-control', 'no-store');
    return c.redirect(address, 303);
  });

  app.get(`${PATH}/callback`, async (c) => {
    const address = c.get('address');
    const wait = await limits.waitOf('credential', address);
    if (wait !== null) return tooManyRequests(c, wait);
    const flow = readCookie(c, 'flow', publicUrl);
    const { search } = new URL(c.req.url);
    const query = new URLSearchParams(search.slice(0, QUERY_LENGTH));
    const signedIn = await signIn.finish(query, flow, `address ${addressBlock(address)}`);
    // Each attempt needs a new sign-in, also a failed one.
    removeCookie(c, 'flow', publicUrl);
    c.header('cache-control', 'no-store');
    if ('session' in signedIn) {
      endSession(c, publicUrl);
      writeCookie(c, 'github', signedIn.session, publicUrl, signedIn.lifetime);
      return c.redirect(signedIn.back, 303);
    }
    await limits.failed('credential', address);
    log.warn(
      { requestId: c.get('requestId'), problem: describeProblem(signedIn) },
      'a sign-in with GitHub failed',
    );
    return showProblem(c, signedIn);
  });
}

/** Revokes a session at GitHub. The browser is signed out even when GitHub does not respond. */
export async function endGitHubSession(session: string, { signIn, log }: Services): Promise<void> {
  await signIn?.end(session).catch((error: Error) => {
    log.warn(`the token of a session was not revoked at GitHub: ${error.message}`);
  });
}

function showProblem(c: Context<AppEnvironment>, problem: Parameters<typeof permissionProblemPage>[0]) {
  const content = permissionProblemPage(problem, { title: 'Not signed in', again: PATH });
  if (problem.kind === 'unavailable') c.header('retry-after', String(problem.retryAfter));
  return c.html(renderPage(content, { identity: ANONYMOUS, address: '/' }), statusOfProblem(problem));
}
