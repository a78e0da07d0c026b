import { describeUnplayable, isUnplayable } from '../../recordings/playable/unplayable.js';
import { describePurgeBriefly } from '../../store/purged/purge.js';
import { code, listing, plain } from '../../vocabulary/words.js';
import type { DriftChange, DriftReason } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';

const MAXIMUM_PARTS = 3;

/** Describes a change: `words` has names and values between backticks, `summary` has none. */
export function describeChange(change: Omit<DriftChange, 'words' | 'summary'>): {
  words: string;
  summary: string;
} {
  const words = describeKind(change) + purgeSuffix(change);
  return { words, summary: plain(words) };
}

/**
 * Mentions a purge for changes whose contents are not compared: with only one content, or the same
 * on both sides.
 */
function purgeSuffix({ kind, before, after }: Omit<DriftChange, 'words' | 'summary'>): string {
  const side = after ?? before;
  const isCompared = kind !== 'ADDED' && before && after && before.digest !== after.digest;
  if (isCompared || !side?.purged) return '';
  return `; its content was ${describePurgeBriefly(side.purged)} by an admin`;
}

function describeKind(change: Omit<DriftChange, 'words' | 'summary'>): string {
  switch (change.kind) {
    case 'ADDED':
      return describeNew(change);
    case 'REMOVED':
      return 'removed';
    case 'MOVED':
      return [describeMove(change), change.level && describeAnswer(change)].filter(Boolean).join('; ');
    case 'REKEYED': {
      // No request of a cassette has a test id, so the request says nothing about a renamed test.
      const move = change.exchanges.length > 0 ? [describeMove(change)] : [];
      return [...move, describeRequest(change), describeAnswer(change)].join('; ');
    }
    case 'CHANGED':
      return describeChanged(change);
  }
}

/** A request that was edited in a cassette has no reason of its own, because no hash depends on it. */
function describeChanged(change: Omit<DriftChange, 'words' | 'summary'>): string {
  const isEdited = change.requestChange !== null && change.exchanges.length > 0;
  const parts = [...(isEdited ? [describeRequest(change)] : []), describeAnswer(change)];
  return describePlace(change) + parts.join('; ');
}

/** "call 2 of 3: " where one call of several differs; else empty. */
function describePlace(change: Pick<DriftChange, 'exchanges' | 'calls'>): string {
  const place = placeOf(change);
  return place === null ? '' : `${place}: `;
}

/** "call 2 of 3" where one call of several has the level of its recording; else null. */
export function placeOf({ exchanges, calls = 1 }: Pick<DriftChange, 'exchanges' | 'calls'>): string | null {
  const [first, second] = exchanges;
  const isOnly = first !== undefined && first.level !== second?.level;
  if (!isOnly || first.after === null || calls < 2) return null;
  return `call ${first.after.position + 1} of ${calls}`;
}

function describeNew(change: Omit<DriftChange, 'words' | 'summary'>): string {
  if (change.unplayable) {
    const playable = change.after?.playable ?? 'MISNAMED';
    return `new, but ${describeUnplayable(isUnplayable(playable) ? playable : 'MISNAMED')}`;
  }
  if (!change.replaces)
    return change.reasons.length === 0 ? 'new' : `new; ${describePlace(change)}${describeAnswer(change)}`;
  const replaces = `new recording, replaces ${code(change.replaces.path, 160)}`;
  return [replaces, describeRequest(change), describeAnswer(change)].join('; ');
}

function describeMove({ previousPath, before, after }: Omit<DriftChange, 'words' | 'summary'>): string {
  if (before?.testId && after?.testId && before.testId !== after.testId)
    return `moved from the test ${code(before.testId, 160)}`;
  return `moved from ${code(previousPath ?? '', 160)}`;
}

function describeRequest({ requestChange }: Omit<DriftChange, 'words' | 'summary'>): string {
  if (!requestChange) return 'the same request under another hash';
  return `request: ${listing(requestChange.words, MAXIMUM_PARTS)}`;
}

/** Describes the reasons of the highest level; cosmetic ones only by kind. */
export function describeAnswer({ reasons, level }: Pick<DriftChange, 'reasons' | 'level'>): string {
  const first = reasons[0];
  if (!first) return 'the same answer';
  if (level === 'COSMETIC') {
    // Sorted, so that recordings with the same kinds of changes are grouped.
    return `only ${listing([...new Set(reasons.map((reason) => reason.words))].sort(), MAXIMUM_PARTS)}`;
  }
  const levels = level === 'BEHAVIOUR' ? ['BEHAVIOUR', 'CONTENT'] : [first.level];
  const relevant = reasons.filter((reason) => levels.includes(reason.level));
  // The request difference has its own section; mentioned here only without other reasons.
  const answer = relevant.filter((reason) => reason.rule !== 'request in place');
  return listing(mergeEqual(callsFirst(answer.length > 0 ? answer : relevant)), MAXIMUM_PARTS);
}

/** Moves tool calls to the front, and drops the empty text that comes with them. */
function callsFirst(reasons: DriftReason[]): DriftReason[] {
  const calls = reasons.filter(({ words }) => /\bcalls `/.test(words));
  if (calls.length === 0) return reasons;
  const rest = reasons.filter(({ words }) => !/\bcalls `|is (?:now|no longer) empty$/.test(words));
  return [...calls, ...rest];
}

/** Lists equal descriptions once, and several differences by one rule as a count. */
function mergeEqual(reasons: DriftReason[]): string[] {
  const parts: string[] = [];
  for (const [rule, equalReasons] of groupBy(
    reasons,
    (reason) => `${reason.rule} ${reason.path.replaceAll(/\d+/g, '')}`,
  )) {
    const words = [...new Set(equalReasons.map((reason) => reason.words))];
    const number = equalReasons.reduce((sum, reason) => sum + (reason.count ?? 1), 0);
    if (/^(?:usage|log probabilities|context tokens) /.test(rule)) parts.push(...words.slice(0, 1));
    else if (rule.startsWith('text ') && number === words.length) parts.push(...words);
    else if (number > 1) parts.push(`${words[0]} (and ${(number - 1).toLocaleString('en-GB')} more like it)`);
    else parts.push(...words);
  }
  return parts;
}
