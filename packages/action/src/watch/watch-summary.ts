import { type WatchPushSummary, type WatchReport, withCommas } from '@fixture-registry/client';
import { escapeMarkdown } from '../runner/escape-markdown.js';

/** The job summary of a repeat that does not complete its run, as markdown. Pure. */
export function storedSummary(
  { repeat, repeats }: { repeat: number; repeats: number },
  missing: number,
  counts: Pick<WatchPushSummary, 'recorded' | 'changed' | 'removed'>,
): string {
  const waits = `${missing} ${missing === 1 ? 'repeat is' : 'repeats are'} missing`;
  return (
    `### Watch: repeat ${repeat} of ${repeats} stored\n\n${figures(counts)}\n\n` +
    `${waits}; the job that completes the run has the report in its summary.`
  );
}

/** What the summary of a watch shows besides the report. */
export interface WatchSummary {
  report: WatchReport;
  counts: Pick<WatchPushSummary, 'recorded' | 'changed' | 'removed'>;
  /** How to accept the recordings, as markdown; null when there is nothing to accept. */
  accept: string | null;
  issue: { url: string | null; isOpen: boolean; problem: string | null };
  /** See `digestText`. */
  digest: string;
}

/** The job summary of a complete watch, as markdown. Pure. */
export function watchSummary({ report, counts, accept, issue, digest }: WatchSummary): string {
  const parts = [report.markdown, figures(counts)];
  if (accept !== null) parts.push(`**Accept:** ${accept}`);
  if (issue.url !== null) parts.push(`[The ${issue.isOpen ? 'open' : 'closed'} issue](${issue.url})`);
  if (issue.problem !== null) parts.push(`⚠️ ${escapeMarkdown(issue.problem)}`);
  if (digest !== '') parts.push(digest);
  return parts.join('\n\n');
}

function figures({ recorded, changed, removed }: WatchSummary['counts']): string {
  return [
    `${withCommas(recorded)} recorded`,
    `${withCommas(changed)} changed`,
    `${withCommas(removed)} removed`,
  ].join(' · ');
}
