import {
  activityOfRepositories,
  openPullRequests,
  type RepositoryActivity,
} from '../../../review/verdicts/pull-request-list-store.js';
import { headOf } from '../../../store/snapshots/layer-store.js';
import type { SnapshotSummary } from '../../../store/snapshots/summary-store.js';
import { type Identity, isSignedIn } from '../../../trust/identity/identity.js';
import { readableRepositories } from '../../../trust/repositories/readable-repositories-store.js';
import type { Repository } from '../../../vocabulary/repository.js';
import type { Services } from '../../request/services.js';
import { InlineText, Timestamp } from '../layout/inline-text.js';
import type { Markup, PageContent } from '../layout/page-content.js';
import { pageLink, withQuery } from '../layout/page-links.js';
import type { PageRequest } from '../layout/page-request.js';
import { Pager } from '../layout/pager.js';
import { PullRequestTable } from './pull-request-table.js';

const PAGE = 20;
/** Open pull requests that the page lists, of each repository and in all. */
const OPEN_EACH = 5;
const OPEN_ALL = 20;

/** A repository with what the list says of it. */
interface Overview {
  repository: Repository;
  summary: SnapshotSummary;
  activity: RepositoryActivity | undefined;
}

/** The home page: a short introduction, the repositories that the visitor may read, and their open pull requests. */
export async function homePage({ services, identity, parameter }: PageRequest): Promise<PageContent> {
  const { db } = services.connection;
  const after = parameter('after');
  const found = await readableRepositories(db, identity, {
    after,
    before: null,
    limit: PAGE + 1,
    fromEnd: false,
  });
  const shown = found.slice(0, PAGE);
  const ids = shown.map(({ id }) => id);
  const [activities, open, ...overviews] = await Promise.all([
    ids.length === 0 ? [] : activityOfRepositories(db, ids),
    ids.length === 0 ? [] : openPullRequests(db, ids, OPEN_EACH),
    ...shown.map(async (repository) => ({ repository, summary: await summaryOf(services, repository) })),
  ]);
  const listed: Overview[] = overviews.map((overview) => ({
    ...overview,
    activity: activities.find(({ repositoryId }) => repositoryId === overview.repository.id),
  }));
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
        {shown.length === 0 ? <NoRepositories identity={identity} /> : <RepositoryTable overviews={listed} />}
        {identity.person !== undefined && (
          <p class="quiet">
            This list has public repositories only. Open a private repository by its address, such as{' '}
            <code>/owner/name</code>, or by the link in the comment of a pull request.
          </p>
        )}
        <Pager previous={after === null ? null : '/'} next={next} />
        {open.length > 0 && (
          <>
            <h2>Open pull requests</h2>
            <PullRequestTable
              pulls={open.slice(0, OPEN_ALL)}
              repositoryOf={({ repositoryId }) => shown.find(({ id }) => id === repositoryId)}
              namesRepository={true}
            />
          </>
        )}
      </>
    ),
  };
}

async function summaryOf(services: Services, { id, defaultBranch }: Repository): Promise<SnapshotSummary> {
  const head = await headOf(services.connection.db, id, 'BRANCH', defaultBranch);
  return services.summaries.of(head ?? { repositoryId: id, layers: [] });
}

function RepositoryTable({ overviews }: { overviews: Overview[] }): Markup {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Repository</th>
          <th scope="col">Recordings</th>
          <th scope="col">Tests</th>
          <th scope="col">Models</th>
          <th scope="col">Open pull requests</th>
          <th scope="col">Last push</th>
        </tr>
      </thead>
      <tbody>
        {overviews.map(({ repository, summary, activity }) => (
          <tr>
            <th scope="row">
              <a href={pageLink(repository)}>
                <InlineText text={`${repository.owner}/${repository.name}`} />
              </a>{' '}
              {repository.visibility === 'PRIVATE' && <span class="tag">private</span>}
            </th>
            <td data-label="Recordings">
              <a href={pageLink(repository, 'recordings')}>{summary.recordings.toLocaleString('en-GB')}</a>
            </td>
            <td data-label="Tests">
              <a href={pageLink(repository, 'tests')}>{summary.tests.toLocaleString('en-GB')}</a>
            </td>
            <td data-label="Models">
              <a href={pageLink(repository, 'models')}>{summary.models.toLocaleString('en-GB')}</a>
            </td>
            <td data-label="Open pull requests">
              <a href={pageLink(repository, 'pulls')}>{(activity?.open ?? 0).toLocaleString('en-GB')}</a>
            </td>
            <td data-label="Last push">
              {activity?.lastPush == null ? '–' : <Timestamp at={activity.lastPush} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NoRepositories({ identity }: { identity: Identity }): Markup {
  if (identity.person !== undefined) return <p>There are no public repositories.</p>;
  return isSignedIn(identity) ? (
    <p>
      No repositories yet. The first push from a workflow or with <code>fixtures push</code> creates one.
    </p>
  ) : (
    <p>
      There are no public repositories. <a href="/-/sign-in">Sign in</a> to see private ones.
    </p>
  );
}
