import type { DriftChange, DriftReason } from '../../../review/differences/drift.js';
import { describeInstability } from '../../../review/flaky/flaky.js';
import { type RecordingRow, recordingsAt } from '../../../store/snapshots/recording-store.js';
import { encodeSnapshotKey, type SnapshotKey } from '../../../store/snapshots/snapshot-key.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { RawFile } from '../conversation/raw-file.js';
import { readContents } from '../conversation/recording-content.js';
import { pageOf } from '../frame/addresses.js';
import { Facts } from '../frame/facts.js';
import type { Markup } from '../frame/markup.js';
import { Moment, Name, Subject, Words } from '../frame/names.js';
import type { RepositoryPage } from '../frame/visit.js';
import { AcceptForm } from './accept-form.js';
import { Contents } from './change-contents.js';
import { LevelTag } from './change-table.js';
import { loadReport, type ReportSubject } from './report-subject.js';
import { LEVEL_WORDS } from './words-of-drift.js';

/** One change side by side: before and after as a conversation, words that differ marked, the files one click away. */
export function changePage(subject: ReportSubject | null): RepositoryPage {
  return async (visit) => {
    const report = subject && (await loadReport(visit, subject));
    const path = visit.asked('path');
    if (!subject || !report || path === null) return null;
    const { repository } = visit;
    const { computed, sides, about } = report;
    const { db } = visit.services.connection;
    const { changes } = computed.drift;
    const index = changes.findIndex((change) => change.path === path);
    const change = changes[index];
    const back = pageOf(repository, subject.page);
    const trail = [{ label: subject.title, href: back }];
    if (!change) {
      // Links in older comments name changes that a later push took back.
      const isThere = (await recordingsAt(db, sides.head, [path])).has(path);
      return isThere ? { title: subject.title, trail, body: <Unchanged /> } : null;
    }
    // What a new recording looks to replace is unchanged, and so no part of the drift.
    const replaced = change.replaces?.path;
    const before =
      replaced === undefined
        ? ((change.before && computed.before.get(change.before.path)) ?? null)
        : ((await recordingsAt(db, sides.baseline, [replaced])).get(replaced) ?? null);
    const accepted = report.acceptance.of(change);
    const restless = report.flaky.get(change.path);
    const after = (change.after && computed.after.get(change.after.path)) ?? null;
    const contents = await readContents(
      visit.services.connection,
      [before, after].filter((row) => row !== null),
    );
    const linkTo = (other: DriftChange | undefined) =>
      other ? pageOf(repository, `${subject.page}/change`, { path: other.path }) : null;
    return {
      title: change.testId ?? change.path,
      trail,
      body: (
        <>
          <h1>
            <Subject testId={change.testId} path={change.path} />
          </h1>
          <p>
            <LevelTag change={change} marks={report} />
          </p>
          {restless !== undefined && <p>{`The answer is unstable: it ${describeInstability(restless)}.`}</p>}
          {accepted !== null && (
            <p>
              Accepted by <Name text={accepted.by} />, <Moment at={accepted.at} />.
            </p>
          )}
          <p class="headline">
            <Words text={change.words} />
          </p>
          <Reasons change={change} />
          {subject.isPullRequest && accepted === null && !change.path.includes('*') && (
            <AcceptForm
              action={pageOf(repository, `${subject.page}/accept`)}
              snapshot={encodeSnapshotKey(sides.head)}
              path={change.path}
            />
          )}
          <Contents
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
            const href = pageOf(repository, 'recording/file', { path: row.path, at });
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
      <p>At this path nothing differs between the two states.</p>
    </>
  );
}

/** Every reason for the level, where there are more than the words tell. */
function Reasons({ change }: { change: DriftChange }): Markup | null {
  const { reasons, requestChange } = change;
  if (reasons.length + (requestChange?.words.length ?? 0) < 2) return null;
  return (
    <details>
      <summary>All that differs, and why it has this level</summary>
      <ul>
        {requestChange?.words.map((words) => (
          <li>
            <span class="tag">request</span> <Words text={words} />
          </li>
        ))}
        {reasons.map((reason: DriftReason) => (
          <li>
            <span class={`level ${reason.level.toLowerCase()}`}>{LEVEL_WORDS[reason.level]}</span>{' '}
            <Words text={reason.words} /> <span class="quiet">{`(rule: ${reason.rule})`}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface SideOf {
  row: RecordingRow | null;
  label: string;
  snapshot: SnapshotKey;
}

function About(props: {
  repository: Repository;
  change: DriftChange;
  before: SideOf;
  after: SideOf;
}): Markup {
  const { repository, change, before, after } = props;
  const link = ({ row, label, snapshot }: SideOf) =>
    row === null ? (
      <span class="quiet">not there</span>
    ) : (
      <>
        <a href={pageOf(repository, 'recording', { path: row.path, at: encodeSnapshotKey(snapshot) })}>
          <Name text={row.path} most={1_024} />
        </a>{' '}
        <span class="quiet">
          on <Name text={label} />
        </span>
      </>
    );
  return (
    <Facts
      facts={[
        ['Test', change.testId === null ? '–' : <Name text={change.testId} most={1_000} />],
        ['Model', <Name text={change.model ?? '–'} />],
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
          ← Change before
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
