import { html } from 'hono/html';
import { visible } from '../../../review/report/escape-markdown.js';
import type { Identity } from '../../../trust/identity/identity.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { shorten } from '../../../vocabulary/words.js';
import { Name } from './inline-text.js';
import type { Markup } from './page-content.js';
import { pageOf, withQuestion } from './page-links.js';
import type { PageContent } from './page-request.js';
import { STYLESHEET } from './stylesheet.js';

/** Who looks at a page, and where. */
export interface Around {
  identity: Identity;
  address: string;
  repository?: Repository;
}

/** The whole document: what all pages have, around the content of one. */
export function inFrame(content: PageContent, around: Around) {
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
        {repository && content.trail && <Trail repository={repository} content={content} />}
        <main id="content" tabindex={-1}>
          {content.body}
        </main>
      </body>
    </html>
  )}`;
}

function Visitor({ identity, address }: Around): Markup {
  if (identity.grants.length === 0) {
    return <a href={withQuestion('/-/sign-in', { return: address })}>Sign in</a>;
  }
  return (
    <form method="post" action="/-/sign-out" class="visitor">
      <span>{identity.who}</span>
      <button type="submit">Sign out</button>
    </form>
  );
}

function Trail({ repository, content }: { repository: Repository; content: PageContent }): Markup {
  const steps = [
    { label: `${repository.owner}/${repository.name}`, href: pageOf(repository) },
    ...(content.trail ?? []),
  ];
  return (
    <nav aria-label="Where you are" class="trail">
      <ol>
        {steps.map(({ label, href }) => (
          <li>
            <a href={href}>
              <Name text={label} />
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
