import { describeBranchName } from '@fixture-registry/protocol';
import {
  activityOfRepositories,
  pullRequestsPage,
} from '../../../review/verdicts/pull-request-list-store.js';
import { type PushedRef, recentRefs } from '../../../store/snapshots/ref-list-store.js';
import { findDefaultRef } from '../../../store/snapshots/ref-store.js';
import { UNUSED_DAYS, type UnusedCount } from '../../../store/uses/unused-counts.js';
import { findWatch } from '../../../store/watch/watch-store.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { count } from '../../../vocabulary/words.js';
import { Facts } from '../layout/facts.js';
import { CommitId, InlineText, Timestamp } from '../layout/inline-text.js';
import type { Markup, PageContent } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import { ActivityChart } from './activity-chart.js';
import { arrangeActivity } from './activity-series.js';
import { AgeTable } from './age-table.js';
import { PullRequestTable } from './pull-request-table.js';
import { loadRequestedState } from './requested-state.js';

const MOST_REFS = 20;
const FIRST_PULL_REQUESTS = { after: null, before: null, limit: 20, fromEnd: false };

/**
 * The overview of a repository: what a state contains and how old it is, open pull requests with their verdicts,
 * the activity of the default branch, and branches.
 */
export async function repositoryPage(request: RepositoryPageRequest): Promise<PageContent | null> {
  const { repository, services } = request;
  const { db } = services.connection;
  const state = await loadRequestedState(request);
  if (state === null) return null;
  const defaultRef = await findDefaultRef(db, repository.id);
  const [summary, ages, unused, watch, [numbers], activity, open, branches] = await Promise.all([
    services.summaries.of(state.snapshot),
    services.summaries.agesOf(state.snapshot),
    // Runs of the default branch say nothing of other states.
    state.at === null ? services.unused.of(state.snapshot) : null,
    findWatch(db, repository.id, null),
    activityOfRepositories(db, [repository.id]),
    defaultRef === null ? [] : services.activity.of(defaultRef),
    pullRequestsPage(db, repository.id, 'OPEN', FIRST_PULL_REQUESTS),
    recentRefs(db, repository.id, 'BRANCH', MOST_REFS),
  ]);
  const { at } = state;
  const picture = arrangeActivity(activity, Date.now());
  const number = (value = 0) => value.toLocaleString('en-GB');
  return {
    title: 'Overview',
    body: (
      <>
        <h1>
          <InlineText text={`${repository.owner}/${repository.name}`} />
        </h1>
        <Facts
          facts={[
            ['Branch or commit', <InlineText text={state.label} />],
            [
              'Recordings',
              <a href={pageLink(repository, 'recordings', { at })}>
                {count(summary.recordings, 'recording')}
              </a>,
            ],
            ['Tests', <a href={pageLink(repository, 'tests', { at })}>{count(summary.tests, 'test')}</a>],
            ['Models', <a href={pageLink(repository, 'models', { at })}>{count(summary.models, 'model')}</a>],
            ['Last push', numbers?.lastPush == null ? 'none' : <Timestamp at={numbers.lastPush} />],
            ...(watch === null ? [] : [watchFact(repository, watch.run)]),
            ['Visibility', repository.visibility.toLowerCase()],
          ]}
        />
        {unused !== null && <UnusedLine repository={repository} unused={unused} all={summary.recordings} />}
        <search>
          <form method="get" action={pageLink(repository, 'recordings')} class="inline">
            {at !== null && <input type="hidden" name="at" value={at} />}
            <span class="field">
              <label for="search">Search recordings</label>
              <input
                type="search"
                id="search"
                name="search"
                size={36}
                placeholder="response, test, model or path"
              />
            </span>
            <button type="submit">Search</button>
          </form>
        </search>
        <h2>Open pull requests</h2>
        {open.length === 0 ? (
          <p>No open pull request has recordings.</p>
        ) : (
          <PullRequestTable pulls={open} repositoryOf={() => repository} namesRepository={false} />
        )}
        <p>
          <a href={pageLink(repository, 'pulls')}>All pull requests</a>{' '}
          <span class="quiet">
            {`${number(numbers?.open)} open, ${number(numbers?.merged)} merged, ${number(numbers?.closed)} closed`}
          </span>
        </p>
        {picture.series.length > 0 && <ActivityChart picture={picture} />}
        <AgeTable repository={repository} ages={ages} at={at} now={Date.now()} />
        <h2>Branches</h2>
        <Branches repository={repository} refs={branches} />
      </>
    ),
  };
}

function watchFact(repository: Repository, run: string): [string, Markup] {
  return ['Newest watch', <a href={pageLink(repository, `watch/${run}`)}>{`run ${run}`}</a>];
}

/** "12 of 3,162 recordings were not read by the last 41 runs." */
function UnusedLine(props: { repository: Repository; unused: UnusedCount; all: number }): Markup {
  const { repository, unused, all } = props;
  const runs = unused.runs === 1 ? 'the last run' : `the last ${count(unused.runs, 'run')}`;
  if (unused.recordings === 0) return <p>{`Each recording that ${runs} pulled was read.`}</p>;
  return (
    <p>
      <a href={pageLink(repository, 'recordings', { unused: UNUSED_DAYS })}>
        {`${unused.hasMore ? 'More than ' : ''}${unused.recordings.toLocaleString('en-GB')} of ${count(all, 'recording')}`}
      </a>
      {` ${unused.recordings === 1 ? 'was' : 'were'} not read by ${runs}.`}
    </p>
  );
}

function Branches({ repository, refs }: { repository: Repository; refs: PushedRef[] }): Markup {
  if (refs.length === 0) return <p>No branch has recordings yet.</p>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Branch</th>
          <th scope="col">Pushed</th>
          <th scope="col">Commit</th>
          <th scope="col">Version</th>
        </tr>
      </thead>
      <tbody>
        {refs.map((ref) => (
          <tr>
            <th scope="row">
              <a href={pageLink(repository, '', { at: ref.name })}>
                <InlineText text={describeBranchName(ref.name)} />
              </a>
            </th>
            <td data-label="Pushed">
              <Timestamp at={ref.pushedAt} />
            </td>
            <td data-label="Commit">
              <CommitId commit={ref.commit} />
            </td>
            <td data-label="Version">{ref.version}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
