import type { ModelShare } from '../../../store/snapshots/summary-store.js';
import { count } from '../../../vocabulary/words.js';
import { FileSize } from '../layout/file-size.js';
import { InlineText, Timestamp } from '../layout/inline-text.js';
import type { PageContent } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import { Pager } from '../layout/pager.js';
import { pageNumbers } from './page-numbers.js';
import { loadRequestedState, StateLabel } from './requested-state.js';
import { ariaSort, readSorting, type SortColumn, SortLinks, sortParameters } from './sort-links.js';

const PAGE = 100;

type Order = 'name' | 'recordings' | 'tests' | 'size' | 'recorded';

const COLUMNS: readonly SortColumn<Order>[] = [
  { name: 'name', label: 'Name', descendingFirst: false },
  { name: 'recordings', label: 'Recordings', descendingFirst: true },
  { name: 'tests', label: 'Tests', descendingFirst: true },
  { name: 'size', label: 'Size', descendingFirst: true },
  { name: 'recorded', label: 'Last recorded', descendingFirst: true },
];

const VALUES: Record<Exclude<Order, 'name'>, (model: ModelShare) => number> = {
  recordings: ({ recordings }) => recordings,
  tests: ({ tests }) => tests,
  size: ({ size }) => size,
  recorded: ({ recordedAt }) => recordedAt,
};

/** The models of a state: their recordings, tests, size, and when each was last recorded. */
export async function modelsPage(request: RepositoryPageRequest): Promise<PageContent | null> {
  const { repository, parameter, services } = request;
  const state = await loadRequestedState(request);
  if (state === null) return null;
  const { at } = state;
  const summary = await services.summaries.of(state.snapshot);
  const sorting = readSorting(COLUMNS, parameter, 'recordings');
  const sorted = sortModels(summary.byModel, sorting);
  const { page, previous, next } = pageNumbers(parameter('page'), sorted.length, PAGE);
  const link = (parameters: { sort?: string; order?: string | null; page?: number | null }) =>
    pageLink(repository, 'models', { ...sortParameters(COLUMNS, sorting), ...parameters, at });
  return {
    title: `Models on ${state.label}`,
    breadcrumbs: [{ label: 'models', href: pageLink(repository, 'models', { at }) }],
    body: (
      <>
        <h1>
          Models
          <StateLabel state={state} />
        </h1>
        {sorted.length === 0 && <p>No recording names a model.</p>}
        {sorted.length > 0 && (
          <>
            <p>{count(summary.models, 'model')}</p>
            <SortLinks columns={COLUMNS} current={sorting} link={link} />
            <table>
              <thead>
                <tr>
                  {COLUMNS.map(({ name, label }) => (
                    <th scope="col" aria-sort={ariaSort(sorting, name)}>
                      {name === 'name' ? 'Model' : label}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {sorted
                  .slice((page - 1) * PAGE, page * PAGE)
                  .map(({ model, recordings, tests, size, recordedAt }) => (
                    <tr>
                      <th scope="row">
                        <a href={pageLink(repository, 'recordings', { model, at })}>
                          <InlineText text={model} />
                        </a>
                      </th>
                      <td data-label="Recordings">{recordings.toLocaleString('en-GB')}</td>
                      <td data-label="Tests">
                        <a href={pageLink(repository, 'tests', { model, at })}>
                          {tests.toLocaleString('en-GB')}
                        </a>
                      </td>
                      <td data-label="Size">
                        <FileSize bytes={size} />
                      </td>
                      <td data-label="Last recorded">
                        <Timestamp at={recordedAt} />
                      </td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </>
        )}
        <Pager
          previous={previous === null ? null : link({ page: previous })}
          next={next === null ? null : link({ page: next })}
        />
      </>
    ),
  };
}

/** Models in an order; equal ones by name. */
function sortModels(
  models: ModelShare[],
  { name, descending }: { name: Order; descending: boolean },
): ModelShare[] {
  const sign = descending ? -1 : 1;
  const byName = (a: ModelShare, b: ModelShare) => (a.model < b.model ? -1 : Number(a.model > b.model));
  if (name === 'name') return models.toSorted((a, b) => sign * byName(a, b));
  const value = VALUES[name];
  return models.toSorted((a, b) => sign * (value(a) - value(b)) || byName(a, b));
}
