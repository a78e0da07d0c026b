import { count, listing, shorten } from '../../vocabulary/words.js';
import type { DriftChange } from '../differences/drift.js';
import { type Arrangement, arrangeReport } from './arrange-report.js';
import type { ChangeGroup, FileGroup, ReplacementGroup } from './change-group.js';
import { describeUnplayable, listNames, shortPath } from './change-names.js';
import {
  codeSpan,
  escapeText,
  fenced,
  htmlCode,
  linkTarget,
  wordsToHtml,
  wordsToMarkdown,
} from './escape-markdown.js';
import { headline, timeBetween } from './headline.js';
import { renderTextChange } from './render-text-change.js';
import type { Report, ReportSnapshot } from './report.js';

/** Limits of each part of the report. */
interface Limits {
  rows: number;
  folds: number;
  lines: number;
  groups: number;
  names: number;
}

/**
 * From the complete report to the smallest; folds shrink first, because readers open few of them.
 */
const SIZES: readonly Limits[] = [
  { rows: 300, folds: 80, lines: 60, groups: 60, names: 3 },
  { rows: 300, folds: 40, lines: 30, groups: 60, names: 3 },
  { rows: 300, folds: 20, lines: 12, groups: 40, names: 3 },
  { rows: 300, folds: 8, lines: 8, groups: 30, names: 3 },
  { rows: 300, folds: 0, lines: 0, groups: 30, names: 2 },
  { rows: 80, folds: 0, lines: 0, groups: 20, names: 2 },
  { rows: 30, folds: 0, lines: 0, groups: 10, names: 1 },
  { rows: 8, folds: 0, lines: 0, groups: 3, names: 1 },
];

const REPLACEMENTS_NOTE =
  'The same test has an unchanged recording of a similar request under another hash. ' +
  'A push removes it only with `--prune`.';

/**
 * Renders a report as GitHub markdown of at most `limit` characters. A longer report shrinks in
 * steps, counts what it omits and links to the complete one. Text of recordings is escaped.
 */
export function renderMarkdown(report: Report, limit = 65_000): string {
  const title = `### ${escapeText(headline(report.drift))}`;
  const around = [...(report.notes ?? []).map(wordsToMarkdown), comparedWith(report)].join('\n\n');
  const link = `[Whole report](${linkTarget(report.url)})`;
  if (report.drift.changes.length === 0) return truncate([title, around].join('\n\n'), limit);
  const arrangement = arrangeReport(report.drift.changes);
  for (const limits of SIZES) {
    const text = [title, around, ...sections(arrangement, limits), link].join('\n\n');
    if (text.length <= limit) return text;
  }
  const least = [title, 'The rest of the report does not fit here.', link].join('\n\n');
  return least.length <= limit ? least : truncate(title, limit);
}

function truncate(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, Math.max(0, limit));
}

function comparedWith({ baseline, head, repository, drift }: Report): string {
  const base = `${snapshotName(baseline)} (${wordsToMarkdown(baseline.reason)})`;
  if (drift.changes.length === 0) {
    return `The recordings of ${codeSpan(head.label)} in ${codeSpan(repository)} are the same as ${base}.`;
  }
  const age = timeBetween(baseline.createdAt, head.createdAt);
  const older = baseline.createdAt <= head.createdAt ? 'older' : 'newer';
  return `${codeSpan(head.label)} compared with ${base}, ${age} ${older}.`;
}

function snapshotName({ label, commit }: ReportSnapshot): string {
  return codeSpan(commit === null ? label : `${label}@${commit.slice(0, 9)}`);
}

function sections(arrangement: Arrangement, limits: Limits): string[] {
  const { unplayable, behaviour, reworded, content, requests, replacements } = arrangement;
  const { metadata, moved, added, removed, cosmetic } = arrangement;
  const below = behaviour.filter((group) => group.texts.length > 0);
  return [
    section('Unplayable', unplayable, limits.groups, (groups) =>
      bullets(groups.map((group) => unplayableLine(group, limits))),
    ),
    section('Behaviour', behaviour, limits.rows, (groups) => table(groups, limits)),
    below.length > 0 && limits.folds > 0 ? folds(below.slice(0, limits.folds), limits) : '',
    section('Reworded answers', reworded, limits.rows, (groups) => folds(groups, limits)),
    section('Other content', content, limits.groups, (groups) =>
      bullets(groups.map((group) => groupLine(group, limits))),
    ),
    section('Requests', requests, limits.groups, (groups) =>
      bullets(groups.map((group) => groupLine(group, limits))),
    ),
    section('Probable replacements', replacements, limits.groups, (groups) =>
      [REPLACEMENTS_NOTE, bullets(groups.map((group) => replacementLine(group, limits)))].join('\n\n'),
    ),
    section('Metadata', metadata, limits.groups, (groups) =>
      bullets(groups.map((group) => groupLine(group, limits))),
    ),
    section('Moved', moved, limits.groups, (groups) =>
      bullets(groups.map((group) => groupLine(group, limits))),
    ),
    section('New', added, limits.groups, (groups) => bullets(groups.map((group) => fileLine(group, limits)))),
    section('Removed', removed, limits.groups, (groups) =>
      bullets(groups.map((group) => removedLine(group, limits))),
    ),
    section('Cosmetic', cosmetic, Math.min(5, limits.groups), (groups) => bullets(groups.map(countLine))),
  ].filter((text) => text !== '');
}

function section<Item extends ChangeGroup | FileGroup>(
  title: string,
  items: Item[],
  most: number,
  render: (items: Item[]) => string,
): string {
  if (items.length === 0) return '';
  // A recording may be in several groups.
  const recordings = (list: Item[]) => new Set(list.flatMap((item) => item.changes)).size;
  const omitted = items.slice(most);
  const rest =
    omitted.length > 0
      ? `\n\n… and ${count(recordings(omitted), 'more recording')} in the whole report.`
      : '';
  const heading = `#### ${title} (${recordings(items).toLocaleString('en-GB')})`;
  return `${heading}\n\n${render(items.slice(0, most))}${rest}`;
}

function bullets(lines: string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

/** Names the files, because their names are the problem. */
function unplayableLine({ file, changes }: FileGroup, limits: Limits): string {
  const files = listing(
    changes.map((change) => codeSpan(shortPath(change.path.split('/').pop() ?? ''))),
    limits.names,
  );
  return `${codeSpan(shorten(file, 160))}: ${describeUnplayable(changes)} (${files})`;
}

/** The first column has what changed: on a phone, it is visible without scrolling. */
function table(groups: ChangeGroup[], limits: Limits): string {
  const rows = groups.map((group) => {
    const who = listNames(group.changes, limits.names, nameCode);
    return `| ${wordsToMarkdown(shortenWords(group.words, 600))} | ${who}${otherModels(group.changes)} |`;
  });
  return ['| what changed | test |', '|---|---|', ...rows].join('\n');
}

/** The models that are not part of the test names. */
function otherModels(changes: DriftChange[]): string {
  const unnamed = changes.filter(({ testId, model }) => model !== null && !testId?.includes(model));
  const models = [...new Set(unnamed.map((change) => change.model ?? ''))];
  if (models.length === 0) return '';
  return ` (${listing(
    models.map((model) => codeSpan(shorten(model, 60))),
    2,
  )})`;
}

function folds(groups: ChangeGroup[], limits: Limits): string {
  const open = groups.slice(0, limits.folds).map((group) => fold(group, limits));
  const closed = groups.slice(limits.folds).map((group) => groupLine(group, limits));
  return [open.join('\n'), bullets(closed)].filter((text) => text !== '').join('\n\n');
}

function fold(group: ChangeGroup, limits: Limits): string {
  const who = listNames(group.changes, limits.names, (text) => htmlCode(shorten(text, 160)));
  const texts = group.texts.slice(0, 4).map((text) => fenced('diff', renderTextChange(text, limits.lines)));
  const summary = `<summary>${who}: ${wordsToHtml(shortenWords(group.words, 300))}</summary>`;
  return `<details>${summary}\n\n${texts.join('\n\n')}\n\n</details>`;
}

function groupLine(group: ChangeGroup, limits: Limits): string {
  const who = listNames(group.changes, limits.names, nameCode);
  const number = group.changes.length > 1 ? ` in ${count(group.changes.length, 'recording')}` : '';
  return `${wordsToMarkdown(shortenWords(group.words, 600))}${number}: ${who}`;
}

/**
 * The change of the request, then how the responses differ, with each test that changed behaviour.
 */
function replacementLine(group: ReplacementGroup, limits: Limits): string {
  const shown = group.behaviour.slice(0, limits.names * 3);
  const remaining = group.behaviour.length - shown.length;
  const below = shown.map((change) => `\n  - ${groupLine(change, limits)}`);
  if (remaining > 0) below.push(`\n  - … and ${count(remaining, 'more test')} in the whole report`);
  return `${groupLine(group, limits)}; ${group.answers}${below.join('')}`;
}

function countLine(group: ChangeGroup): string {
  return `${wordsToMarkdown(shortenWords(group.words, 300))} in ${count(group.changes.length, 'recording')}`;
}

function fileLine({ file, changes }: FileGroup, limits: Limits): string {
  const tests = new Set(changes.map((change) => change.testId).filter((test) => test !== null)).size;
  const models = [...new Set(changes.map((change) => change.model).filter((model) => model !== null))];
  const of = tests > 0 ? ` of ${count(tests, 'test')}` : '';
  const by =
    models.length > 0
      ? ` (${listing(
          models.map((model) => codeSpan(shorten(model, 60))),
          limits.names,
        )})`
      : '';
  return `${codeSpan(shorten(file, 160))}: ${count(changes.length, 'recording')}${of}${by}`;
}

/** Names removed recordings, because a prune of an incomplete folder removes them by mistake. */
function removedLine(group: FileGroup, limits: Limits): string {
  return `${fileLine(group, limits)}: ${listNames(group.changes, limits.names * 3, nameCode)}`;
}

function nameCode(text: string): string {
  return codeSpan(shorten(text, 160));
}

/** Shortens words and closes an open backtick. */
function shortenWords(words: string, length: number): string {
  const text = shorten(words, length);
  return text.split('`').length % 2 === 0 ? `${text}\`` : text;
}
