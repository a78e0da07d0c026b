import { html } from 'hono/html';
import { visible } from '../../../review/report/escape-markdown.js';
import { type Identity, isSignedIn } from '../../../trust/identity/identity.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { shorten } from '../../../vocabulary/words.js';
import { InlineText } from './inline-text.js';
import type { Markup, PageContent } from './page-content.js';
import { pageLink, withQuery } from './page-links.js';
import { PAGE_SCRIPT } from './page-script.js';
import { STYLESHEET } from './stylesheet.js';

/** The visitor and the address of a page. */
export interface PageContext {
  identity: Identity;
  address: string;
  repository?: Repository;
}

/** Renders the whole HTML document: the header that all pages share, and the content of one page. */
export function renderPage(content: PageContent, context: PageContext) {
  const { repository } = context;
  const repositoryName = repository ? `${repository.owner}/${repository.name}` : null;
  const title = [shorten(visible(content.title), 120), repositoryName, 'Fixture Registry']
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
        {content.usesScript === true && <script src={PAGE_SCRIPT} type="module" />}
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header>
          <a class="brand" href="/">
            Fixture Registry
          </a>
          <Session {...context} />
        </header>
        {repository && content.breadcrumbs && <Breadcrumbs repository={repository} content={content} />}
        <main id="content" tabindex={-1}>
          {content.body}
        </main>
      </body>
    </html>
  )}`;
}

function Session({ identity, address }: PageContext): Markup {
  if (!isSignedIn(identity)) {
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
