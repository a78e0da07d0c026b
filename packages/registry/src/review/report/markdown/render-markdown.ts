import { count } from '../../../vocabulary/words.js';
import type { Cause, CauseCategory } from '../causes/cause.js';
import { findCauses } from '../causes/find-causes.js';
import { linkTarget, wordsToMarkdown } from '../escape-markdown.js';
import { filterLink } from '../links.js';
import { describeNewUnread } from '../read-words.js';
import type { Report } from '../report.js';
import { causeTable } from './cause-rows.js';
import { folds } from './folds.js';
import { hints } from './hints.js';
import { type Limits, SIZES } from './limits.js';
import { comparedLine, title, wholeReport } from './top.js';

/** Categories that have a part of their own below the table. */
const BELOW: ReadonlySet<CauseCategory> = new Set(['request', 'new', 'removed', 'cosmetic']);

/**
 * Renders a report as GitHub markdown of at most `limit` characters and at most 40 visible lines (those
 * outside folds). A longer report shrinks in steps, counts what it omits and links to the complete one. Text
 * of recordings is escaped.
 */
export function renderMarkdown(report: Report, limit = 65_000): string {
  const above = [title(report), comparedLine(report), ...notesOf(report).map(wordsToMarkdown)];
  if (report.drift.changes.length === 0) return truncate(above.join('\n\n'), limit);
  const causes = findCauses(report.drift.changes).filter(({ category }) => !BELOW.has(category));
  const around = { above, below: [cosmeticLine(report), hints(report)] };
  for (const limits of SIZES) {
    const text = assemble(report, causes, around, limits);
    if (text.length <= limit) return text;
  }
  const least = [title(report), `The rest of the report does not fit here. ${wholeReport(report)}`].join(
    '\n\n',
  );
  return least.length <= limit ? least : truncate(title(report), limit);
}

/** The notes, and how many new recordings a run did not read. */
function notesOf({ notes = [], newUnread }: Report): string[] {
  const unread = newUnread ? describeNewUnread(newUnread) : null;
  return unread === null ? notes : [...notes, `${unread}.`];
}

function assemble(
  report: Report,
  causes: Cause[],
  { above, below }: { above: string[]; below: string[] },
  limits: Limits,
): string {
  const [rows, omitted] = [causes.slice(0, limits.rows), causes.slice(limits.rows)];
  const closed = folds(report, rows, omitted, limits);
  // Without room for folds, a line counts the causes that are left out.
  const rest =
    limits.items === 0 && omitted.length > 0
      ? `… and ${count(omitted.length, 'more cause')} in the whole report.`
      : '';
  const parts = [
    ...above,
    causeTable(rows, report),
    rest,
    limits.items === 0 ? '' : closed.join('\n'),
    ...below,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** "[341 cosmetic](…): ids, timestamps, layout and the like." */
function cosmeticLine({ drift, url }: Report): string {
  const { cosmetic } = drift.summary;
  if (cosmetic === 0) return '';
  const link = linkTarget(filterLink(url, 'level', 'COSMETIC'));
  return `[${cosmetic.toLocaleString('en-GB')} cosmetic](${link}): ids, timestamps, layout and the like.`;
}

function truncate(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, Math.max(0, limit));
}
