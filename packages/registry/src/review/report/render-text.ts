import { count, plain, shorten } from '../../vocabulary/words.js';
import { type Arrangement, arrangeReport } from './arrange-report.js';
import type { ChangeGroup, FileGroup } from './change-group.js';
import { visible } from './escape-markdown.js';
import { describeUnplayable, headline, listNames, timeBetween } from './headline.js';
import { renderTextChange } from './render-text-change.js';
import type { Report } from './report.js';

const MOST_TEXT_LINES = 12;

/** The report for a terminal: plain lines, folds as indents, nothing left out but long texts. */
export function renderText(report: Report): string {
  const { baseline, head, drift } = report;
  const commit = baseline.commit === null ? '' : `@${baseline.commit.slice(0, 9)}`;
  const age = `${timeBetween(baseline.createdAt, head.createdAt)} ${baseline.createdAt <= head.createdAt ? 'older' : 'newer'}`;
  const around = `${head.label} compared with ${baseline.label}${commit} (${plain(baseline.reason)}), ${age}`;
  const lines = [
    headline(drift),
    ...(report.notes ?? []).map(plain),
    around,
    ...told(arrangeReport(drift.changes)),
  ];
  return `${lines.map((line) => safe(line)).join('\n')}\n`;
}

function told(arrangement: Arrangement): string[] {
  const { unplayable, behaviour, reworded, content, requests, replaced } = arrangement;
  const { metadata, moved, added, removed, cosmetic } = arrangement;
  return [
    ...section('No recorder will find', unplayable, ({ changes }) => [
      `${describeUnplayable(changes)}:`,
      ...changes.map((change) => `  ${change.path}`),
    ]),
    ...section('Behaviour', behaviour, groupLines),
    ...section('Reworded answers', reworded, groupLines),
    ...section('Other content', content, groupLines),
    ...section('Requests', requests, groupLines),
    ...section(
      'Look replaced (nothing was removed: the old ones stay until they are pruned)',
      replaced,
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
  const texts = group.texts.slice(0, 4).flatMap((text) => renderTextChange(text, MOST_TEXT_LINES));
  return [`${who}${number}: ${plain(group.words)}`, ...texts.map((line) => `    ${line}`)];
}

function fileLines({ file, changes }: FileGroup): string[] {
  return [`${file}: ${count(changes.length, 'recording')}`];
}

/** A line that cannot move the cursor or colour the terminal. */
function safe(line: string): string {
  return visible(line).replaceAll('\n', ' ');
}
