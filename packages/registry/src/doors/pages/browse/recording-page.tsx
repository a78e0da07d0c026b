import { describeBranchName } from '@fixture-registry/protocol';
import type { Child } from 'hono/jsx';
import { playable } from '../../../recordings/playable/playable.js';
import type { Recorder } from '../../../recordings/playable/recorder.js';
import { type PathChange, pathHistory } from '../../../store/snapshots/history-store.js';
import { keyAt } from '../../../store/snapshots/layer-store.js';
import { type RecordingRow, recordingsAt } from '../../../store/snapshots/recording-store.js';
import type { SnapshotKey } from '../../../store/snapshots/snapshot-key.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { Value } from '../conversation/compare-facts.js';
import { RawFile } from '../conversation/raw-file.js';
import { readContents } from '../conversation/recording-content.js';
import { Turns } from '../conversation/turns.js';
import { Facts } from '../layout/facts.js';
import { CommitId, InlineText, RecordingTitle, Timestamp } from '../layout/inline-text.js';
import type { Markup, PageContent } from '../layout/page-content.js';
import { comparisonPath, pageLink } from '../layout/page-links.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import { describeOutcome } from './describe-outcome.js';
import { describePlayable } from './describe-playable.js';
import { loadRequestedState, StateLabel } from './requested-state.js';

const MOST_CHANGES = 50;

/** One recording: its request and response, its properties, and its history. */
export async function recordingPage(request: RepositoryPageRequest): Promise<PageContent | null> {
  const { repository, parameter } = request;
  const { db } = request.services.connection;
  const state = await loadRequestedState(request);
  const path = parameter('path');
  if (state === null || path === null) return null;
  const row = (await recordingsAt(db, state.snapshot, [path])).get(path);
  const changes = await pathHistory(db, state.snapshot, path, MOST_CHANGES);
  if (!row && changes.length === 0) return null;
  const history = await Promise.all(
    changes.map(async (change) => ({ change, href: await comparisonWithBefore(change) })),
  );
  const { at, snapshot } = state;
  return {
    title: path,
    breadcrumbs: [{ label: 'recordings', href: pageLink(repository, 'recordings', { at }) }],
    usesScript: true,
    body: (
      <>
        <h1>
          <RecordingTitle testId={row?.testId ?? null} path={path} />
          <StateLabel state={state} />
        </h1>
        {row ? await content(row) : <p>This recording was removed by the latest change below.</p>}
        <h2>History</h2>
        <History versions={history} />
      </>
    ),
  };

  async function content(found: RecordingRow): Promise<Markup | null> {
    const [read] = await readContents(request.services.connection, [found]);
    if (!read) return null;
    const { prompt, settings, answer, outcome } = read.conversation;
    const problem = found.problem ?? read.problem;
    const recorder = await request.services.recorders.at(db, snapshot);
    const file = pageLink(repository, 'recording/file', { path: found.path, at });
    return (
      <>
        <Facts facts={factsOf(repository, found, at, recorder)} />
        {problem !== null && (
          <p class="problem">
            <InlineText text={problem} limit={1_000} />
          </p>
        )}
        {prompt.length > 0 && <h2>Prompt</h2>}
        <Turns turns={prompt} />
        {settings.length > 0 && (
          <details>
            <summary>Request settings</summary>
            <Facts facts={settings.map(({ name, value }) => [name, <Value text={value} />])} />
          </details>
        )}
        {!read.isPurged && <h2>{read.problem === null ? 'Response' : 'Content'}</h2>}
        <Turns turns={answer} />
        {outcome.length > 0 && (
          <Facts facts={outcome.map(({ name, value }) => [name, <Value text={value} />])} />
        )}
        <RawFile content={read} href={file} title="Raw file" />
      </>
    );
  }

  /** The page that compares one version of this path with the version before it. */
  async function comparisonWithBefore({ refId, version }: PathChange): Promise<string | null> {
    const head = await keyAt(db, repository.id, { refId, version });
    const base: SnapshotKey =
      version > 1
        ? await keyAt(db, repository.id, { refId, version: version - 1 })
        : { ...head, layers: head.layers.slice(1) };
    return pageLink(repository, `${comparisonPath(base, head)}/change`, { path });
  }
}

function factsOf(
  repository: Repository,
  row: RecordingRow,
  at: string | null,
  recorder: Recorder,
): [string, Child][] {
  const list = (filter: { model?: string; hash?: string }, label: string) => (
    <a href={pageLink(repository, 'recordings', { ...filter, at })}>
      <InlineText text={label} />
    </a>
  );
  const test = (testId: string) => (
    <a href={pageLink(repository, 'test', { id: testId, at })}>
      <InlineText text={testId} />
    </a>
  );
  const facts: [string, Child][] = [];
  if (row.testId !== null) facts.push(['Test', test(row.testId)]);
  if (row.model !== null) facts.push(['Model', list({ model: row.model }, row.model)]);
  if (row.endpoint !== null) facts.push(['Endpoint', <InlineText text={row.endpoint} />]);
  facts.push(['Path', <InlineText text={row.path} limit={1_024} />]);
  if (row.hash !== null) facts.push(['Request hash', list({ hash: row.hash }, row.hash)]);
  facts.push(
    ['Playable', describePlayable(playable(row, recorder)).whole],
    ['Outcome', describeOutcome(row)],
    ['Format', row.format],
    ['Size', `${row.size.toLocaleString('en-GB')} bytes`],
    ['Recorded', <Timestamp at={row.recordedAt} />],
    ['Digest', <code>{row.digest}</code>],
  );
  return facts;
}

function History({ versions }: { versions: { change: PathChange; href: string | null }[] }): Markup {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Version</th>
          <th scope="col">Changed</th>
          <th scope="col">Commit</th>
          <th scope="col">Change</th>
        </tr>
      </thead>
      <tbody>
        {versions.map(({ change, href }) => (
          <tr>
            <th scope="row">
              <InlineText text={`${nameOfRef(change)}, version ${change.version}`} />
            </th>
            <td data-label="Changed">
              <Timestamp at={change.changedAt} />
            </td>
            <td data-label="Commit">
              <CommitId commit={change.commit} />
            </td>
            <td data-label="Change">
              {href === null ? describe(change) : <a href={href}>{describe(change)}</a>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function nameOfRef({ refKind, refName }: PathChange): string {
  return refKind === 'BRANCH' ? describeBranchName(refName) : `#${refName}`;
}

function describe({ digest, origin, pullRequest }: PathChange): string {
  const what = digest === null ? 'removed' : `content ${digest.slice(0, 9)}`;
  return origin === 'PROMOTION' && pullRequest !== null ? `${what}, promoted from #${pullRequest}` : what;
}
