import { modelsOf } from '../../../store/snapshots/recording-store.js';
import { Name } from '../layout/inline-text.js';
import { pageOf } from '../layout/page-links.js';
import type { PageContent, RepositoryVisit } from '../layout/page-request.js';
import { OnState, stateOf } from './requested-state.js';

/** The models that requests name, and how much each is used. */
export async function modelsPage(visit: RepositoryVisit): Promise<PageContent | null> {
  const { repository } = visit;
  const state = await stateOf(visit);
  if (state === null) return null;
  const { at } = state;
  const models = await modelsOf(visit.services.connection.db, state.snapshot);
  return {
    title: `Models on ${state.label}`,
    trail: [{ label: 'models', href: pageOf(repository, 'models', { at }) }],
    body: (
      <>
        <h1>
          Models
          <OnState state={state} />
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
                    <a href={pageOf(repository, 'recordings', { model, at })}>
                      <Name text={model} />
                    </a>
                  </th>
                  <td data-label="Recordings">{recordings.toLocaleString('en-GB')}</td>
                  <td data-label="Tests">
                    <a href={pageOf(repository, 'tests', { model, at })}>{tests.toLocaleString('en-GB')}</a>
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
