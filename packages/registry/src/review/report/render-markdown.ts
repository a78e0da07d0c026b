import { count, listing, shorten } from '../../vocabulary/words.js';
import type { DriftChange } from '../differences/drift.js';
import { type Arrangement, arrangeReport } from './arrange-report.js';
import type { ChangeGroup, FileGroup, ReplacementGroup } from './change-group.js';
import {
  codeSpan,
  escapeText,
  fenced,
  htmlCode,
  linkTarget,
  wordsToHtml,
  wordsToMarkdown,
} from './escape-markdown.js';
import { describeUnplayable, headline, listNames, shortPath, timeBetween } from './headline.js';
import { renderTextChange } from './render-text-change.js';
import type { Report, ReportSnapshot } from './report.js';

/** How much of each part is shown. */
interface Room {
  rows: number;
  folds: number;
  lines: number;
  groups: number;
  names: number;
}

/** From everything to almost nothing; the folds shrink first, because a reader opens few of them. */
const STEPS: readonly Room[] = [
  { rows: 300, folds: 80, lines: 60, groups: 60, names: 3 },
  { rows: 300, folds: 40, lines: 30, groups: 60, names: 3 },
  { rows: 300, folds: 20, lines: 12, groups: 40, names: 3 },
  { rows: 300, folds: 8, lines: 8, groups: 30, names: 3 },
  { rows: 300, folds: 0, lines: 0, groups: 30, names: 2 },
  { rows: 80, folds: 0, lines: 0, groups: 20, names: 2 },
  { rows: 30, folds: 0, lines: 0, groups: 10, names: 1 },
  { rows: 8, folds: 0, lines: 0, groups: 3, names: 1 },
];

const STILL_THERE =
  'New recordings whose tests made nearly the same call under another hash. Nothing was removed: the old ones stay until they are pruned.';

/**
 * The report as GitHub markdown, at most `limit` characters: it shrinks in steps, counts what it leaves out and links to the
 * whole. Nothing that a recording holds has a meaning in it.
 */
export function renderMarkdown(report: Report, limit = 65_000): string {
  const title = `### ${escapeText(headline(report.drift))}`;
  const around = [...(report.notes ?? []).map(wordsToMarkdown), comparedWith(report)].join('\n\n');
  const link = `[Whole report](${linkTarget(report.url)})`;
  if (report.drift.changes.length === 0) return clip([title, around].join('\n\n'), limit);
  const arrangement = arrangeReport(report.drift.changes);
  for (const room of STEPS) {
    const text = [title, around, ...sections(arrangement, room), link].join('\n\n');
    if (text.length <= limit) return text;
  }
  const least = [title, 'The rest is too long for this place.', link].join('\n\n');
  return least.length <= limit ? least : clip(title, limit);
}

function clip(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, Math.max(0, limit));
}

function comparedWith({ baseline, head, repository, drift }: Report): string {
  if (drift.changes.length === 0) {
    return `The recordings of ${codeSpan(head.label)} in ${codeSpan(repository)} are the same as ${placed(baseline)} (${wordsToMarkdown(baseline.reason)}).`;
  }
  const age = timeBetween(baseline.createdAt, head.createdAt);
  const older = baseline.createdAt <= head.createdAt ? 'older' : 'newer';
  return `${codeSpan(head.label)} compared with ${placed(baseline)} (${wordsToMarkdown(baseline.reason)}), ${age} ${older}.`;
}

function placed({ label, commit }: ReportSnapshot): string {
  return codeSpan(commit === null ? label : `${label}@${commit.slice(0, 9)}`);
}

function sections(arrangement: Arrangement, room: Room): string[] {
  const { unplayable, behaviour, reworded, content, requests, replaced } = arrangement;
  const { metadata, moved, added, removed, cosmetic } = arrangement;
  const below = behaviour.filter((group) => group.texts.length > 0);
  return [
    section('No recorder will find', unplayable, room.groups, (groups) =>
      bullets(groups.map((group) => lostLine(group, room))),
    ),
    section('Behaviour', behaviour, room.rows, (groups) => table(groups, room)),
    below.length > 0 && room.folds > 0 ? folds(below.slice(0, room.folds), room) : '',
    section('Reworded answers', reworded, room.rows, (groups) => folds(groups, room)),
    section('Other content', content, room.groups, (groups) =>
      bullets(groups.map((group) => groupLine(group, room))),
    ),
    section('Requests', requests, room.groups, (groups) =>
      bullets(groups.map((group) => groupLine(group, room))),
    ),
    section('Look replaced', replaced, room.groups, (groups) =>
      [STILL_THERE, bullets(groups.map((group) => replacedLine(group, room)))].join('\n\n'),
    ),
    section('Metadata', metadata, room.groups, (groups) =>
      bullets(groups.map((group) => groupLine(group, room))),
    ),
    section('Moved', moved, room.groups, (groups) => bullets(groups.map((group) => groupLine(group, room)))),
    section('New', added, room.groups, (groups) => bullets(groups.map((group) => fileLine(group, room)))),
    section('Removed', removed, room.groups, (groups) =>
      bullets(groups.map((group) => removedLine(group, room))),
    ),
    section('Cosmetic', cosmetic, Math.min(5, room.groups), (groups) => bullets(groups.map(countLine))),
  ].filter((text) => text !== '');
}

function section<Item extends ChangeGroup | FileGroup>(
  title: string,
  items: Item[],
  most: number,
  render: (items: Item[]) => string,
): string {
  if (items.length === 0) return '';
  // One recording may share several differences with others.
  const recordings = (list: Item[]) => new Set(list.flatMap((item) => item.changes)).size;
  const left = items.slice(most);
  const rest =
    left.length > 0 ? `\n\n… and ${count(recordings(left), 'more recording')} in the whole report.` : '';
  return `#### ${title} (${recordings(items).toLocaleString('en-GB')})\n\n${render(items.slice(0, most))}${rest}`;
}

function bullets(lines: string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

/** Names the files, because what a recorder does not find is looked for by its file. */
function lostLine({ file, changes }: FileGroup, room: Room): string {
  const files = listing(
    changes.map((change) => codeSpan(shortPath(change.path.split('/').pop() ?? ''))),
    room.names,
  );
  return `${codeSpan(shorten(file, 160))}: ${describeUnplayable(changes)} (${files})`;
}

/** What changed stands first: on a phone the first column is what is read without scrolling. */
function table(groups: ChangeGroup[], room: Room): string {
  const rows = groups.map((group) => {
    const who = listNames(group.changes, room.names, named);
    return `| ${wordsToMarkdown(balanced(group.words, 600))} | ${who}${modelsBeside(group.changes)} |`;
  });
  return ['| what changed | test |', '|---|---|', ...rows].join('\n');
}

/** The models that the names of the tests do not say already. */
function modelsBeside(changes: DriftChange[]): string {
  const unsaid = changes.filter(({ testId, model }) => model !== null && !testId?.includes(model));
  const models = [...new Set(unsaid.map((change) => change.model ?? ''))];
  if (models.length === 0) return '';
  return ` (${listing(
    models.map((model) => codeSpan(shorten(model, 60))),
    2,
  )})`;
}

function folds(groups: ChangeGroup[], room: Room): string {
  const open = groups.slice(0, room.folds).map((group) => fold(group, room));
  const closed = groups.slice(room.folds).map((group) => groupLine(group, room));
  return [open.join('\n'), bullets(closed)].filter((text) => text !== '').join('\n\n');
}

function fold(group: ChangeGroup, room: Room): string {
  const who = listNames(group.changes, room.names, (text) => htmlCode(shorten(text, 160)));
  const texts = group.texts.slice(0, 4).map((text) => fenced('diff', renderTextChange(text, room.lines)));
  return `<details><summary>${who}: ${wordsToHtml(balanced(group.words, 300))}</summary>\n\n${texts.join('\n\n')}\n\n</details>`;
}

function groupLine(group: ChangeGroup, room: Room): string {
  const who = listNames(group.changes, room.names, named);
  const number = group.changes.length > 1 ? ` in ${count(group.changes.length, 'recording')}` : '';
  return `${wordsToMarkdown(balanced(group.words, 600))}${number}: ${who}`;
}

/** The change of the request, then what became of the answers: of behaviour each test. */
function replacedLine(group: ReplacementGroup, room: Room): string {
  const told = group.behaviour.slice(0, room.names * 3);
  const left = group.behaviour.length - told.length;
  const below = told.map((change) => `\n  - ${groupLine(change, room)}`);
  if (left > 0) below.push(`\n  - … and ${count(left, 'more test')} in the whole report`);
  return `${groupLine(group, room)}; ${group.answers}${below.join('')}`;
}

function countLine(group: ChangeGroup): string {
  return `${wordsToMarkdown(balanced(group.words, 300))} in ${count(group.changes.length, 'recording')}`;
}

function fileLine({ file, changes }: FileGroup, room: Room): string {
  const tests = new Set(changes.map((change) => change.testId).filter((test) => test !== null)).size;
  const models = [...new Set(changes.map((change) => change.model).filter((model) => model !== null))];
  const of = tests > 0 ? ` of ${count(tests, 'test')}` : '';
  const by =
    models.length > 0
      ? ` (${listing(
          models.map((model) => codeSpan(shorten(model, 60))),
          room.names,
        )})`
      : '';
  return `${codeSpan(shorten(file, 160))}: ${count(changes.length, 'recording')}${of}${by}`;
}

/** Names what is gone, because it may be gone by mistake: a prune of a folder that was not whole. */
function removedLine(group: FileGroup, room: Room): string {
  return `${fileLine(group, room)}: ${listNames(group.changes, room.names * 3, named)}`;
}

function named(text: string): string {
  return codeSpan(shorten(text, 160));
}

/** Cuts words without leaving a backtick open. */
function balanced(words: string, length: number): string {
  const text = shorten(words, length);
  return text.split('`').length % 2 === 0 ? `${text}\`` : text;
}
