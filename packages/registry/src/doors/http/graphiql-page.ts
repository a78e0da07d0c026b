import { createHash } from 'node:crypto';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { ANONYMOUS } from '../../trust/identity/identity.js';
import { httpError } from '../request/http-error.js';
import type { App, Services } from '../request/services.js';
import { sessionIdentity } from '../request/session-identity.js';

/**
 * Adds GraphiQL for browsers. All of it is in the page, because a page into which people paste
 * tokens must not load scripts from other hosts. Its policy allows exactly its one script, and the
 * workers and styles that its editor creates.
 */
export function addGraphiqlPage(app: App, services: Services): void {
  let page: { html: string; policy: string } | undefined;
  const session = sessionIdentity(services);
  app.get('/graphql', async (c, next) => {
    // With `?query=…` the page fills in the query, and runs it only when the reader says so.
    if (!c.req.header('accept')?.includes('text/html')) return next();
    const refused = await session(c, async () => {});
    if (refused instanceof Response) return refused;
    if (services.protection.introspection === 'authenticated' && c.get('identity') === ANONYMOUS) {
      return httpError(c, 'UNAUTHENTICATED', 'GraphiQL requires authentication: sign in at /-/sign-in first');
    }
    page ??= makePage();
    c.header('content-security-policy', page.policy);
    return c.html(page.html);
  });
}

function makePage(): { html: string; policy: string } {
  const html = renderGraphiQL({
    title: 'Fixture Registry',
    defaultQuery: EXAMPLE,
    credentials: 'same-origin',
  });
  const hash = createHash('sha256').update(scriptOf(html)).digest('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return { html, policy: policy.join('; ') };
}

/** The text of the only script, as browsers parse it: up to the first closing tag. */
function scriptOf(html: string): string {
  const start = html.indexOf('<script>', html.indexOf('</style>')) + '<script>'.length;
  return html.slice(start, html.indexOf('</script', start));
}

const EXAMPLE = `# Sign in at /-/sign-in to read private repositories.
# For changes, set the header Authorization to "Bearer <token>" below.
query {
  repository(owner: "acme", name: "support-desk") {
    models { model recordings }
    recordings(filter: { model: "gpt-4o" }, first: 10) {
      totalCount
      nodes { testId hash responseText }
    }
  }
}
`;
