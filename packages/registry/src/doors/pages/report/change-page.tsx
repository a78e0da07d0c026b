import type { DriftChange, DriftReason } from '../../../review/differences/drift.js';
import { describeInstability } from '../../../review/flaky/flaky.js';
import { type RecordingRow, recordingsAt } from '../../../store/snapshots/recording-store.js';
import { encodeSnapshotKey, type SnapshotKey } from '../../../store/snapshots/snapshot-key.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { RawFile } from '../conversation/raw-file.js';
import { readContents } from '../conversation/recording-content.js';
import { Facts } from '../layout/facts.js';
import { CodeText, InlineText, RecordingTitle, Timestamp } from '../layout/inline-text.js';
import type { Markup, RepositoryPage } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import { AcceptForm } from './accept-form.js';
import { ContentComparison } from './change-contents.js';
import { LevelTag } from './change-table.js';
import { LEVEL_LABELS } from './drift-labels.js';
import { loadReport, type ReportSubject } from './load-report.js';

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
    const { computed, sides, about } = report;
    const { db } = request.services.connection;
    const { changes } = computed.drift;
    const index = changes.findIndex((change) => change.path === path);
    const change = changes[index];
    const back = pageLink(repository, subject.page);
    const breadcrumbs = [{ label: subject.title, href: back }];
    if (!change) {
      // Older comments link to changes that a later push has reverted.
      const isThere = (await recordingsAt(db, sides.head, [path])).has(path);
      return isThere ? { title: subject.title, breadcrumbs, body: <Unchanged /> } : null;
    }
    // The recording that a new one seems to replace is unchanged, so the report does not contain it.
    const replaced = change.replaces?.path;
    const before =
      replaced === undefined
        ? ((change.before && computed.before.get(change.before.path)) ?? null)
        : ((await recordingsAt(db, sides.baseline, [replaced])).get(replaced) ?? null);
    const accepted = report.acceptance.of(change);
    const instability = report.flaky.get(change.path);
    const after = (change.after && computed.after.get(change.after.path)) ?? null;
    const contents = await readContents(
      request.services.connection,
      [before, after].filter((row) => row !== null),
    );
    const linkTo = (other: DriftChange | undefined) =>
      other ? pageLink(repository, `${subject.page}/change`, { path: other.path }) : null;
    return {
      title: change.testId ?? change.path,
      breadcrumbs,
      body: (
        <>
          <h1>
            <RecordingTitle testId={change.testId} path={change.path} />
          </h1>
          <p>
            <LevelTag change={change} marks={report} />
          </p>
          {instability !== undefined && (
            <p>{`The answer is unstable: it ${describeInstability(instability)}.`}</p>
          )}
          {accepted !== null && (
            <p>
              Accepted by <InlineText text={accepted.by} />, <Timestamp at={accepted.at} />.
            </p>
          )}
          <p class="headline">
            <CodeText text={change.words} />
          </p>
          <Reasons change={change} />
          {subject.isPullRequest && accepted === null && !change.path.includes('*') && (
            <AcceptForm
              action={pageLink(repository, `${subject.page}/accept`)}
              snapshot={encodeSnapshotKey(sides.head)}
              path={change.path}
            />
          )}
          <ContentComparison
            before={before ? (contents[0] ?? null) : null}
            after={after ? (contents.at(-1) ?? null) : null}
          />
          <h2>Recording</h2>
          <About
            repository={repository}
            change={change}
            before={{ row: before, label: about.baseline.label, snapshot: sides.baseline }}
            after={{ row: after, label: about.head.label, snapshot: sides.head }}
          />
          {[before, after].map((row, side) => {
            const content = row && (side === 0 ? contents[0] : contents.at(-1));
            if (!row || !content) return null;
            const at = encodeSnapshotKey(side === 0 ? sides.baseline : sides.head);
            const href = pageLink(repository, 'recording/file', { path: row.path, at });
            return (
              <RawFile content={content} href={href} title={`Raw file ${side === 0 ? 'before' : 'after'}`} />
            );
          })}
          <Neighbours previous={linkTo(changes[index - 1])} next={linkTo(changes[index + 1])} back={back} />
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

/** Every reason for the level, when there is more than the summary shows. */
function Reasons({ change }: { change: DriftChange }): Markup | null {
  const { reasons, requestChange } = change;
  if (reasons.length + (requestChange?.words.length ?? 0) < 2) return null;
  return (
    <details>
      <summary>All differences, and the rule for each level</summary>
      <ul>
        {requestChange?.words.map((words) => (
          <li>
            <span class="tag">request</span> <CodeText text={words} />
          </li>
        ))}
        {reasons.map((reason: DriftReason) => (
          <li>
            <span class={`level ${reason.level.toLowerCase()}`}>{LEVEL_LABELS[reason.level]}</span>{' '}
            <CodeText text={reason.words} /> <span class="quiet">{`(rule: ${reason.rule})`}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface ChangeSide {
  row: RecordingRow | null;
  label: string;
  snapshot: SnapshotKey;
}

function About(props: {
  repository: Repository;
  change: DriftChange;
  before: ChangeSide;
  after: ChangeSide;
}): Markup {
  const { repository, change, before, after } = props;
  const link = ({ row, label, snapshot }: ChangeSide) =>
    row === null ? (
      <span class="quiet">does not exist</span>
    ) : (
      <>
        <a href={pageLink(repository, 'recording', { path: row.path, at: encodeSnapshotKey(snapshot) })}>
          <InlineText text={row.path} limit={1_024} />
        </a>{' '}
        <span class="quiet">
          on <InlineText text={label} />
        </span>
      </>
    );
  return (
    <Facts
      facts={[
        ['Test', change.testId === null ? '–' : <InlineText text={change.testId} limit={1_000} />],
        ['Model', <InlineText text={change.model ?? '–'} />],
        ['Before', link(before)],
        ['After', link(after)],
      ]}
    />
  );
}

function Neighbours(props: { previous: string | null; next: string | null; back: string }): Markup {
  return (
    <nav aria-label="Other changes" class="pager">
      {props.previous !== null && (
        <a rel="prev" href={props.previous}>
          ← Previous change
        </a>
      )}
      <a href={`${props.back}#changes`}>All changes</a>
      {props.next !== null && (
        <a rel="next" href={props.next}>
          Next change →
        </a>
      )}
    </nav>
  );
}
