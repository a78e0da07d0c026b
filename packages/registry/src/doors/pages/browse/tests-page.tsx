import {
  countTests,
  type TestSummary,
  testsPage as testsAt,
} from '../../../store/snapshots/recording-store.js';
import { count } from '../../../vocabulary/words.js';
import { Name } from '../layout/inline-text.js';
import { pageOf } from '../layout/page-links.js';
import type { PageContent, RepositoryVisit } from '../layout/page-request.js';
import { Pager } from '../layout/pager.js';
import { loadWindow } from './page-window.js';
import { OnState, stateOf } from './requested-state.js';

const PAGE = 100;

/** The tests that made recordings, by id. */
export async function testsPage(visit: RepositoryVisit): Promise<PageContent | null> {
  const { repository, asked } = visit;
  const { db } = visit.services.connection;
  const state = await stateOf(visit);
  if (state === null) return null;
  const { at } = state;
  const [model, search] = [asked('model'), asked('search')];
  const filter = { model, search };
  const window = await loadWindow(
    { after: asked('after'), before: asked('before'), size: PAGE },
    (test: TestSummary) => test.testId,
    (page) => testsAt(db, state.snapshot, filter, page),
  );
  const total = await countTests(db, state.snapshot, filter);
  const link = (question: { after?: string; before?: string }) =>
    pageOf(repository, 'tests', { model, search, at, ...question });
  return {
    title: `Tests on ${state.label}`,
    trail: [{ label: 'tests', href: pageOf(repository, 'tests', { at }) }],
    body: (
      <>
        <h1>
          Tests
          <OnState state={state} />
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
            <button type="submit">Show</button>
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
                    <a href={pageOf(repository, 'recordings', { test: testId, at })}>
                      <Name text={testId} />
                    </a>
                  </th>
                  <td data-label="Recordings">{recordings.toLocaleString('en-GB')}</td>
                  <td data-label="Models">
                    <Name text={models.join(', ')} />
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
