import { describeBranchName } from '@fixture-registry/protocol';
import { countRecordings } from '../../../store/snapshots/recording-store.js';
import { type PushedRef, recentRefs } from '../../../store/snapshots/ref-list-store.js';
import { countTests, modelsOf } from '../../../store/snapshots/test-and-model-store.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { count } from '../../../vocabulary/words.js';
import { Facts } from '../layout/facts.js';
import { CommitId, InlineText, Timestamp } from '../layout/inline-text.js';
import type { Markup, PageContent } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import { loadRequestedState } from './requested-state.js';

const MOST_REFS = 20;

/** The overview of a repository: what a state contains, and the latest pull requests and branches. */
export async function repositoryPage(request: RepositoryPageRequest): Promise<PageContent | null> {
  const { repository } = request;
  const { db } = request.services.connection;
  const state = await loadRequestedState(request);
  if (state === null) return null;
  const [recordings, tests, models, branches, pullRequests] = await Promise.all([
    countRecordings(db, state.snapshot),
    countTests(db, state.snapshot, {}),
    modelsOf(db, state.snapshot),
    recentRefs(db, repository.id, 'BRANCH', MOST_REFS),
    recentRefs(db, repository.id, 'PULL_REQUEST', MOST_REFS),
  ]);
  const { at } = state;
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
              <a href={pageLink(repository, 'recordings', { at })}>{count(recordings, 'recording')}</a>,
            ],
            ['Tests', <a href={pageLink(repository, 'tests', { at })}>{count(tests, 'test')}</a>],
            ['Models', <a href={pageLink(repository, 'models', { at })}>{count(models.length, 'model')}</a>],
            ['Visibility', repository.visibility.toLowerCase()],
          ]}
        />
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
        <h2>Pull requests</h2>
        <PullRequests repository={repository} refs={pullRequests} />
        <h2>Branches</h2>
        <Branches repository={repository} refs={branches} />
      </>
    ),
  };
}

function PullRequests({ repository, refs }: { repository: Repository; refs: PushedRef[] }): Markup {
  if (refs.length === 0) return <p>No pull request has recordings yet.</p>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Pull request</th>
          <th scope="col">Pushed</th>
          <th scope="col">Commit</th>
          <th scope="col">Recordings</th>
        </tr>
      </thead>
      <tbody>
        {refs.map((ref) => (
          <tr>
            <th scope="row">
              <a href={pageLink(repository, `pull/${ref.name}`)}>{`#${ref.name}`}</a>{' '}
              {ref.isPromoted && <span class="tag">promoted</span>}
            </th>
            <td data-label="Pushed">
              <Timestamp at={ref.pushedAt} />
            </td>
            <td data-label="Commit">
              <CommitId commit={ref.commit} />
            </td>
            <td data-label="Recordings">
              <a href={pageLink(repository, 'recordings', { at: `pull/${ref.name}` })}>browse</a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
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
