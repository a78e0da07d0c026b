import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { ANONYMOUS } from '../../../trust/identity/identity.js';
import { authenticateRequest } from '../../request/authenticate-request.js';
import type { App, AppEnvironment, Services } from '../../request/services.js';
import { endSession, readCookie, writeCookie } from '../../request/session-cookie.js';
import type { PageContent } from '../layout/page-content.js';
import { renderPage } from '../layout/page-layout.js';
import { isCrossSiteForm } from './cross-site-form.js';
import { endGitHubSession, gitHubSignInPath } from './github-sign-in.js';
import { localPath } from './local-path.js';

/** Maximum size of a form, in bytes: a token and a path to return to. */
const FORM_BYTES = 16 * 1024;

/** Adds the routes to sign in with a token and to sign out, for browsers. */
export function addSignIn(app: App, services: Services): void {
  const { publicUrl } = services;
  const form = (back: string, problem: string | null) =>
    signInForm({ back, problem, offersGitHub: services.signIn !== null });
  const small = bodyLimit({ maxSize: FORM_BYTES });

  app.get('/-/sign-in', (c) => {
    const back = localPath(c.req.query('return'));
    return show(c, form(back, null), 200);
  });

  app.post('/-/sign-in', small, async (c) => {
    if (isCrossSiteForm(c, publicUrl)) return show(c, refused, 403);
    const fields = await c.req.parseBody().catch(() => ({}) as Record<string, unknown>);
    const [token, back] = ['token', 'return'].map((name) => String(fields[name] ?? '').trim());
    const identity = token ? await authenticateRequest(c, services, `Bearer ${token}`) : null;
    if (identity instanceof Response) return identity;
    if (!token || !identity || 'refused' in identity) {
      const problem = token
        ? 'This token is not valid: it may be mistyped, expired or revoked.'
        : 'Paste a token into the field.';
      return show(c, form(localPath(back), problem), 401);
    }
    endSession(c, publicUrl);
    writeCookie(c, 'token', token, publicUrl);
    return c.redirect(localPath(back), 303);
  });

  app.post('/-/sign-out', small, async (c) => {
    if (isCrossSiteForm(c, publicUrl)) return show(c, refused, 403);
    const session = readCookie(c, 'github', publicUrl);
    endSession(c, publicUrl);
    if (session !== null) await endGitHubSession(session, services);
    return c.redirect('/', 303);
  });
}

function show(c: Context<AppEnvironment>, content: PageContent, status: 200 | 401 | 403) {
  c.header('cache-control', 'no-store');
  return c.html(renderPage(content, { identity: ANONYMOUS, address: '/' }), status);
}

const refused: PageContent = {
  title: 'Refused',
  body: (
    <>
      <h1>Refused</h1>
      <p>Another site submitted this form. Use the form on this registry instead.</p>
    </>
  ),
};

interface SignInForm {
  /** The page to return to. */
  back: string;
  problem: string | null;
  offersGitHub: boolean;
}

function signInForm({ back, problem, offersGitHub }: SignInForm): PageContent {
  return {
    title: 'Sign in',
    body: (
      <>
        <h1>Sign in</h1>
        {offersGitHub && (
          <>
            <p>
              <a class="button" href={gitHubSignInPath(back)}>
                Sign in with GitHub
              </a>
            </p>
            <p class="quiet">
              You see the repositories that you can read on GitHub, and accept drift in those that you can
              write to.
            </p>
            <h2>Or with a token</h2>
          </>
        )}
        <p>Paste a token of this registry. The scope read is enough.</p>
        <form method="post" action="/-/sign-in" class="stacked">
          {problem !== null && (
            <p class="problem" id="problem" role="alert">
              {problem}
            </p>
          )}
          <input type="hidden" name="return" value={back} />
          <label for="token">Token</label>
          <input
            type="password"
            id="token"
            name="token"
            required
            autocomplete="off"
            spellcheck={false}
            aria-invalid={problem === null ? undefined : 'true'}
            aria-describedby={problem === null ? 'how' : 'problem how'}
          />
          <p id="how" class="quiet">
            The operator of the registry creates a token with{' '}
            <code>fixture-registry token create --repository owner/name --scope read</code>. You stay signed
            in for 12 hours, or until you sign out.
          </p>
          <button type="submit">Sign in</button>
        </form>
      </>
    ),
  };
}
