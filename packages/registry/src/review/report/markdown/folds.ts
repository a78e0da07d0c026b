import { count, listing, shorten } from '../../../vocabulary/words.js';
import type { DriftChange } from '../../differences/drift.js';
import { groupBy } from '../../differences/group-by.js';
import { hasOtherRequest } from '../causes/categorise.js';
import type { Cause } from '../causes/cause.js';
import { withoutScore } from '../causes/cause-words.js';
import { groupRequestChanges } from '../causes/request-groups.js';
import { describeAnswer } from '../describe-change.js';
import { codeSpan, fenced, linkTarget, wordsToMarkdown } from '../escape-markdown.js';
import { groupFiles } from '../group-by-path.js';
import { changeLink } from '../links.js';
import { sumUses } from '../read-words.js';
import { renderTextChange } from '../render-text-change.js';
import { replacedNote } from '../replaced-note.js';
import type { ReportedChanges } from '../report.js';
import { countRecordings, listFiles } from '../tests-by-file.js';
import { causeBullet, changeName, nameCode, shortenWords } from './cause-rows.js';
import type { Limits } from './limits.js';

const MAXIMUM_TEXTS_OF_CHANGE = 4;

/** The closed parts below the table, each with the number of its recordings; parts without any are absent. */
export function folds(report: ReportedChanges, rows: Cause[], omitted: Cause[], limits: Limits): string[] {
  const { changes } = report.drift;
  const kind = (name: DriftChange['kind']) => changes.filter((change) => change.kind === name);
  const texts = [...rows, ...omitted]
    .flatMap((cause) => cause.changes)
    .filter(({ texts: own }) => own.length > 0);
  const several = [...rows, ...omitted].filter((cause) => cause.changes.length > 1);
  return [
    fold(report, count(omitted.length, 'more cause'), omitted, limits.items, (cause) =>
      causeBullet(cause, report),
    ),
    fold(report, `${count(texts.length, 'recording')} with changed texts`, texts, limits.texts, (change) =>
      changedTexts(change, report, limits),
    ),
    fold(report, 'Recordings by cause', several, limits.items, (cause) =>
      recordingsOf(cause, report, limits),
    ),
    requestFold(changes.filter(hasOtherRequest), report, limits),
    filesFold('new', kind('ADDED'), report, limits),
    filesFold('not read by this run', report.newUnread?.unread ?? [], report, limits),
    filesFold('removed', kind('REMOVED'), report, limits),
  ].filter((text) => text !== '');
}

/** One closed part. Counts what is left out. */
function fold<Item>(
  { url }: ReportedChanges,
  summary: string,
  items: Item[],
  most: number,
  render: (item: Item) => string,
): string {
  if (items.length === 0) return '';
  const lines = items.slice(0, most).map(render).join('\n');
  const rest = items.length - Math.min(items.length, most);
  const ending =
    rest > 0 ? `… and ${rest.toLocaleString('en-GB')} more in the [whole report](${linkTarget(url)})` : '';
  const parts = [`<details><summary>${summary}</summary>`, lines.trimEnd(), ending, '</details>'];
  return parts.filter((part) => part !== '').join('\n\n');
}

function changedTexts(change: DriftChange, { url }: ReportedChanges, limits: Limits): string {
  const texts = change.texts
    .slice(0, MAXIMUM_TEXTS_OF_CHANGE)
    .map((text) => fenced('diff', renderTextChange(text, limits.lines)));
  return `${changeName(change, url)}\n\n${texts.join('\n\n')}\n`;
}

/** The recordings of a cause, by test file: the name of the file once, then those of its tests. */
function recordingsOf(cause: Cause, { url }: ReportedChanges, limits: Limits): string {
  const files = groupFiles(cause.changes);
  const shown = files.slice(0, limits.names);
  const lines = shown.map(({ file, changes }) => {
    const names = changes.map((change) => bareName(change, url) + ownWords(cause, change));
    return `  - ${nameCode(file)}: ${listing(names, limits.names)}`;
  });
  const rest = files.slice(limits.names).flatMap(({ changes }) => changes).length;
  if (rest > 0) lines.push(`  - … and ${count(rest, 'more recording')}`);
  return [`- ${wordsToMarkdown(shortenWords(cause.reason, 200))}`, ...lines].join('\n');
}

/** The values of a change whose cause names only those of others; else empty. */
function ownWords({ reason }: Cause, change: DriftChange): string {
  const own = change.reasons.filter(({ level }) => level === change.level).map(withoutScore);
  const isNamed = own.length === 0 || own.some(({ words }) => reason.includes(words));
  if (isNamed || change.failure !== null) return '';
  return ` (${wordsToMarkdown(shortenWords(describeAnswer(change), 200))})`;
}

/** The name of a test without its file, or of a recording without its folder. */
function bareName(change: DriftChange, url: string): string {
  const [, ...test] = change.testId?.split('::') ?? [];
  const name = test.length > 0 ? test.join('::') : (change.path.split('/').pop() ?? '');
  return `[${nameCode(name)}](${linkTarget(changeLink(url, change.path))})`;
}

function requestFold(changes: DriftChange[], report: ReportedChanges, limits: Limits): string {
  // Other texts in the same place have the same words.
  const byWords = groupBy(groupRequestChanges(changes), ({ words }) => words);
  const groups = [...byWords]
    .map(([words, same]) => ({ words, changes: same.flatMap((group) => group.changes) }))
    .sort((a, b) => b.changes.length - a.changes.length);
  return fold(
    report,
    `${count(changes.length, 'recording')} with a changed request`,
    groups,
    limits.items,
    (group) => {
      const [only] = group.changes;
      const words = wordsToMarkdown(shortenWords(group.words.replace(/^request: /, ''), 400));
      if (only && group.changes.length === 1) return `- ${words}: ${changeName(only, report.url)}`;
      return `- ${words}: ${countRecordings(group.changes)} in ${listFiles(group.changes, limits.names, nameCode)}`;
    },
  );
}

/**
 * New, unread or removed recordings by test file. Unread and removed ones by name, because a person decides whether
 * they may go.
 */
function filesFold(
  what: 'new' | 'not read by this run' | 'removed',
  changes: DriftChange[],
  report: ReportedChanges,
  limits: Limits,
): string {
  const files = groupFiles(changes);
  const summary = `${changes.length.toLocaleString('en-GB')} ${what}, by test file`;
  const closed = fold(report, summary, files, limits.items, (group) => {
    const models = [...groupBy(group.changes, ({ model }) => model).keys()].filter((model) => model !== null);
    const names = models.map((model) => codeSpan(shorten(model, 60)));
    const by = names.length === 0 ? '' : ` (${listing(names, 3)})`;
    const each = group.changes.map((change) => bareName(change, report.url));
    const list = what === 'new' ? '' : `: ${listing(each, limits.names)}`;
    const uses = what === 'removed' ? sumUses(group.changes, report.removedUse ?? new Map()) : '';
    const used = uses === '' ? '' : `; ${uses}`;
    return `- ${nameCode(group.file)}: ${countRecordings(group.changes)}${by}${list}${used}`;
  });
  const note = what === 'new' ? replacedNote(changes) : null;
  return note === null ? closed : closed.replace('\n\n</details>', () => `\n\n${note}\n\n</details>`);
}
