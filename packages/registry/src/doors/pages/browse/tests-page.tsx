import {
  countTests,
  type TestSummary,
  testsPage as testsAt,
} from '../../../store/snapshots/test-and-model-store.js';
import { count } from '../../../vocabulary/words.js';
import { InlineText } from '../layout/inline-text.js';
import type { PageContent } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import { Pager } from '../layout/pager.js';
import { loadWindow } from './page-window.js';
import { loadRequestedState, StateLabel } from './requested-state.js';

const PAGE = 100;

/** The tests that have recordings, by id. */
export async function testsPage(request: RepositoryPageRequest): Promise<PageContent | null> {
  const { repository, parameter } = request;
  const { db } = request.services.connection;
  const state = await loadRequestedState(request);
  if (state === null) return null;
  const { at } = state;
  const [model, search] = [parameter('model'), parameter('search')];
  const filter = { model, search };
  const window = await loadWindow(
    { after: parameter('after'), before: parameter('before'), size: PAGE },
    (test: TestSummary) => test.testId,
    (page) => testsAt(db, state.snapshot, filter, page),
  );
  const total = await countTests(db, state.snapshot, filter);
  const link = (position: { after?: string; before?: string }) =>
    pageLink(repository, 'tests', { model, search, at, ...position });
  return {
    title: `Tests on ${state.label}`,
    breadcrumbs: [{ label: 'tests', href: pageLink(repository, 'tests', { at }) }],
    body: (
      <>
        <h1>
          Tests
          <StateLabel state={state} />
        </h1>
        <search>
          <form method="get" class="inline">
            {at !== null && <input type="hidden" name="at" value={at} />}
            <span class="field">
              <label for="search">Search</label>
              <input type="search" id="search" name="search" value={search ?? ''} />
            </span>
            <span class="field">
              <label for="model">Model</label>
              <input id="model" name="model" value={model ?? ''} />
            </span>
            <button type="submit">Filter</button>
          </form>
        </search>
        <p>{count(total, 'test')}</p>
        {window.rows.length > 0 && (
          <table>
            <thead>
              <tr>
                <th scope="col">Test</th>
                <th scope="col">Recordings</th>
                <th scope="col">Models</th>
              </tr>
            </thead>
            <tbody>
              {window.rows.map(({ testId, recordings, models }) => (
                <tr>
                  <th scope="row">
                    <a href={pageLink(repository, 'recordings', { test: testId, at })}>
                      <InlineText text={testId} />
                    </a>
                  </th>
                  <td data-label="Recordings">{recordings.toLocaleString('en-GB')}</td>
                  <td data-label="Models">
                    <InlineText text={models.join(', ')} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <Pager
          previous={window.before === null ? null : link({ before: window.before })}
          next={window.after === null ? null : link({ after: window.after })}
        />
      </>
    ),
  };
}
