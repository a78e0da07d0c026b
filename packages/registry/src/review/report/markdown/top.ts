import { markOf } from '../causes/mark.js';
import { codeSpan, linkTarget, wordsToMarkdown } from '../escape-markdown.js';
import { headline } from '../headline/headline.js';
import type { RecordedBy, Report, ReportSnapshot, SincePush } from '../report.js';
import { timeBetween } from '../time-between.js';

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });
/** Digits of a commit. */
const COMMIT = 7;

/** The first line: the mark and the headline. */
export function title(report: Report): string {
  return `### ${markOf(report.drift, report.isAccepted)} ${wordsToMarkdown(headline(report.drift))}`;
}

/**
 * What was compared: "`bb74065`, pushed 06:29 UTC on 4 October, compared with `main@596b9d1` (merge base,
 * 2 hours older). Since `a1b2c3d`: 2 fixed, 1 new. [Whole report](…)".
 */
export function comparedLine(report: Report): string {
  const { baseline, head, repository, drift } = report;
  const reason = wordsToMarkdown(baseline.reason);
  if (drift.changes.length === 0)
    return `The recordings of ${codeSpan(head.label)} in ${codeSpan(repository)} are the same as ${snapshotName(baseline)} (${reason}).`;
  const older = baseline.createdAt <= head.createdAt ? 'older' : 'newer';
  const age = `${timeBetween(baseline.createdAt, head.createdAt)} ${older}`;
  // The comment is on its pull request, so it omits the label.
  const isPullRequest = /^pull\/\d+$/.test(head.label);
  const name =
    isPullRequest && head.commit !== null ? codeSpan(head.commit.slice(0, COMMIT)) : snapshotName(head);
  const compared =
    `${name}, pushed ${formatMoment(head.createdAt)}, ` +
    `compared with ${snapshotName(baseline)} (${reason}, ${age}).`;
  const recorded = head.recordedBy ? [recordedSentence(head.recordedBy)] : [];
  const since = report.since ? [sinceSentence(report.since)] : [];
  return [compared, ...recorded, ...since, wholeReport(report)].join(' ');
}

/** "Recorded by [a dispatched run on `main`](…)." */
function recordedSentence({ what, url }: RecordedBy): string {
  const words = wordsToMarkdown(what);
  return `Recorded by ${url === null ? words : `[${words}](${linkTarget(url)})`}.`;
}

/** "[Whole report](…)". */
export function wholeReport({ url }: Pick<Report, 'url'>): string {
  return `[Whole report](${linkTarget(url)})`;
}

/** "Since `a1b2c3d`: 2 fixed, 1 new." */
export function sinceSentence({ commit, fixed, fresh }: SincePush): string {
  const from = commit === null ? 'the previous push' : codeSpan(commit.slice(0, COMMIT));
  const parts = [
    fixed > 0 ? `${fixed.toLocaleString('en-GB')} fixed` : '',
    fresh > 0 ? `${fresh.toLocaleString('en-GB')} new` : '',
  ].filter((part) => part !== '');
  return `Since ${from}: ${parts.length === 0 ? 'no change' : parts.join(', ')}.`;
}

/** "06:29 UTC on 4 October". */
export function formatMoment(moment: Date): string {
  return `${TIME.format(moment)} UTC on ${DAY.format(moment)}`;
}

/** "`main@596b9d1`", or the label without a commit. */
export function snapshotName({ label, commit }: ReportSnapshot): string {
  return codeSpan(commit === null ? label : `${label}@${commit.slice(0, COMMIT)}`);
}
