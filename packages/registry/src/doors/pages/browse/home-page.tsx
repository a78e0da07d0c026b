import { readableRepositories } from '../../../trust/repositories/readable-repositories-store.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { InlineText } from '../layout/inline-text.js';
import type { Markup, PageContent } from '../layout/page-content.js';
import { pageLink, withQuery } from '../layout/page-links.js';
import type { PageRequest } from '../layout/page-request.js';
import { Pager } from '../layout/pager.js';

const PAGE = 100;

/** The home page: a short introduction, and the repositories that the visitor may read. */
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
          Fixture Registry stores recordings of API calls for your tests, and shows which tests change
          behaviour when the recordings change. It has <a href="/graphql">a GraphQL API</a>.
        </p>
        <h2>Repositories</h2>
        {shown.length === 0 ? (
          <NoRepositories isSignedIn={identity.grants.length > 0} />
        ) : (
          <RepositoryList repositories={shown} />
        )}
        <Pager previous={after === null ? null : '/'} next={next} />
      </>
    ),
  };
}

function RepositoryList({ repositories }: { repositories: Repository[] }): Markup {
  return (
    <ul class="plain">
      {repositories.map((repository) => (
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
      No repositories yet. The first push from a workflow or with <code>fixtures push</code> creates one.
    </p>
  ) : (
    <p>
      There are no public repositories. <a href="/-/sign-in">Sign in</a> to see private ones.
    </p>
  );
}
