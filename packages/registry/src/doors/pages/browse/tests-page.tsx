import { refusedFilter } from '../../../store/snapshots/recording-filter.js';
import { countTests } from '../../../store/snapshots/test-and-model-store.js';
import {
  orderedTests,
  type TestFile,
  testFiles,
  testsOfFiles,
} from '../../../store/snapshots/test-list-store.js';
import { count } from '../../../vocabulary/words.js';
import { InlineText } from '../layout/inline-text.js';
import type { Markup, PageContent } from '../layout/page-content.js';
import { pageLink, type QueryParameters } from '../layout/page-links.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import { Pager } from '../layout/pager.js';
import { FilterField } from './filter-field.js';
import { pageNumbers } from './page-numbers.js';
import { loadWindow } from './page-window.js';
import { refusedSearch } from './refused-search.js';
import { loadRequestedState, type RequestedState, StateLabel } from './requested-state.js';
import { readSorting, SortLinks, sortParameters } from './sort-links.js';
import { TEST_COLUMNS, TestTable } from './test-table.js';
import { TestTree } from './test-tree.js';

const FILES = 50;
const TESTS_OF_FILE = 20;
const TESTS = 100;
/** A page with at most this many files shows their tests unfolded. */
const UNFOLDED = 5;
const SUGGESTED_MODELS = 100;

/** The tests of a state: by file, or as a list in any order. */
export async function testsPage(request: RepositoryPageRequest): Promise<PageContent | null> {
  const { repository, parameter, services } = request;
  const state = await loadRequestedState(request);
  if (state === null) return null;
  const { at } = state;
  const [model, search, file] = ['model', 'search', 'file'].map(parameter);
  const filter = { model, search, testIdPrefix: file == null ? null : `${file}::` };
  const refused = refusedFilter(filter);
  if (refused !== null) return refusedSearch('Tests', refused);
  const { byModel, tests } = await services.summaries.of(state.snapshot);
  const isFiltered = [model, search, file].some((each) => each != null);
  const total = isFiltered ? await countTests(services.connection.db, state.snapshot, filter) : tests;
  const link = (more: QueryParameters) => pageLink(repository, 'tests', { model, search, file, at, ...more });
  const isList = parameter('sort') !== null || file != null;
  const view = { request, state, filter, total, link };
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
            {file != null && <input type="hidden" name="file" value={file} />}
            <FilterField name="search" label="Search" value={search} />
            <FilterField
              name="model"
              label="Model"
              value={model}
              suggestions={byModel.slice(0, SUGGESTED_MODELS).map((each) => each.model)}
            />
            <button type="submit">Filter</button>
          </form>
        </search>
        <p>
          {count(total, 'test')}
          {file != null && (
            <>
              {' '}
              in <InlineText text={file} />
            </>
          )}
          {isList ? (
            <>
              {' · '}
              <a href={link({ file: null })}>Group by file</a>
            </>
          ) : (
            ' by file'
          )}
        </p>
        {isList ? await list(view) : await tree(view)}
      </>
    ),
  };
}

interface View {
  request: RepositoryPageRequest;
  state: RequestedState;
  filter: Parameters<typeof countTests>[2];
  total: number;
  link: (more: QueryParameters) => string;
}

async function list({ request, state, filter, total, link }: View): Promise<Markup> {
  const { repository, parameter, services } = request;
  const sorting = readSorting(TEST_COLUMNS, parameter, 'name');
  const sorted = sortParameters(TEST_COLUMNS, sorting);
  const { page, previous, next } = pageNumbers(parameter('page'), total, TESTS);
  const tests = await orderedTests(services.connection.db, state.snapshot, filter, {
    order: sorting.name,
    descending: sorting.descending,
    offset: (page - 1) * TESTS,
    limit: TESTS,
  });
  return (
    <>
      <SortLinks columns={TEST_COLUMNS} current={sorting} link={link} />
      {tests.length > 0 && (
        <TestTable repository={repository} tests={tests} at={state.at} sorting={sorting} />
      )}
      <Pager
        previous={previous === null ? null : link({ ...sorted, page: previous })}
        next={next === null ? null : link({ ...sorted, page: next })}
      />
    </>
  );
}

async function tree({ request, state, filter, link }: View): Promise<Markup> {
  const { repository, parameter, services } = request;
  const { db } = services.connection;
  const window = await loadWindow(
    { after: parameter('after'), before: parameter('before'), size: FILES },
    ({ file }: TestFile) => file,
    (page) => testFiles(db, state.snapshot, filter, page),
  );
  const names = window.rows.map(({ file }) => file);
  const tests =
    names.length === 0 ? [] : await testsOfFiles(db, state.snapshot, filter, names, TESTS_OF_FILE);
  return (
    <>
      <SortLinks columns={TEST_COLUMNS} current={null} link={link} />
      <TestTree
        repository={repository}
        files={window.rows.map((row) => ({ ...row, listed: tests.filter(({ file }) => file === row.file) }))}
        at={state.at}
        isOpen={window.rows.length <= UNFOLDED}
        linkToFile={(file) => link({ file })}
      />
      <Pager
        previous={window.before === null ? null : link({ before: window.before })}
        next={window.after === null ? null : link({ after: window.after })}
      />
    </>
  );
}
