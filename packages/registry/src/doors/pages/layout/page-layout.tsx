import { html } from 'hono/html';
import { visible } from '../../../review/report/escape-markdown.js';
import type { Identity } from '../../../trust/identity/identity.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { shorten } from '../../../vocabulary/words.js';
import { InlineText } from './inline-text.js';
import type { Markup } from './page-content.js';
import { pageLink, withQuery } from './page-links.js';
import type { PageContent } from './page-request.js';
import { STYLESHEET } from './stylesheet.js';

/** Who looks at a page, and where. */
export interface PageContext {
  identity: Identity;
  address: string;
  repository?: Repository;
}

/** The whole document: what all pages have, around the content of one. */
export function renderPage(content: PageContent, around: PageContext) {
  const { repository } = around;
  const place = repository ? `${repository.owner}/${repository.name}` : null;
  const title = [shorten(visible(content.title), 120), place, 'Fixture Registry']
    .filter((part) => part !== null)
    .join(' · ');
  return html`<!doctype html>${(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="stylesheet" href={STYLESHEET} />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header>
          <a class="brand" href="/">
            Fixture Registry
          </a>
          <Visitor {...around} />
        </header>
        {repository && content.breadcrumbs && <Breadcrumbs repository={repository} content={content} />}
        <main id="content" tabindex={-1}>
          {content.body}
        </main>
      </body>
    </html>
  )}`;
}

function Visitor({ identity, address }: PageContext): Markup {
  if (identity.grants.length === 0) {
    return <a href={withQuery('/-/sign-in', { return: address })}>Sign in</a>;
  }
  return (
    <form method="post" action="/-/sign-out" class="visitor">
      <span>{identity.who}</span>
      <button type="submit">Sign out</button>
    </form>
  );
}

function Breadcrumbs({ repository, content }: { repository: Repository; content: PageContent }): Markup {
  const steps = [
    { label: `${repository.owner}/${repository.name}`, href: pageLink(repository) },
    ...(content.breadcrumbs ?? []),
  ];
  return (
    <nav aria-label="Breadcrumbs" class="breadcrumbs">
      <ol>
        {steps.map(({ label, href }) => (
          <li>
            <a href={href}>
              <InlineText text={label} />
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
