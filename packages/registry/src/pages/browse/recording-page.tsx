import { describeBranchName } from '@fixture-registry/protocol';
import type { Child } from 'hono/jsx';
import type { Repository } from '../../repositories/repository.js';
import { type PathChange, pathHistory } from '../../snapshots/history-store.js';
import { keyAt } from '../../snapshots/layer-store.js';
import { type RecordingRow, recordingsAt } from '../../snapshots/recording-store.js';
import type { SnapshotKey } from '../../snapshots/snapshot-key.js';
import { Value } from '../conversation/facts-beside.js';
import { RawFile } from '../conversation/raw-file.js';
import { Turns } from '../conversation/turns.js';
import { comparePage, pageOf } from '../frame/addresses.js';
import { Facts } from '../frame/facts.js';
import type { Markup } from '../frame/markup.js';
import { Commit, Moment, Name, Subject } from '../frame/names.js';
import type { PageContent, RepositoryVisit } from '../frame/visit.js';
import { readContents } from '../recording-content.js';
import { describeHashStatus } from './describe-hash-status.js';
import { OnState, stateOf } from './state.js';

const MOST_CHANGES = 50;

/** One recording: what was asked and answered, what is known of it, and when it changed. */
export async function recordingPage(visit: RepositoryVisit): Promise<PageContent | null> {
  const { repository, asked } = visit;
  const { db } = visit.services.connection;
  const state = await stateOf(visit);
  const path = asked('path');
  if (state === null || path === null) return null;
  const row = (await recordingsAt(db, state.snapshot, [path])).get(path);
  const changes = await pathHistory(db, state.snapshot, path, MOST_CHANGES);
  if (!row && changes.length === 0) return null;
  const history = await Promise.all(
    changes.map(async (change) => ({ change, href: await comparisonWithBefore(change) })),
  );
  const { at } = state;
  return {
    title: path,
    trail: [{ label: 'recordings', href: pageOf(repository, 'recordings', { at }) }],
    body: (
      <>
        <h1>
          <Subject testId={row?.testId ?? null} path={path} />
          <OnState state={state} />
        </h1>
        {row ? await content(row) : <p>It is not there: the latest change below removed it.</p>}
        <h2>History</h2>
        <History of={history} />
      </>
    ),
  };

  async function content(found: RecordingRow): Promise<Markup | null> {
    const [read] = await readContents(visit.services.connection, [found]);
    if (!read) return null;
    const { prompt, settings, answer, outcome } = read.conversation;
    const problem = found.problem ?? read.problem;
    const file = pageOf(repository, 'recording/file', { path: found.path, at });
    return (
      <>
        <Facts facts={factsOf(repository, found, at)} />
        {problem !== null && (
          <p class="problem">
            <Name text={problem} most={1_000} />
          </p>
        )}
        {prompt.length > 0 && <h2>Prompt</h2>}
        <Turns turns={prompt} />
        {settings.length > 0 && (
          <details>
            <summary>Settings of the request</summary>
            <Facts facts={settings.map(({ name, value }) => [name, <Value text={value} />])} />
          </details>
        )}
        {!read.isPurged && <h2>{read.problem === null ? 'Answer' : 'Content'}</h2>}
        <Turns turns={answer} />
        {outcome.length > 0 && (
          <Facts facts={outcome.map(({ name, value }) => [name, <Value text={value} />])} />
        )}
        <RawFile content={read} href={file} title="Raw file" />
      </>
    );
  }

  /** What one version changed, at this path; null for the first there is of all. */
  async function comparisonWithBefore({ refId, version }: PathChange): Promise<string | null> {
    const head = await keyAt(db, repository.id, { refId, version });
    const base: SnapshotKey =
      version > 1
        ? await keyAt(db, repository.id, { refId, version: version - 1 })
        : { ...head, layers: head.layers.slice(1) };
    return pageOf(repository, `${comparePage(base, head)}/change`, { path });
  }
}

function factsOf(repository: Repository, row: RecordingRow, at: string | null): [string, Child][] {
  const list = (question: { test?: string; model?: string; hash?: string }, label: string) => (
    <a href={pageOf(repository, 'recordings', { ...question, at })}>
      <Name text={label} />
    </a>
  );
  const facts: [string, Child][] = [];
  if (row.testId !== null) facts.push(['Test', list({ test: row.testId }, row.testId)]);
  if (row.model !== null) facts.push(['Model', list({ model: row.model }, row.model)]);
  if (row.endpoint !== null) facts.push(['Endpoint', <Name text={row.endpoint} />]);
  facts.push(['Path', <Name text={row.path} most={1_024} />]);
  if (row.hash !== null) facts.push(['Request hash', list({ hash: row.hash }, row.hash)]);
  facts.push(
    ['Found', describeHashStatus(row.hashStatus).whole],
    ['Outcome', `${row.outcome?.toLowerCase() ?? 'not known'}${row.isStreaming ? ', streamed' : ''}`],
    ['Format', row.format],
    ['Size', `${row.size.toLocaleString('en-GB')} bytes`],
    ['Digest', <code>{row.digest}</code>],
  );
  return facts;
}

function History({ of }: { of: { change: PathChange; href: string | null }[] }): Markup {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Version</th>
          <th scope="col">When</th>
          <th scope="col">Commit</th>
          <th scope="col">What</th>
        </tr>
      </thead>
      <tbody>
        {of.map(({ change, href }) => (
          <tr>
            <th scope="row">
              <Name
                text={`${change.refKind === 'BRANCH' ? describeBranchName(change.refName) : `#${change.refName}`}, version ${change.version}`}
              />
            </th>
            <td data-label="When">
              <Moment at={change.changedAt} />
            </td>
            <td data-label="Commit">
              <Commit commit={change.commit} />
            </td>
            <td data-label="What">
              {href === null ? describe(change) : <a href={href}>{describe(change)}</a>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function describe({ digest, origin, pullRequest }: PathChange): string {
  const what = digest === null ? 'removed' : `content ${digest.slice(0, 9)}`;
  return origin === 'PROMOTION' && pullRequest !== null ? `${what}, promoted from #${pullRequest}` : what;
}
