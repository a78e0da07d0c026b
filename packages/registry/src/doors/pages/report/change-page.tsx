import type { DriftChange } from '../../../review/differences/drift.js';
import { describeInstability } from '../../../review/flaky/flaky.js';
import { recordingsAt } from '../../../store/snapshots/recording-store.js';
import { encodeSnapshotKey } from '../../../store/snapshots/snapshot-key.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { RawFile } from '../conversation/raw-file.js';
import { CodeText, InlineText, RecordingTitle, Timestamp } from '../layout/inline-text.js';
import type { Markup, RepositoryPage } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import { AcceptForm, acceptingLogin } from './accept-form.js';
import { arrangeRows } from './arrange-rows.js';
import { CassetteComparison } from './cassette-comparison.js';
import { ChangeAbout } from './change-about.js';
import { ContentComparison } from './change-contents.js';
import { readFilter } from './change-filter.js';
import { ChangeNotes } from './change-notes.js';
import { LevelTag } from './change-table.js';
import { type ChangeSide, loadChange } from './load-change.js';
import { loadReport, type ReportSubject } from './load-report.js';
import { Neighbours, positionOf } from './neighbours.js';
import { Reasons } from './reasons.js';

/**
 * One change: before and after side by side as a conversation, with the differences marked, and
 * links to the files.
 */
export function changePage(subject: ReportSubject | null): RepositoryPage {
  return async (request) => {
    const report = subject && (await loadReport(request, subject));
    const path = request.parameter('path');
    if (!subject || !report || path === null) return null;
    const { repository } = request;
    const { changes } = report.computed.drift;
    const change = changes.find((each) => each.path === path);
    const breadcrumbs = [{ label: subject.title, href: pageLink(repository, subject.page) }];
    const head = report.sides.head;
    if (!change) {
      // Older comments link to changes that a later push has reverted.
      const isThere = (await recordingsAt(request.services.connection.db, head, [path])).has(path);
      return isThere ? { title: subject.title, breadcrumbs, body: <Unchanged /> } : null;
    }
    const { before, after } = await loadChange(request, report, change);
    const accepted = report.acceptance.of(change);
    const instability = report.flaky.get(change.path);
    // The filter of the report stays in the address, so that the next change is the next one that it chose.
    const filter = readFilter(request.parameter);
    const neighbours = {
      position: positionOf(change, arrangeRows(changes), filter),
      linkTo: (other: DriftChange) =>
        pageLink(repository, `${subject.page}/change`, { ...filter, path: other.path }),
      back: `${pageLink(repository, subject.page, { ...filter })}#changes`,
    };
    const at = encodeSnapshotKey(head);
    const links = {
      toRecording: (other: string) => pageLink(repository, 'recording', { path: other, at }),
      toTest: (test: string) => pageLink(repository, 'test', { id: test, at }),
    };
    return {
      title: change.testId ?? change.path,
      breadcrumbs,
      usesScript: true,
      body: (
        <>
          <h1>
            <RecordingTitle testId={change.testId} path={change.path} />
          </h1>
          <Neighbours {...neighbours} label="Other changes" />
          <p>
            <LevelTag change={change} marks={report} />
          </p>
          <p class="headline">
            <CodeText text={change.words} />
          </p>
          <ChangeNotes change={change} links={links} />
          {instability !== undefined && (
            <p>{`The response is unstable: it ${describeInstability(instability)}.`}</p>
          )}
          {accepted !== null && (
            <p>
              Accepted by <InlineText text={accepted.by} />, <Timestamp at={accepted.at} />.
            </p>
          )}
          <Reasons change={change} />
          {subject.isPullRequest && accepted === null && !change.path.includes('*') && (
            <AcceptForm
              action={pageLink(repository, `${subject.page}/accept`)}
              snapshot={at}
              path={change.path}
              login={acceptingLogin(request)}
            />
          )}
          {[before, after].some(({ content }) => content?.exchanges != null) ? (
            <CassetteComparison repository={repository} change={change} before={before} after={after} />
          ) : (
            <ContentComparison
              before={before.content}
              after={after.content}
              requestWords={change.requestChange?.words ?? []}
            />
          )}
          <h2>Recording</h2>
          <ChangeAbout repository={repository} change={change} before={before} after={after} />
          <Raw repository={repository} side={before} title="Raw file before" />
          <Raw repository={repository} side={after} title="Raw file after" />
          <Neighbours {...neighbours} label="Other changes, again" />
        </>
      ),
    };
  };
}

function Unchanged(): Markup {
  return (
    <>
      <h1>No change</h1>
      <p>This recording is the same in both snapshots.</p>
    </>
  );
}

function Raw(props: { repository: Repository; side: ChangeSide; title: string }): Markup | null {
  const { row, content, snapshot } = props.side;
  if (row === null || content === null) return null;
  const at = encodeSnapshotKey(snapshot);
  const href = pageLink(props.repository, 'recording/file', { path: row.path, at });
  return <RawFile content={content} href={href} title={props.title} />;
}
