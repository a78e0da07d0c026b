import { listing, shorten } from '../../../vocabulary/words.js';
import type { DriftChange } from '../../differences/drift.js';
import type { Cause } from '../causes/cause.js';
import { markOfLine } from '../causes/mark.js';
import { displayName } from '../change-names.js';
import { placeOf } from '../describe-change.js';
import { codeSpan, linkTarget, wordsToMarkdown } from '../escape-markdown.js';
import { causeLink, changeLink } from '../links.js';
import type { ReportedChanges } from '../report.js';
import { countRecordings, listFiles } from '../tests-by-file.js';

/** A longer description is shortened; the page of the cause has all of it. */
const LONGEST_WORDS = 320;
const MAXIMUM_FILES = 3;

/** The table of causes: two columns, so that a phone shows what changed without scrolling. */
export function causeTable(causes: Cause[], report: ReportedChanges): string {
  if (causes.length === 0) return '';
  const rows = causes.map((cause) => {
    const mark = markOfLine(cause.changes, report.isAccepted ?? (() => false));
    return `|${mark === '' ? '' : ` ${mark}`} | ${describeCause(cause)}<br>${whichRecordings(cause, report)} |`;
  });
  return ['| | what changed |', '|---|---|', ...rows].join('\n');
}

/** A cause on one line of a list. */
export function causeBullet(cause: Cause, report: ReportedChanges): string {
  const mark = markOfLine(cause.changes, report.isAccepted ?? (() => false));
  return `- ${mark === '' ? '' : `${mark} `}${describeCause(cause)}: ${whichRecordings(cause, report)}`;
}

function describeCause({ words }: Cause): string {
  return wordsToMarkdown(shortenWords(words, LONGEST_WORDS));
}

/** "[6 recordings of 5 tests](…) in `a.py` (4), `b.py` (2)", or the name of the only test. */
function whichRecordings({ key, changes }: Cause, { url }: ReportedChanges): string {
  const [only] = changes;
  if (only && changes.length === 1)
    return `${changeName(only, url)}${describePlace(only)}${otherModels(changes)}`;
  const files = listFiles(changes, MAXIMUM_FILES, nameCode);
  return `[${countRecordings(changes)}](${linkTarget(causeLink(url, key))}) in ${files}${otherModels(changes)}`;
}

/** ", call 2 of 3" where a cassette has several calls and one of them differs. */
function describePlace(change: DriftChange): string {
  const place = placeOf(change);
  return place === null ? '' : `, ${place}`;
}

/** The name of a change, which links to its page. */
export function changeName(change: DriftChange, url: string): string {
  return `[${nameCode(displayName(change))}](${linkTarget(changeLink(url, change.path))})`;
}

/** The models that are not part of the test names. */
function otherModels(changes: DriftChange[]): string {
  const unnamed = changes.filter(({ testId, model }) => model !== null && !testId?.includes(model));
  const models = [...new Set(unnamed.map((change) => change.model ?? ''))];
  return models.length === 0
    ? ''
    : ` (${listing(
        models.map((model) => codeSpan(shorten(model, 60))),
        2,
      )})`;
}

export function nameCode(text: string): string {
  return codeSpan(shorten(text, 160));
}

/** Shortens words and closes an open backtick. */
export function shortenWords(words: string, length: number): string {
  const text = shorten(words, length);
  return text.split('`').length % 2 === 0 ? `${text}\`` : text;
}
