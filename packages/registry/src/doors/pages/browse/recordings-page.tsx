import { describePurgeBriefly } from '../../../store/purged/purge.js';
import { refusedFilter } from '../../../store/snapshots/recording-filter.js';
import {
  countRecordings,
  type RecordingRow,
  recordingsPage as recordingsAt,
} from '../../../store/snapshots/recording-store.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { count } from '../../../vocabulary/words.js';
import { InlineText, RecordingTitle } from '../layout/inline-text.js';
import type { Markup, PageContent } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import { Pager } from '../layout/pager.js';
import { describeHashStatus } from './describe-hash-status.js';
import { loadWindow } from './page-window.js';
import { loadRequestedState, StateLabel } from './requested-state.js';

const PAGE = 50;

const refusedSearch = (reason: string): PageContent => ({
  title: 'Recordings',
  body: (
    <>
      <h1>Recordings</h1>
      <p role="alert">Cannot search: {reason}.</p>
    </>
  ),
});

/** The recordings of a state by path, filtered by test, model, hash and text. */
export async function recordingsPage(request: RepositoryPageRequest): Promise<PageContent | null> {
  const { repository, parameter } = request;
  const { db } = request.services.connection;
  const state = await loadRequestedState(request);
  if (state === null) return null;
  const { at } = state;
  const [test, model, hash, search] = ['test', 'model', 'hash', 'search'].map(parameter);
  const filter = { testId: test, model, hash, search };
  const refused = refusedFilter(filter);
  if (refused !== null) return refusedSearch(refused);
  const window = await loadWindow(
    { after: parameter('after'), before: parameter('before'), size: PAGE },
    (row: RecordingRow) => row.path,
    (page) => recordingsAt(db, state.snapshot, filter, page),
  );
  const total = await countRecordings(db, state.snapshot, filter);
  const link = (position: { after?: string; before?: string }) =>
    pageLink(repository, 'recordings', { test, model, hash, search, at, ...position });
  return {
    title: `Recordings on ${state.label}`,
    breadcrumbs: [{ label: 'recordings', href: pageLink(repository, 'recordings', { at }) }],
    body: (
      <>
        <h1>
          Recordings
          <StateLabel state={state} />
        </h1>
        <search>
          <form method="get" class="inline">
            <Field name="search" label="Search" value={search} />
            <Field name="test" label="Test" value={test} />
            <Field name="model" label="Model" value={model} />
            <Field name="hash" label="Hash" value={hash} />
            <Field name="at" label="Branch or commit" value={at} />
            <button type="submit">Filter</button>
          </form>
        </search>
        <p>{count(total, 'recording')}</p>
        {window.rows.length > 0 && <Recordings repository={repository} rows={window.rows} at={at} />}
        <Pager
          previous={window.before === null ? null : link({ before: window.before })}
          next={window.after === null ? null : link({ after: window.after })}
        />
      </>
    ),
  };
}

function Field(props: { name: string; label: string; value: string | null | undefined }): Markup {
  return (
    <span class="field">
      <label for={props.name}>{props.label}</label>
      <input id={props.name} name={props.name} value={props.value ?? ''} />
    </span>
  );
}

function Recordings(props: { repository: Repository; rows: RecordingRow[]; at: string | null }): Markup {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Recording</th>
          <th scope="col">Model</th>
          <th scope="col">Endpoint</th>
          <th scope="col">Found by recorder</th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map(({ path, testId, model, endpoint, hashStatus, purged }) => (
          <tr>
            <th scope="row">
              <a href={pageLink(props.repository, 'recording', { path, at: props.at })}>
                <RecordingTitle testId={testId} path={path} />
              </a>
              {testId !== null && (
                <div class="quiet small">
                  <InlineText text={path} />
                </div>
              )}
              {purged !== null && <div class="quiet small">content {describePurgeBriefly(purged)}</div>}
            </th>
            <td data-label="Model">
              <InlineText text={model ?? '–'} />
            </td>
            <td data-label="Endpoint">
              <InlineText text={endpoint ?? '–'} limit={48} />
            </td>
            <td data-label="Found by recorder">
              <span class={`status ${hashStatus.toLowerCase()}`}>{describeHashStatus(hashStatus).brief}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
