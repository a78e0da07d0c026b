import type { Context } from 'hono';
import { html } from 'hono/html';
import { may } from '../access/identity.js';
import { driftSides } from '../drift/drift-sides.js';
import { renderText } from '../drift/render-text.js';
import { reportContext } from '../drift/report-context.js';
import { findRepository } from '../repositories/repository-store.js';
import type { At } from '../snapshots/resolve-snapshot.js';
import { decodeSnapshotKey } from '../snapshots/snapshot-key.js';
import type { App, AppEnvironment, Services } from './services.js';

/** Pages for people: for now the plain text of a report, at the address that comments link to. */
export function addPages(app: App, { connection: { db }, reports, publicUrl }: Services): void {
  app.get('/', (c) =>
    c.html(
      page(
        'Fixture Registry',
        'This is a fixture registry. Its API is at /graphql, which a browser can explore.',
      ),
    ),
  );

  app.get('/:owner/:name/pull/:number{[0-9]+}', (c) =>
    report(
      c.req.param('owner'),
      c.req.param('name'),
      { pullRequest: Number(c.req.param('number')) },
      null,
      c,
    ),
  );
  app.get('/:owner/:name/compare/:sides', (c) => {
    const [base, head, ...rest] = c.req.param('sides').split('...').map(decodeSnapshotKey);
    if (!base || !head || rest.length > 0) return c.html(page('Not found', MISSING), 404);
    return report(
      c.req.param('owner'),
      c.req.param('name'),
      { snapshot: head },
      { at: { snapshot: base }, named: 'this baseline' },
      c,
    );
  });

  async function report(
    owner: string,
    name: string,
    head: At,
    base: { at: At; named: string } | null,
    c: Context<AppEnvironment>,
  ): Promise<Response> {
    const repository = await findRepository(db, owner, name);
    const visible = repository && may(c.get('identity'), 'read', repository);
    const sides = visible ? await driftSides(db, repository, { head, base }) : null;
    if (!repository || !sides) return c.html(page('Not found', MISSING), 404);
    const { drift } = await reports.between(sides.baseline, sides.head);
    const about = await reportContext(db, publicUrl, repository, sides);
    return c.html(
      page(`Drift of ${about.head.label} in ${about.repository}`, renderText({ drift, ...about })),
    );
  }
}

const MISSING =
  'There is nothing here that you may see. Reports of private repositories need a token with the scope read, ' +
  'sent as the header "Authorization: Bearer <token>"; fixtures drift shows the same in a terminal.';

const page = (title: string, text: string) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
</head>
<body>
<h1>${title}</h1>
<pre style="white-space: pre-wrap">${text}</pre>
</body>
</html>`;
