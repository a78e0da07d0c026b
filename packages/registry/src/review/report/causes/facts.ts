import { rank } from '../../../vocabulary/level.js';
import { code, count } from '../../../vocabulary/words.js';
import type { DriftChange, DriftReason } from '../../differences/drift.js';
import { describeFailure } from '../../failures/describe-failure.js';
import { shortPath } from '../change-names.js';
import { isRewording } from './categorise.js';
import type { CauseCategory } from './cause.js';
import { describeRename, withoutScore } from './cause-words.js';
import type { ReasonGroup } from './reason-groups.js';

const MAXIMUM_REASONS = 2;
/** Rules whose reason the cause or another fact already states. */
const STATED: ReadonlySet<string> = new Set([
  'failure',
  'unplayable',
  'request in place',
  'playable',
  'model entry',
]);
/** Categories whose cause explains all other differences of the response. */
const EXPLAINED: ReadonlySet<CauseCategory> = new Set([
  'stray',
  'failed before',
  'request',
  'metadata',
  'new',
  'removed',
  'moved',
  'cosmetic',
]);

/** What else changed in the recordings of a cause, each with the number of recordings when not all have it. */
export function describeFacts(category: CauseCategory, group: ReasonGroup): string[] {
  const { changes } = group;
  const isRequest = category === 'request';
  return [
    ...failureFact(category, changes),
    ...reasonFacts(category, group),
    ...(isRequest ? [] : tally(changes, renameOf).map(({ text, number }) => inSome(text, number, changes))),
    ...(isRequest ? [] : requestFact(changes)),
    ...newFact(category, changes),
    ...(category === 'shared' ? [] : sharedFact(changes)),
    ...(category === 'chain' ? [] : followUpFact(changes)),
  ];
}

/** Categories whose cause is the failure. */
const FAILURES: ReadonlySet<CauseCategory> = new Set(['failure', 'stray', 'failed before']);

function failureFact(category: CauseCategory, changes: DriftChange[]): string[] {
  if (FAILURES.has(category)) return [];
  const facts = tally(changes, ({ failure, failedBefore }) =>
    failure ? [`${describeFailure(failure)}${failedBefore ? ', as before' : ''}`] : [],
  );
  return facts.slice(0, MAXIMUM_REASONS).map(({ text, number }) => inSome(text, number, changes));
}

/** What a text became is news, also next to a larger difference. */
const NEWS_OF_TEXT = /\bbegins with `|\bbecame a refusal|\bchanged language/;

function reasonFacts(category: CauseCategory, { words, stated = [], changes }: ReasonGroup): string[] {
  // An error replaces the whole response, but neither the result of a tool nor the other calls of a cassette.
  const replaces = ({ failure, calls = 1 }: DriftChange) => failure?.kind !== 'TOOL_ERROR' && calls === 1;
  const isError = category === 'failure' && changes.some(replaces);
  if (EXPLAINED.has(category) || isError) return [];
  const least = category === 'content' || category === 'shared' ? 'CONTENT' : 'BEHAVIOUR';
  // The text next to a tool call is empty, which is no news.
  const isCall = /\bcalls `/.test(words);
  const isNews = (reason: DriftReason) =>
    (rank(reason.level) >= rank(least) || NEWS_OF_TEXT.test(reason.words)) &&
    !STATED.has(reason.rule) &&
    !(isCall && /is (?:now|no longer) empty$/.test(reason.words)) &&
    !isRewording(reason) &&
    !words.includes(reason.words) &&
    !stated.includes(reason.words);
  const facts = tally(changes, (change) =>
    change.reasons
      .map(withoutScore)
      .filter(isNews)
      .map((reason) => reason.words),
  );
  const shown = facts.slice(0, MAXIMUM_REASONS).map(({ text, number }) => inSome(text, number, changes));
  const more = facts.length - shown.length;
  return more > 0 ? [...shown, count(more, 'other difference')] : shown;
}

function renameOf(change: DriftChange): string[] {
  const rename = change.renamedModel;
  return rename ? [describeRename(rename)] : [];
}

function requestFact(changes: DriftChange[]): string[] {
  const other = changes.filter((change) => change.requestChange !== null && change.renamedModel === null);
  return other.length === 0 ? [] : [inSome('request changed', other.length, changes)];
}

function newFact(category: CauseCategory, changes: DriftChange[]): string[] {
  const added = changes.filter((change) => change.kind === 'ADDED');
  if (category === 'new' || added.length === 0) return [];
  const replacing = added.filter((change) => change.replaces !== null);
  const [only] = replacing;
  if (changes.length === 1)
    return [`new recording${only?.replaces ? `, replaces ${fileName(only.replaces.path)}` : ''}`];
  if (replacing.length === changes.length) return ['new recordings in place of older ones'];
  const replaced =
    replacing.length === 0 ? '' : `, ${countOf(replacing.length, added.length)} in place of older ones`;
  return [`${countOf(added.length, changes.length)} new${replaced}`];
}

/** The name of a recording without its folder. */
function fileName(path: string): string {
  return code(shortPath(path.split('/').pop() ?? path), 160);
}

/** "all" or the number. */
function countOf(number: number, all: number): string {
  return number === all && all > 1 ? 'all' : number.toLocaleString('en-GB');
}

function sharedFact(changes: DriftChange[]): string[] {
  const shared = changes.filter(({ sharedWith }) => sharedWith.length > 0);
  if (shared.length === 0) return [];
  const tests = Math.max(...shared.map(({ sharedWith }) => sharedWith.length + 1));
  return [inSome(`overwrites a recording that is shared by ${count(tests, 'test')}`, shared.length, changes)];
}

function followUpFact(changes: DriftChange[]): string[] {
  const broken = changes.filter(({ brokenFollowUps }) => brokenFollowUps.length > 0);
  return broken.length === 0 ? [] : [inSome('the follow-up call will not be found', broken.length, changes)];
}

/** How many changes have each text, the most frequent first. */
function tally(
  changes: DriftChange[],
  textsOf: (change: DriftChange) => string[],
): { text: string; number: number }[] {
  const numbers = new Map<string, number>();
  for (const change of changes)
    for (const text of new Set(textsOf(change))) numbers.set(text, (numbers.get(text) ?? 0) + 1);
  return [...numbers].map(([text, number]) => ({ text, number })).sort((a, b) => b.number - a.number);
}

function inSome(text: string, number: number, all: DriftChange[]): string {
  return number === all.length ? text : `${text} in ${number.toLocaleString('en-GB')}`;
}
