import type { OrderedRow } from '../../../store/snapshots/last-use-order-store.js';
import {
  type OrderedPage,
  orderedRecordings,
  orderKey,
  type RecordingOrder,
} from '../../../store/snapshots/recording-order-store.js';
import { countRecordings } from '../../../store/snapshots/recording-store.js';
import { similarTests } from '../../../store/snapshots/test-list-store.js';
import { usesOf } from '../../../store/uses/last-use-store.js';
import { unusedSince } from '../../../store/uses/unused-counts.js';
import { count } from '../../../vocabulary/words.js';
import { InlineText } from '../layout/inline-text.js';
import type { Markup, PageContent } from '../layout/page-content.js';
import { pageLink, type QueryParameters } from '../layout/page-links.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import { Pager } from '../layout/pager.js';
import { loadCalls } from './load-calls.js';
import { loadWindow } from './page-window.js';
import { RecordingSearchForm, readRecordingSearch } from './recording-search.js';
import { RecordingTable } from './recording-table.js';
import { refusedSearch } from './refused-search.js';
import { loadRequestedState, StateLabel } from './requested-state.js';
import { ariaSort, readSorting, type SortColumn, SortLinks, sortParameters } from './sort-links.js';

const PAGE = 50;
/** No use is older. */
const NEVER = new Date(0);
const NO_COUNTING_RUN =
  'No run of the default branch counts yet, so no recording is known to be unused. A run counts when all of its ' +
  'jobs succeed, pull all recordings and report which ones their tests read.';
/** Tests that are offered instead of one that has no recordings. */
const SIMILAR_TESTS = 20;

type Order = 'path' | 'size' | 'recorded' | 'used';
const COLUMNS: readonly SortColumn<Order>[] = [
  { name: 'path', label: 'Path', descendingFirst: false },
  { name: 'size', label: 'Size', descendingFirst: true },
  { name: 'recorded', label: 'Recorded', descendingFirst: true },
  { name: 'used', label: 'Last used', descendingFirst: false },
];
const ORDERS: Record<Order, RecordingOrder> = {
  path: 'PATH',
  size: 'SIZE',
  recorded: 'RECORDED_AT',
  used: 'LAST_USED_AT',
};
const NAMES = { PATH: 'path', SIZE: 'size', RECORDED_AT: 'recorded', LAST_USED_AT: 'used' } as const;

/** The recordings of a state, filtered by test, model, hash, text, time and the like, by path, size or time. */
export async function recordingsPage(request: RepositoryPageRequest): Promise<PageContent | null> {
  const { repository, parameter, services } = request;
  const { db } = services.connection;
  const state = await loadRequestedState(request);
  if (state === null) return null;
  const { at, snapshot } = state;
  const recorder = await services.recorders.at(db, snapshot);
  const { parameters, unusedDays, isFiltered, refused, ...read } = readRecordingSearch(parameter, recorder);
  if (refused !== null) return refusedSearch('Recordings', refused);
  const unused = unusedDays === null ? null : await unusedSince(db, repository.id, unusedDays);
  const nothingKnown = unusedDays !== null && unused === null;
  const filter = { ...read.filter, pulledAndUnusedSince: nothingKnown ? NEVER : unused?.before };
  const sorting = readSorting(COLUMNS, parameter, 'path');
  const order = { orderBy: ORDERS[sorting.name], descending: sorting.descending };
  const load = (page: Omit<OrderedPage, 'orderBy' | 'descending'>) =>
    orderedRecordings(db, snapshot, filter, { ...page, ...order });
  const window = await loadWindow(
    { after: parameter('after'), before: parameter('before'), size: PAGE },
    (row: OrderedRow) => orderKey(row, order.orderBy),
    // A key of another order, from an address that was edited, means the first page.
    async (page) => (await load(page)) ?? (await load({ ...page, after: null, before: null })) ?? [],
  );
  const calls = await loadCalls(db, window.rows);
  const paths = window.rows.map(({ path }) => path);
  const uses = await usesOf(db, repository.id, paths);
  const summary = await services.summaries.of(snapshot);
  const total = isFiltered ? await countRecordings(db, snapshot, filter) : summary.recordings;
  const { test } = parameters;
  const similar = total === 0 && test !== null ? await similarTests(db, snapshot, test, SIMILAR_TESTS) : [];
  const link = (more: QueryParameters) => pageLink(repository, 'recordings', { ...parameters, at, ...more });
  const sorted = sorting.name === 'path' && !sorting.descending ? {} : sortParameters(COLUMNS, sorting);
  return {
    title: `Recordings on ${state.label}`,
    breadcrumbs: [{ label: 'recordings', href: pageLink(repository, 'recordings', { at }) }],
    body: (
      <>
        <h1>
          Recordings
          <StateLabel state={state} />
        </h1>
        <RecordingSearchForm parameters={parameters} at={at} summary={summary} />
        <p>{count(total, 'recording')}</p>
        {nothingKnown && <p>{NO_COUNTING_RUN}</p>}
        {similar.length > 0 && <SimilarTests tests={similar} link={(found) => link({ test: found })} />}
        {window.rows.length > 0 && (
          <>
            <SortLinks columns={COLUMNS} current={sorting} link={link} />
            <RecordingTable
              repository={repository}
              rows={window.rows}
              calls={calls}
              uses={uses}
              recorder={recorder}
              at={at}
              namesTest={true}
              sorted={(column) => ariaSort(sorting, NAMES[column])}
            />
          </>
        )}
        <Pager
          previous={window.before === null ? null : link({ ...sorted, before: window.before })}
          next={window.after === null ? null : link({ ...sorted, after: window.after })}
        />
      </>
    ),
  };
}

function SimilarTests(props: { tests: string[]; link: (test: string) => string }): Markup {
  return (
    <>
      <p>No test has exactly this id. Tests whose id contains it:</p>
      <ul>
        {props.tests.map((test) => (
          <li>
            <a href={props.link(test)}>
              <InlineText text={test} />
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
