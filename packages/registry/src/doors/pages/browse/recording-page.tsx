import { describeBranchName } from '@fixture-registry/protocol';
import { pathHistory } from '../../../store/snapshots/history-store.js';
import { keyAt } from '../../../store/snapshots/layer-store.js';
import type { PathVersion } from '../../../store/snapshots/path-version-store.js';
import { type RecordingRow, recordingsAt } from '../../../store/snapshots/recording-store.js';
import type { SnapshotKey } from '../../../store/snapshots/snapshot-key.js';
import { usesOf } from '../../../store/uses/last-use-store.js';
import { FactList } from '../conversation/compare-facts.js';
import type { RecordingContent } from '../conversation/content-of.js';
import { RawFile } from '../conversation/raw-file.js';
import { readContents } from '../conversation/recording-content.js';
import { Turns } from '../conversation/turns.js';
import { CommitId, InlineText, RecordingTitle, Timestamp } from '../layout/inline-text.js';
import type { Markup, PageContent } from '../layout/page-content.js';
import { comparisonPath, pageLink } from '../layout/page-links.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import { CassetteCalls } from './cassette-calls.js';
import { RecordingFacts } from './recording-facts.js';
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
    const [read] = await readContents(request.services, [found]);
    if (!read) return null;
    const { exchanges } = read;
    const problem = found.problem ?? read.problem;
    const recorder = await request.services.recorders.at(db, snapshot);
    const uses = await usesOf(db, repository.id, [found.path]);
    const file = pageLink(repository, 'recording/file', { path: found.path, at });
    const linkToPage = (page: number) => pageLink(repository, 'recording', { path: found.path, at, page });
    return (
      <>
        <RecordingFacts
          repository={repository}
          row={found}
          exchanges={exchanges}
          use={uses.get(found.path)}
          at={at}
          recorder={recorder}
        />
        {problem !== null && (
          <p class="problem">
            <InlineText text={problem} limit={1_000} />
          </p>
        )}
        {exchanges === null ? (
          <OnlyCall content={read} />
        ) : (
          <CassetteCalls
            content={read}
            exchanges={exchanges}
            page={parameter('page')}
            linkToPage={linkToPage}
            file={file}
          />
        )}
        <RawFile content={read} href={file} title="Raw file" />
      </>
    );
  }

  /** The page that compares one version of this path with the version before it. */
  async function comparisonWithBefore({ refId, version }: PathVersion): Promise<string | null> {
    const head = await keyAt(db, repository.id, { refId, version });
    const base: SnapshotKey =
      version > 1
        ? await keyAt(db, repository.id, { refId, version: version - 1 })
        : { ...head, layers: head.layers.slice(1) };
    return pageLink(repository, `${comparisonPath(base, head)}/change`, { path });
  }
}

/** The call of a file that holds one, or the text of another file. */
function OnlyCall({ content }: { content: RecordingContent }): Markup {
  const { prompt, settings, answer, outcome } = content.conversation;
  return (
    <>
      {prompt.length > 0 && <h2>Prompt</h2>}
      <Turns turns={prompt} />
      {settings.length > 0 && (
        <details>
          <summary>Request settings</summary>
          <FactList facts={settings} />
        </details>
      )}
      {!content.isPurged && <h2>{content.problem === null ? 'Response' : 'Content'}</h2>}
      <Turns turns={answer} />
      <FactList facts={outcome} />
    </>
  );
}

function History({ versions }: { versions: { change: PathVersion; href: string | null }[] }): Markup {
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
              <Timestamp at={change.createdAt} />
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

function nameOfRef({ refKind, refName }: PathVersion): string {
  if (refKind === 'WATCH') return `watch/${refName}`;
  return refKind === 'BRANCH' ? describeBranchName(refName) : `#${refName}`;
}

function describe({ after, origin, pullRequest }: PathVersion): string {
  const what = after === null ? 'removed' : `content ${after.slice(0, 9)}`;
  return origin === 'PROMOTION' && pullRequest !== null ? `${what}, promoted from #${pullRequest}` : what;
}
