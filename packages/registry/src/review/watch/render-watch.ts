import { count, listing } from '../../vocabulary/words.js';
import { findCauses } from '../report/causes/find-causes.js';
import { wordsToMarkdown } from '../report/escape-markdown.js';
import { causeTable, changeName, shortenWords } from '../report/markdown/cause-rows.js';
import { folds } from '../report/markdown/folds.js';
import { type Limits, SIZES } from '../report/markdown/limits.js';
import { formatMoment, snapshotName, wholeReport } from '../report/markdown/top.js';
import type { Report, ReportedChanges } from '../report/report.js';
import type { WatchChange, WatchDrift } from './combine-repeats.js';
import { watchHeadline, watchMark } from './watch-headline.js';

/** A watch with the context that its report shows. */
export interface WatchView {
  run: string;
  repeats: number;
  stored: number;
  watched: WatchDrift;
  /** The report of each repeat that arrived, against the same baseline. */
  reports: Omit<Report, 'drift'>[];
  /** The number of the pull request that accepted it; null when none did. */
  acceptedBy: number | null;
}

/** Most visible lines for unstable recordings: a report has at most 40 in all. */
const UNSTABLE = 5;
const LONGEST_WORDS = 200;

/**
 * Renders what a watch found as GitHub markdown of at most `limit` characters. A longer report shrinks in steps and
 * counts what it leaves out. Text of recordings is escaped.
 */
export function renderWatch(view: WatchView, limit = 65_000): string {
  const [first] = view.reports;
  if (!first) throw new Error(`no repeat of watch ${view.run} arrived`);
  const changes = view.watched.drifted.map(({ change }) => change);
  const report = { url: first.url, drift: { changes } };
  const above = [title(view.watched), comparedLine(view, first), ...notes(view)];
  for (const limits of SIZES) {
    const parts = [
      ...above,
      driftedPart(report, limits),
      unstablePart(view, limits),
      quietLine(view.watched),
    ];
    const text = parts.filter((part) => part !== '').join('\n\n');
    if (text.length <= limit) return text;
  }
  const least = `${title(view.watched)}\n\nThe rest of the report does not fit here. ${wholeReport(first)}`;
  return least.length <= limit ? least : title(view.watched).slice(0, Math.max(0, limit));
}

function title(watched: WatchDrift): string {
  return `### ${watchMark(watched)} ${wordsToMarkdown(watchHeadline(watched))}`;
}

/** "Recorded 3 times by 06:29 UTC on 4 October, compared with `main@596b9d1`. [Whole report](…)". */
function comparedLine({ stored, reports }: WatchView, { baseline, url }: Omit<Report, 'drift'>): string {
  const last = new Date(Math.max(...reports.map(({ head }) => head.createdAt.getTime())));
  const times = stored === 1 ? 'once' : `${stored} times`;
  const from = `${snapshotName(baseline)}, pushed ${formatMoment(baseline.createdAt)}`;
  return `Recorded ${times}, last at ${formatMoment(last)}; compared with ${from}. ${wholeReport({ url })}`;
}

function notes({ stored, repeats, acceptedBy }: WatchView): string[] {
  const missing = repeats - stored;
  return [
    missing > 0 ? `${stored} of ${count(repeats, 'repeat')} arrived, so less is known to be unstable.` : '',
    acceptedBy === null ? '' : `Accepted into pull request #${acceptedBy}.`,
  ];
}

function driftedPart(report: ReportedChanges, limits: Limits): string {
  const causes = findCauses(report.drift.changes);
  const [rows, omitted] = [causes.slice(0, limits.rows), causes.slice(limits.rows)];
  if (rows.length === 0) return '';
  if (limits.items > 0) {
    return [causeTable(rows, report), folds(report, rows, omitted, limits).join('\n')].join('\n\n').trim();
  }
  const rest =
    omitted.length > 0 ? `\n\n… and ${count(omitted.length, 'more cause')} in the whole report.` : '';
  return causeTable(rows, report) + rest;
}

function unstablePart({ watched: { unstable }, reports, stored }: WatchView, limits: Limits): string {
  if (unstable.length === 0) return '';
  const lines = unstable.map((each) => unstableLine(each, reports, stored));
  const intro = 'Unstable: these behave differently from one repeat to the next.';
  const visible = Math.min(UNSTABLE, limits.rows);
  const [shown, more] = [lines.slice(0, visible), lines.slice(visible)];
  if (more.length === 0) return [intro, shown.join('\n')].join('\n\n');
  const listed = more.slice(0, limits.items);
  const rest = more.length - listed.length;
  const ending = rest > 0 ? [`- … and ${count(rest, 'more recording')}`] : [];
  if (listed.length === 0) return [intro, [...shown, ...ending].join('\n')].join('\n\n');
  const summary = `<details><summary>${count(more.length, 'more unstable recording')}</summary>`;
  return [intro, shown.join('\n'), summary, [...listed, ...ending].join('\n'), '</details>'].join('\n\n');
}

/** "- [`test_a`](…) in 2 of 3 repeats: no longer calls `f(a: 1)`". */
function unstableLine(
  { change, position, levels }: WatchChange,
  reports: WatchView['reports'],
  stored: number,
): string {
  const repeats = describeInstability(levels, stored);
  const words = wordsToMarkdown(shortenWords(change.words, LONGEST_WORDS));
  return `- ${changeName(change, reports[position]?.url ?? '')} ${repeats}: ${words}`;
}

/** "in 2 of 3 repeats", or that the repeats differ from each other. */
export function describeInstability(levels: WatchChange['levels'], stored: number): string {
  const differing = levels.filter((level) => level === 'BEHAVIOUR').length;
  return differing === stored ? 'differently in each repeat' : `in ${differing} of ${stored} repeats`;
}

/** What needs nobody's attention, as counts. */
function quietLine({ drifted, unstable, text, added, removed }: WatchDrift): string {
  // The headline has these counts when there is nothing else.
  if (drifted.length + unstable.length === 0) return '';
  const parts = [
    text > 0 ? `${count(text, 'recording')} changed in text only` : '',
    added > 0 ? `${count(added, 'recording')} ${added === 1 ? 'is' : 'are'} new` : '',
    removed > 0 ? `${count(removed, 'recording')} ${removed === 1 ? 'is' : 'are'} gone` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `${listing(parts, parts.length)}.`;
}
