import type { DriftSummary } from '../../../review/differences/drift.js';
import { headline } from '../../../review/report/headline/headline.js';
import type { Report } from '../../../review/report/report.js';
import { timeBetween } from '../../../review/report/time-between.js';
import { encodeSnapshotKey } from '../../../store/snapshots/snapshot-key.js';
import { count } from '../../../vocabulary/words.js';
import { CodeText, CommitId, InlineText, Timestamp } from '../layout/inline-text.js';
import type { Markup, RepositoryPage } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import { Pager } from '../layout/pager.js';
import { AcceptForm } from './accept-form.js';
import {
  type ChangeFilter,
  filterChanges,
  modelsOfChanges,
  readFilter,
  sharedRequests,
} from './change-filter.js';
import { ChangeTable } from './change-table.js';
import { KIND_LABELS, LEVEL_LABELS } from './drift-labels.js';
import { FilterForm, type FilterLink } from './filter-form.js';
import { loadReport, type ReportSubject } from './load-report.js';

const PAGE = 100;
const MAXIMUM_SHARED = 12;

/**
 * The drift between two snapshots: the headline, the baseline and its reason, and the changes, most
 * important first.
 */
export function reportPage(subject: ReportSubject | null): RepositoryPage {
  return async (request) => {
    const report = subject && (await loadReport(request, subject));
    if (!subject || !report) return null;
    const { repository } = request;
    const { drift } = report.computed;
    const filter = readFilter(request.parameter);
    const chosen = filterChanges(drift.changes, filter);
    const pages = Math.max(1, Math.ceil(chosen.length / PAGE));
    const page = Math.min(pages, Math.max(1, Number.parseInt(request.parameter('page') ?? '1', 10) || 1));
    const link: FilterLink = (changed) => pageLink(repository, subject.page, { ...filter, ...changed });
    const toPage = (number: number) => pageLink(repository, subject.page, { ...filter, page: number });
    const shown = chosen.slice((page - 1) * PAGE, page * PAGE);
    return {
      title: subject.title,
      breadcrumbs: [{ label: subject.title, href: pageLink(repository, subject.page) }],
      body: (
        <>
          <h1>{subject.title}</h1>
          <p class="headline">
            <CodeText text={headline(drift)} />
          </p>
          {report.notes.map((note) => (
            <p>
              <CodeText text={note} />
            </p>
          ))}
          <Compared about={report.about} />
          <Counts summary={drift.summary} link={link} filter={filter} />
          {subject.isPullRequest && report.acceptance.unaccepted.length > 0 && (
            <AcceptForm
              action={pageLink(repository, `${subject.page}/accept`)}
              snapshot={encodeSnapshotKey(report.sides.head)}
              path={null}
            />
          )}
          <SharedRequests changes={drift.changes} link={link} />
          {drift.changes.length > 0 && (
            <>
              <h2 id="changes">Changes</h2>
              <FilterForm
                filter={filter}
                models={modelsOfChanges(drift.changes)}
                all={pageLink(repository, subject.page)}
              />
              <p>
                {chosen.length === drift.changes.length
                  ? count(chosen.length, 'recording')
                  : `${chosen.length.toLocaleString('en-GB')} of ${count(drift.changes.length, 'recording')}`}
                {pages > 1 && `, page ${page} of ${pages}`}
              </p>
              {shown.length > 0 && (
                <ChangeTable
                  changes={shown}
                  marks={report}
                  linkTo={({ path }) => pageLink(repository, `${subject.page}/change`, { path })}
                />
              )}
              <Pager
                previous={page > 1 ? toPage(page - 1) : null}
                next={page < pages ? toPage(page + 1) : null}
              />
            </>
          )}
        </>
      ),
    };
  };
}

function Compared({ about: { baseline, head } }: { about: Omit<Report, 'drift'> }): Markup {
  const age = timeBetween(baseline.createdAt, head.createdAt);
  return (
    <p>
      <InlineText text={head.label} /> at <CommitId commit={head.commit} />, pushed{' '}
      <Timestamp at={head.createdAt} />, compared with <InlineText text={baseline.label} /> at{' '}
      <CommitId commit={baseline.commit} />, which is {age}{' '}
      {baseline.createdAt <= head.createdAt ? 'older' : 'newer'} (<CodeText text={baseline.reason} />
      ).
    </p>
  );
}

const LEVELS = ['BEHAVIOUR', 'CONTENT', 'METADATA', 'COSMETIC'] as const;
const KINDS = ['CHANGED', 'REKEYED', 'MOVED', 'ADDED', 'REMOVED'] as const;

/** The number of changes of each level and kind. Each is a link that filters the changes. */
function Counts(props: { summary: DriftSummary; link: FilterLink; filter: ChangeFilter }): Markup {
  const { summary, link, filter } = props;
  const number = (name: string) => summary[name.toLowerCase() as keyof DriftSummary];
  return (
    <nav aria-label="Counts" class="counts">
      <ul>
        {LEVELS.filter((level) => number(level) > 0).map((level) => (
          <li>
            <a
              class={`level ${level.toLowerCase()}`}
              href={`${link({ level: filter.level === level ? null : level })}#changes`}
              aria-current={filter.level === level ? 'true' : undefined}
            >
              {number(level).toLocaleString('en-GB')} {LEVEL_LABELS[level]}
            </a>
          </li>
        ))}
      </ul>
      <ul>
        {KINDS.filter((kind) => number(kind) > 0).map((kind) => (
          <li>
            <a
              href={`${link({ kind: filter.kind === kind ? null : kind })}#changes`}
              aria-current={filter.kind === kind ? 'true' : undefined}
            >
              {number(kind).toLocaleString('en-GB')} {KIND_LABELS[kind]}
            </a>
          </li>
        ))}
        <li class="quiet">{summary.unchanged.toLocaleString('en-GB')} unchanged</li>
      </ul>
    </nav>
  );
}

/** The request changes that several recordings share. */
function SharedRequests(props: {
  changes: Parameters<typeof sharedRequests>[0];
  link: FilterLink;
}): Markup | null {
  const shared = sharedRequests(props.changes);
  if (shared.length === 0) return null;
  return (
    <section aria-labelledby="shared">
      <h2 id="shared">Shared request changes</h2>
      <ul>
        {shared.slice(0, MAXIMUM_SHARED).map(({ key, words, recordings }) => (
          <li>
            <a href={`${props.link({ request: key })}#changes`}>{count(recordings, 'recording')}</a>:{' '}
            <CodeText text={words.slice(0, 4).join(', ')} />
          </li>
        ))}
      </ul>
      {shared.length > MAXIMUM_SHARED && <p>{`and ${shared.length - MAXIMUM_SHARED} more`}</p>}
    </section>
  );
}
