import { count, plain, shorten } from '../../vocabulary/words.js';
import { type Arrangement, arrangeReport } from './arrange-report.js';
import type { ChangeGroup, FileGroup } from './change-group.js';
import { describeUnplayable, listNames } from './change-names.js';
import { visible } from './escape-markdown.js';
import { headline, timeBetween } from './headline.js';
import { renderTextChange } from './render-text-change.js';
import type { Report } from './report.js';

const MAXIMUM_TEXT_LINES = 12;

/**
 * Renders a report for a terminal: plain lines, nested by indentation, complete except for long
 * texts.
 */
export function renderText(report: Report): string {
  const { baseline, head, drift } = report;
  const commit = baseline.commit === null ? '' : `@${baseline.commit.slice(0, 9)}`;
  const older = baseline.createdAt <= head.createdAt ? 'older' : 'newer';
  const age = `${timeBetween(baseline.createdAt, head.createdAt)} ${older}`;
  const around = `${head.label} compared with ${baseline.label}${commit} (${plain(baseline.reason)}), ${age}`;
  const lines = [
    headline(drift),
    ...(report.notes ?? []).map(plain),
    around,
    ...sections(arrangeReport(drift.changes)),
  ];
  return `${lines.map((line) => safeLine(line)).join('\n')}\n`;
}

function sections(arrangement: Arrangement): string[] {
  const { unplayable, behaviour, reworded, content, requests, replacements } = arrangement;
  const { metadata, moved, added, removed, cosmetic } = arrangement;
  return [
    ...section('Unplayable', unplayable, ({ changes }) => [
      `${describeUnplayable(changes)}:`,
      ...changes.map((change) => `  ${change.path}`),
    ]),
    ...section('Behaviour', behaviour, groupLines),
    ...section('Reworded answers', reworded, groupLines),
    ...section('Other content', content, groupLines),
    ...section('Requests', requests, groupLines),
    ...section(
      'Probable replacements (a push removes the old recordings only with --prune)',
      replacements,
      (group) => [
        ...groupLines(group),
        `  ${group.answers}`,
        ...group.behaviour.flatMap(groupLines).map((line) => `  ${line}`),
      ],
    ),
    ...section('Metadata', metadata, groupLines),
    ...section('Moved', moved, groupLines),
    ...section('New', added, fileLines),
    ...section('Removed', removed, fileLines),
    ...section('Cosmetic', cosmetic, (group) => [
      `${plain(group.words)} in ${count(group.changes.length, 'recording')}`,
    ]),
  ];
}

function section<Item>(title: string, items: Item[], linesOf: (item: Item) => string[]): string[] {
  if (items.length === 0) return [];
  return ['', title, ...items.flatMap(linesOf).map((line) => `  ${line}`)];
}

function groupLines(group: ChangeGroup): string[] {
  const who = listNames(group.changes, 4, (name) => shorten(name, 160));
  const number = group.changes.length > 1 ? ` (${count(group.changes.length, 'recording')})` : '';
  const texts = group.texts.slice(0, 4).flatMap((text) => renderTextChange(text, MAXIMUM_TEXT_LINES));
  return [`${who}${number}: ${plain(group.words)}`, ...texts.map((line) => `    ${line}`)];
}

function fileLines({ file, changes }: FileGroup): string[] {
  return [`${file}: ${count(changes.length, 'recording')}`];
}

/** Removes characters that move the cursor or colour the terminal. */
function safeLine(line: string): string {
  return visible(line).replaceAll('\n', ' ');
}
