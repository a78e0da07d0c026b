import { count, listing, plain, shorten } from '../../../vocabulary/words.js';
import type { DriftChange } from '../../differences/drift.js';
import { groupBy } from '../../differences/group-by.js';
import { hasOtherRequest } from '../causes/categorise.js';
import type { Cause, CauseCategory } from '../causes/cause.js';
import { findCauses } from '../causes/find-causes.js';
import { groupRequestChanges } from '../causes/request-groups.js';
import { displayName } from '../change-names.js';
import { visible } from '../escape-markdown.js';
import { groupFiles } from '../group-by-path.js';
import { headline } from '../headline/headline.js';
import { describeNewUnread, sumUses } from '../read-words.js';
import { renderTextChange } from '../render-text-change.js';
import { replacedNote } from '../replaced-note.js';
import type { Report } from '../report.js';
import { countRecordings, listFiles } from '../tests-by-file.js';
import { timeBetween } from '../time-between.js';

const MAXIMUM_TEXT_LINES = 12;
const MAXIMUM_TEXTS = 4;
const MAXIMUM_FILES = 6;
const MAXIMUM_MODELS = 3;

/** The titles of the causes; other categories have a section of their own after these. */
const TITLES: Partial<Record<CauseCategory, string>> = {
  unplayable: 'Unplayable',
  failure: 'Failures',
  chain: 'Broken chains of calls',
  behaviour: 'Behaviour',
  stray: 'Stray recordings',
  shared: 'Shared recordings',
  content: 'Content',
  reworded: 'Other words',
  'failed before': 'Failures as before',
  metadata: 'Metadata',
  moved: 'Moved',
};

/**
 * Renders a report for a terminal: plain lines, nested by indentation. The first line is the headline, the
 * lines of a text difference have the most indentation.
 */
export function renderText(report: Report): string {
  const { baseline, head, drift, since } = report;
  const unread = report.newUnread ? describeNewUnread(report.newUnread) : null;
  const recordedBy = head.recordedBy ? [`recorded by ${plain(head.recordedBy.what)}`] : [];
  const commit = baseline.commit === null ? '' : `@${baseline.commit.slice(0, 7)}`;
  const older = baseline.createdAt <= head.createdAt ? 'older' : 'newer';
  const age = `${timeBetween(baseline.createdAt, head.createdAt)} ${older}`;
  const compared = `${head.label} compared with ${baseline.label}${commit} (${plain(baseline.reason)}), ${age}`;
  const sinceLine = since ? [`since the previous push: ${since.fixed} fixed, ${since.fresh} new`] : [];
  const lines = [
    plain(headline(drift)),
    ...(report.notes ?? []).map(plain),
    ...(unread === null ? [] : [unread]),
    compared,
    ...recordedBy,
    ...sinceLine,
    ...causeSections(drift.changes),
    ...otherSections(report),
  ];
  return `${lines.map((line) => safeLine(line)).join('\n')}\n`;
}

function causeSections(changes: DriftChange[]): string[] {
  const byTitle = groupBy(findCauses(changes), ({ category }) => TITLES[category] ?? null);
  return [...byTitle].flatMap(([title, causes]) =>
    title === null ? [] : section(title, causes.flatMap(causeLines)),
  );
}

function causeLines({ words, changes }: Cause): string[] {
  const texts = changes.flatMap((change) => change.texts).slice(0, MAXIMUM_TEXTS);
  const lines = texts.flatMap((text) => renderTextChange(text, MAXIMUM_TEXT_LINES));
  return [plain(words), `  ${whichRecordings(changes)}`, ...lines.map((line) => `    ${line}`)];
}

function whichRecordings(changes: DriftChange[]): string {
  const [only] = changes;
  if (only && changes.length === 1) return shorten(displayName(only), 160);
  const files = listFiles(changes, MAXIMUM_FILES, (name) => shorten(name, 160));
  return `${countRecordings(changes)} in ${files}`;
}

/** The sections that list changes whatever their cause. */
function otherSections({ drift, newUnread, removedUse = new Map() }: Report): string[] {
  const { changes, summary } = drift;
  const kind = (name: DriftChange['kind']) => changes.filter((change) => change.kind === name);
  const added = kind('ADDED');
  const note = replacedNote(added);
  const requests = groupRequestChanges(changes.filter(hasOtherRequest));
  return [
    ...section(
      'Changed requests',
      requests.flatMap((group) => [
        plain(group.words).replace(/^request: /, ''),
        `  ${whichRecordings(group.changes)}`,
      ]),
    ),
    ...section('New', [...fileLines(added), ...(note === null ? [] : [plain(note)])]),
    ...section('Not read by this run', fileLines(newUnread?.unread ?? [])),
    ...section('Removed', removedLines(kind('REMOVED'), removedUse)),
    ...section('Cosmetic', summary.cosmetic > 0 ? [count(summary.cosmetic, 'recording')] : []),
  ];
}

function fileLines(changes: DriftChange[]): string[] {
  return groupFiles(changes).map(({ file, changes: own }) => `${file}: ${countRecordings(own)}`);
}

/** Removed recordings by test file, with their models and last uses. */
function removedLines(changes: DriftChange[], uses: ReadonlyMap<string, string>): string[] {
  return groupFiles(changes).map(({ file, changes: own }) => {
    const models = [...new Set(own.flatMap(({ model }) => model ?? []))];
    const by =
      models.length === 0
        ? ''
        : ` (${listing(
            models.map((model) => shorten(model, 60)),
            MAXIMUM_MODELS,
          )})`;
    const used = sumUses(own, uses);
    return `${file}: ${countRecordings(own)}${by}${used === '' ? '' : `; ${used}`}`;
  });
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

/** Removes characters that move the cursor or colour the terminal. */
function safeLine(line: string): string {
  return visible(line).replaceAll('\n', ' ');
}
