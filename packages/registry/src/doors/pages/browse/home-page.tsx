import { readableRepositories } from '../../../trust/repositories/readable-repositories-store.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { pageLink, withQuery } from '../layout/page-links.js';
import type { PageContent, PageRequest } from '../layout/page-request.js';
import { Pager } from '../layout/pager.js';

const PAGE = 100;

/** What this is, and the repositories that the visitor may read. */
export async function homePage({ services, identity, parameter }: PageRequest): Promise<PageContent> {
  const after = parameter('after');
  const found = await readableRepositories(services.connection.db, identity, { after, limit: PAGE + 1 });
  const shown = found.slice(0, PAGE);
  const last = shown.at(-1);
  const next = found.length > PAGE && last ? withQuery('/', { after: `${last.owner}/${last.name}` }) : null;
  return {
    title: 'Repositories',
    body: (
      <>
        <h1>Fixture Registry</h1>
        <p>
          Keeps the recordings of tests that call paid, slow or changeable services, and tells which behaviour
          changed between two states of them. Programs ask <a href="/graphql">the GraphQL API</a>.
        </p>
        <h2>Repositories</h2>
        {shown.length === 0 ? (
          <NoRepositories isSignedIn={identity.grants.length > 0} />
        ) : (
          <List of={shown} />
        )}
        <Pager previous={after === null ? null : '/'} next={next} />
      </>
    ),
  };
}

function List({ of }: { of: Repository[] }): Markup {
  return (
    <ul class="plain">
      {of.map((repository) => (
        <li>
          <a href={pageLink(repository)}>
            <InlineText text={`${repository.owner}/${repository.name}`} />
          </a>{' '}
          {repository.visibility === 'PRIVATE' && <span class="tag">private</span>}
        </li>
      ))}
    </ul>
  );
}

function NoRepositories({ isSignedIn }: { isSignedIn: boolean }): Markup {
  return isSignedIn ? (
    <p>
      Nothing was pushed yet. The first push of a workflow or of the fixtures command makes its repository.
    </p>
  ) : (
    <p>
      None that everybody may see. <a href="/-/sign-in">Sign in</a> to see those of a token.
    </p>
  );
}
