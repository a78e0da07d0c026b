import { createHash } from 'node:crypto';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { ANONYMOUS } from '../../trust/identity/identity.js';
import { httpError } from '../request/http-error.js';
import type { App, Services } from '../request/services.js';
import { sessionIdentity } from '../request/session-identity.js';

/**
 * GraphiQL for browsers. It is served from here, because a page where people paste tokens must not load scripts from
 * elsewhere, and its policy names the one script that may run. Its editor makes workers and styles of its own.
 */
export function addGraphiqlPage(app: App, services: Services): void {
  let page: { html: string; policy: string } | undefined;
  const session = sessionIdentity(services);
  app.get('/graphql', async (c, next) => {
    if (!c.req.header('accept')?.includes('text/html') || c.req.query('query') !== undefined) return next();
    // A session opens the page alone: queries need the header.
    const refused = await session(c, async () => {});
    if (refused instanceof Response) return refused;
    if (services.protection.introspection === 'authenticated' && c.get('identity') === ANONYMOUS) {
      return httpError(
        c,
        'UNAUTHENTICATED',
        'the explorer is for those who are signed in: open /-/sign-in first',
      );
    }
    page ??= makePage();
    c.header('content-security-policy', page.policy);
    return c.html(page.html);
  });
}

function makePage(): { html: string; policy: string } {
  const html = renderGraphiQL({ title: 'Fixture Registry', defaultQuery: EXAMPLE });
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

/** The page's only script, as a browser takes it: from the first tag to the first end. */
function scriptOf(html: string): string {
  const start = html.indexOf('<script>', html.indexOf('</style>')) + '<script>'.length;
  return html.slice(start, html.indexOf('</script', start));
}

const EXAMPLE = `# Set the header Authorization to "Bearer <token>" below, then ask:
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
