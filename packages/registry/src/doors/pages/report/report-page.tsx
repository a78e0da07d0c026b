import type { DriftChange } from '../../../review/differences/drift.js';
import { sincePush } from '../../../review/drift/since-push.js';
import { markOf } from '../../../review/report/causes/mark.js';
import { headline } from '../../../review/report/headline/headline.js';
import { sinceSentence } from '../../../review/report/markdown/top.js';
import type { RecordedBy, Report, SincePush } from '../../../review/report/report.js';
import { timeBetween } from '../../../review/report/time-between.js';
import { encodeSnapshotKey } from '../../../store/snapshots/snapshot-key.js';
import { count } from '../../../vocabulary/words.js';
import { CodeText, CommitId, InlineText, Timestamp } from '../layout/inline-text.js';
import type { Markup, RepositoryPage } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import type { RepositoryPageRequest } from '../layout/page-request.js';
import { Pager } from '../layout/pager.js';
import { AcceptForm, acceptingLogin } from './accept-form.js';
import { arrangeRows, filterRows, type ReportRow, sectionsOf } from './arrange-rows.js';
import { CauseIndex, CauseView } from './cause-view.js';
import { type ChangeFilter, isFiltered, modelsOfChanges, readFilter } from './change-filter.js';
import { FilterForm, type FilterLink } from './filter-form.js';
import { loadOutcomes } from './load-outcomes.js';
import { type LoadedReport, loadReport, type ReportSubject } from './load-report.js';
import { PullRequestLine } from './pull-request-line.js';
import { ReportCounts } from './report-counts.js';
import { MarkIcon } from './report-mark.js';
import type { RowContext } from './row-context.js';
import { SharedRequests } from './shared-requests.js';

/** Maximum number of rows of a page. */
const PAGE = 100;
/** A page with at most this many rows opens the folds of all causes. */
const OPEN = 30;

/**
 * The drift between two snapshots: the headline, the baseline and its reason, and the changes by cause, most
 * important first.
 */
export function reportPage(subject: ReportSubject | null): RepositoryPage {
  return async (request) => {
    const report = subject && (await loadReport(request, subject));
    if (!subject || !report) return null;
    const { repository } = request;
    const { drift } = report.computed;
    const filter = readFilter(request.parameter);
    const link: FilterLink = (changed) => pageLink(repository, subject.page, { ...filter, ...changed });
    const { connection, reports } = request.services;
    const since = subject.isPullRequest ? await sincePush(connection.db, reports, report.sides) : null;
    const isAccepted = (change: DriftChange) => report.acceptance.of(change) !== null;
    return {
      title: subject.title,
      breadcrumbs: [{ label: subject.title, href: pageLink(repository, subject.page) }],
      usesScript: true,
      body: (
        <>
          <h1>{subject.title}</h1>
          {report.pullRequest !== null && <PullRequestLine pullRequest={report.pullRequest} />}
          <p class="headline">
            <MarkIcon mark={markOf(drift, isAccepted)} /> <CodeText text={headline(drift)} />
          </p>
          {report.notes.map((note) => (
            <p>
              <CodeText text={note} />
            </p>
          ))}
          <Compared about={report.about} since={since} />
          <ReportCounts summary={drift.summary} link={link} filter={filter} />
          {subject.isPullRequest && report.acceptance.unaccepted.length > 0 && (
            <AcceptForm
              action={pageLink(repository, `${subject.page}/accept`)}
              snapshot={encodeSnapshotKey(report.sides.head)}
              path={null}
              login={acceptingLogin(request)}
            />
          )}
          <SharedRequests changes={drift.changes} link={link} />
          {drift.changes.length > 0 && (await changesOf(request, subject, report, { filter, link }))}
        </>
      ),
    };
  };
}

/** The filter, and one page of the changes that it chooses. */
async function changesOf(
  request: RepositoryPageRequest,
  subject: ReportSubject,
  report: LoadedReport,
  { filter, link }: { filter: ChangeFilter; link: FilterLink },
): Promise<Markup> {
  const { repository } = request;
  const { changes } = report.computed.drift;
  const rows = arrangeRows(changes);
  const chosen = filterRows(rows, filter);
  const { page, pages, shown } = pageOf(chosen, request.parameter('page'));
  const shownChanges = shown.map(({ change }) => change);
  const at = encodeSnapshotKey(report.sides.head);
  const context: RowContext = {
    marks: report,
    removedUse: report.removedUse,
    outcomes: await loadOutcomes(request, report, shownChanges),
    linkTo: ({ path }) => pageLink(repository, `${subject.page}/change`, { ...filter, path }),
    toReplaced: (path) => pageLink(repository, 'recording', { path, at }),
  };
  const toPage = (number: number) =>
    `${pageLink(repository, subject.page, { ...filter, page: number })}#changes`;
  return (
    <>
      <h2 id="changes">Changes</h2>
      <FilterForm
        filter={filter}
        models={modelsOfChanges(changes)}
        all={pageLink(repository, subject.page)}
      />
      <p>
        {isFiltered(filter)
          ? `${chosen.length.toLocaleString('en-GB')} of ${count(changes.length, 'recording')}`
          : count(changes.length, 'recording')}
        {pages > 1 && `, page ${page} of ${pages}`}
      </p>
      {pages > 1 && filter.cause === null && <CauseIndex sections={sectionsOf(chosen)} link={link} />}
      {sectionsOf(shown).map((section) => (
        <CauseView
          section={section}
          isOpen={section.cause.mark !== '' || shown.length <= OPEN || filter.cause !== null}
          context={context}
          link={link}
        />
      ))}
      <Pager previous={page > 1 ? toPage(page - 1) : null} next={page < pages ? toPage(page + 1) : null} />
    </>
  );
}

/** The rows of a page; the last page when the requested one does not exist. */
function pageOf(rows: ReportRow[], requested: string | null) {
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const page = Math.min(pages, Math.max(1, Number.parseInt(requested ?? '1', 10) || 1));
  return { page, pages, shown: rows.slice((page - 1) * PAGE, page * PAGE) };
}

function RecordedByRun({ what, url }: RecordedBy): Markup {
  return (
    <>
      {' '}
      Recorded by{' '}
      {url === null ? (
        <CodeText text={what} />
      ) : (
        <a href={url}>
          <CodeText text={what} />
        </a>
      )}
      .
    </>
  );
}

function Compared(props: { about: Omit<Report, 'drift'>; since: SincePush | null }): Markup {
  const { baseline, head } = props.about;
  const age = timeBetween(baseline.createdAt, head.createdAt);
  return (
    <p>
      <InlineText text={head.label} /> at <CommitId commit={head.commit} />, pushed{' '}
      <Timestamp at={head.createdAt} />, compared with <InlineText text={baseline.label} /> at{' '}
      <CommitId commit={baseline.commit} />, which is {age}{' '}
      {baseline.createdAt <= head.createdAt ? 'older' : 'newer'} (<CodeText text={baseline.reason} />
      ).
      {head.recordedBy && <RecordedByRun {...head.recordedBy} />}
      {props.since !== null && (
        <>
          {' '}
          <CodeText text={sinceSentence(props.since)} />
        </>
      )}
    </p>
  );
}
