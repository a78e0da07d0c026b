import { modelsOf } from '../../../store/snapshots/test-and-model-store.js';
import { InlineText } from '../layout/inline-text.js';
import type { PageContent } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import { loadRequestedState, StateLabel } from './requested-state.js';

/** The models of a state, with the number of recordings and tests of each. */
export async function modelsPage(request: RepositoryPageRequest): Promise<PageContent | null> {
  const { repository } = request;
  const state = await loadRequestedState(request);
  if (state === null) return null;
  const { at } = state;
  const models = await modelsOf(request.services.connection.db, state.snapshot);
  return {
    title: `Models on ${state.label}`,
    breadcrumbs: [{ label: 'models', href: pageLink(repository, 'models', { at }) }],
    body: (
      <>
        <h1>
          Models
          <StateLabel state={state} />
        </h1>
        {models.length === 0 && <p>No recording names a model.</p>}
        {models.length > 0 && (
          <table>
            <thead>
              <tr>
                <th scope="col">Model</th>
                <th scope="col">Recordings</th>
                <th scope="col">Tests</th>
              </tr>
            </thead>
            <tbody>
              {models.map(({ model, recordings, tests }) => (
                <tr>
                  <th scope="row">
                    <a href={pageLink(repository, 'recordings', { model, at })}>
                      <InlineText text={model} />
                    </a>
                  </th>
                  <td data-label="Recordings">{recordings.toLocaleString('en-GB')}</td>
                  <td data-label="Tests">
                    <a href={pageLink(repository, 'tests', { model, at })}>{tests.toLocaleString('en-GB')}</a>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </>
    ),
  };
}
