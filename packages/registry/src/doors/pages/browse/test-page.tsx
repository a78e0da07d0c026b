import { shortTest } from '../../../review/report/change-names.js';
import { historyOfTest, type TestChange } from '../../../review/verdicts/test-history-store.js';
import type { CallSummary } from '../../../store/contents/call-summary-store.js';
import { type RecordingRow, recordingsOfTest } from '../../../store/snapshots/recording-store.js';
import { usesOf } from '../../../store/uses/last-use-store.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { Facts } from '../layout/facts.js';
import { InlineText, Timestamp } from '../layout/inline-text.js';
import type { PageContent } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import { loadCalls } from './load-calls.js';
import { RecordingTable } from './recording-table.js';
import { loadRequestedState, StateLabel } from './requested-state.js';
import { TestHistory } from './test-history.js';

const MOST_RECORDINGS = 50;
const MOST_CHANGES = 100;

/** A test: its recordings in a state, and the pull requests that changed its behaviour or content. */
export async function testPage(request: RepositoryPageRequest): Promise<PageContent | null> {
  const { repository, parameter } = request;
  const { db } = request.services.connection;
  const state = await loadRequestedState(request);
  const testId = parameter('id');
  if (state === null || testId === null) return null;
  const [recorder, recordings, changes] = await Promise.all([
    request.services.recorders.at(db, state.snapshot),
    recordingsOfTest(db, state.snapshot, testId, MOST_RECORDINGS + 1),
    historyOfTest(db, repository.id, testId, MOST_CHANGES + 1),
  ]);
  if (recordings.length === 0 && changes.length === 0) return null;
  const { at } = state;
  const calls = await loadCalls(db, recordings);
  const paths = recordings.map(({ path }) => path);
  const uses = await usesOf(db, repository.id, paths);
  const [file, ...rest] = testId.split('::');
  return {
    title: shortTest(testId),
    breadcrumbs: [
      { label: 'tests', href: pageLink(repository, 'tests', { at }) },
      ...(file !== undefined && rest.length > 0
        ? [
            {
              label: file.slice(file.lastIndexOf('/') + 1),
              href: pageLink(repository, 'tests', { file, at }),
            },
          ]
        : []),
    ],
    body: (
      <>
        <h1>
          <InlineText text={shortTest(testId)} />
          <StateLabel state={state} />
        </h1>
        <Facts
          facts={[['Test id', <InlineText text={testId} limit={1_024} />], ...factsOf(recordings, calls)]}
        />
        <h2>Recordings</h2>
        {recordings.length === 0 ? (
          <p>This state has no recording of this test.</p>
        ) : (
          <RecordingTable
            repository={repository}
            rows={recordings.slice(0, MOST_RECORDINGS)}
            calls={calls}
            uses={uses}
            recorder={recorder}
            at={at}
            namesTest={false}
          />
        )}
        {recordings.length > MOST_RECORDINGS && (
          <p>
            <a href={pageLink(repository, 'recordings', { test: testId, at })}>All recordings of this test</a>
          </p>
        )}
        <h2>History</h2>
        {history(repository, changes)}
      </>
    ),
  };
}

function factsOf(
  recordings: RecordingRow[],
  calls: ReadonlyMap<string, CallSummary>,
): [string, ReturnType<typeof InlineText>][] {
  if (recordings.length === 0) return [];
  const modelsOf = ({ model, digest }: RecordingRow) => calls.get(digest)?.models ?? model ?? [];
  const models = [...new Set(recordings.flatMap(modelsOf))];
  const newest = Math.max(...recordings.map(({ recordedAt }) => recordedAt));
  return [
    ...(models.length > 0
      ? [['Models', <InlineText text={models.join(', ')} />] satisfies [string, unknown]]
      : []),
    ['Last recorded', <Timestamp at={newest} />],
  ];
}

function history(repository: Repository, changes: TestChange[]) {
  if (changes.length === 0) {
    return <p>No pull request with a report changed the behaviour or content of this test.</p>;
  }
  return (
    <>
      <p>Pull requests that changed the behaviour or the content of this test, newest first.</p>
      <TestHistory repository={repository} changes={changes.slice(0, MOST_CHANGES)} />
      {changes.length > MOST_CHANGES && <p>Older changes are not listed.</p>}
    </>
  );
}
