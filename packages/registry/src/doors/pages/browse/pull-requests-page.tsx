import {
  activityOfRepositories,
  type ListedPullRequest,
  pullRequestsPage as pullRequestsIn,
} from '../../../review/verdicts/pull-request-list-store.js';
import type { PullRequestState } from '../../../store/snapshots/pull-request-condition.js';
import type { PageContent } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import { Pager } from '../layout/pager.js';
import { loadWindow } from './page-window.js';
import { PullRequestTable } from './pull-request-table.js';
import { readRefKey } from './read-ref-key.js';

const PAGE = 50;
const STATES: readonly PullRequestState[] = ['OPEN', 'MERGED', 'CLOSED'];
const NONE: Record<PullRequestState, string> = {
  OPEN: 'No open pull request has recordings.',
  MERGED: 'No pull request was promoted yet.',
  CLOSED: 'No pull request was closed without a merge.',
};

/** The pull requests of a repository in one state, newest first, with their verdicts. */
export async function pullRequestsPage(request: RepositoryPageRequest): Promise<PageContent | null> {
  const { repository, parameter } = request;
  const { db } = request.services.connection;
  const state = STATES.find((each) => each.toLowerCase() === (parameter('state') ?? 'open'));
  if (state === undefined) return null;
  const [numbers] = await activityOfRepositories(db, [repository.id]);
  const count = { OPEN: numbers?.open ?? 0, MERGED: numbers?.merged ?? 0, CLOSED: numbers?.closed ?? 0 };
  const window = await loadWindow(
    { after: readRefKey(parameter('after')), before: readRefKey(parameter('before')), size: PAGE },
    ({ id }: ListedPullRequest) => String(id),
    (page) => pullRequestsIn(db, repository.id, state, page),
  );
  const link = (of: PullRequestState, position: { after?: string; before?: string } = {}) =>
    pageLink(repository, 'pulls', { state: of === 'OPEN' ? null : of.toLowerCase(), ...position });
  return {
    title: 'Pull requests',
    breadcrumbs: [{ label: 'pull requests', href: link('OPEN') }],
    body: (
      <>
        <h1>Pull requests</h1>
        <nav aria-label="State" class="counts">
          <ul>
            {STATES.map((each) => (
              <li>
                <a href={link(each)} aria-current={each === state ? 'true' : undefined}>
                  {count[each].toLocaleString('en-GB')} {each.toLowerCase()}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        {window.rows.length === 0 ? (
          <p>{NONE[state]}</p>
        ) : (
          <PullRequestTable pulls={window.rows} repositoryOf={() => repository} namesRepository={false} />
        )}
        <Pager
          previous={window.before === null ? null : link(state, { before: window.before })}
          next={window.after === null ? null : link(state, { after: window.after })}
        />
      </>
    ),
  };
}
