import { describePurgeBriefly } from '../../store/purged/purge.js';
import { code, listing, plain } from '../../vocabulary/words.js';
import type { DriftChange, DriftReason } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';

const MOST_PARTS = 3;

/** A change in words: with names and values between backticks (`words`), and without (`summary`). */
export function describeChange(change: Omit<DriftChange, 'words' | 'summary'>): {
  words: string;
  summary: string;
} {
  const words = wordsOf(change) + aboutPurge(change);
  return { words, summary: plain(words) };
}

/** What has only one content, or the same on both sides, is not compared: that it was purged is told here. */
function aboutPurge({ kind, before, after }: Omit<DriftChange, 'words' | 'summary'>): string {
  const side = after ?? before;
  const isCompared = kind !== 'ADDED' && before && after && before.digest !== after.digest;
  if (isCompared || !side?.purged) return '';
  return `; its content was ${describePurgeBriefly(side.purged)} by an admin`;
}

function wordsOf(change: Omit<DriftChange, 'words' | 'summary'>): string {
  switch (change.kind) {
    case 'ADDED':
      return describeNew(change);
    case 'REMOVED':
      return 'removed';
    case 'MOVED':
      return [describeMove(change), change.level && describeAnswer(change)].filter(Boolean).join('; ');
    case 'REKEYED':
      return `${describeRequest(change)}; ${describeAnswer(change)}`;
    case 'CHANGED':
      return describeAnswer(change);
  }
}

function describeNew(change: Omit<DriftChange, 'words' | 'summary'>): string {
  if (change.unplayable) return 'new, but no recorder will find it: its name does not fit its request';
  if (!change.replaces) return 'new';
  return `new, and looks to replace ${code(change.replaces.path, 160)}; ${describeRequest(change)}; ${describeReplacement(change)}`;
}

/** How the answer of a new recording differs from that of the recording that it looks to replace. */
export function describeReplacement(change: Pick<DriftChange, 'reasons'>): string {
  return describeAnswer({ reasons: change.reasons, level: change.reasons[0]?.level ?? null });
}

function describeMove({ previousPath, before, after }: Omit<DriftChange, 'words' | 'summary'>): string {
  if (before?.testId && after?.testId && before.testId !== after.testId)
    return `moved from the test ${code(before.testId, 160)}`;
  return `moved from ${code(previousPath ?? '', 160)}`;
}

function describeRequest({ requestChange }: Omit<DriftChange, 'words' | 'summary'>): string {
  if (!requestChange) return 'the same request under another hash';
  return `request: ${listing(requestChange.words, MOST_PARTS)}`;
}

/** The reasons of the highest level; of cosmetic ones only what kinds there are. */
export function describeAnswer({ reasons, level }: Pick<DriftChange, 'reasons' | 'level'>): string {
  const first = reasons[0];
  if (!first) return 'the same answer';
  if (level === 'COSMETIC') {
    // What is alike in many recordings is counted; so the words must not depend on the order of fields.
    return `only ${listing([...new Set(reasons.map((reason) => reason.words))].sort(), MOST_PARTS)}`;
  }
  const worth = level === 'BEHAVIOUR' ? ['BEHAVIOUR', 'CONTENT'] : [first.level];
  const told = reasons.filter((reason) => worth.includes(reason.level));
  // How the request differs is told apart, unless there is nothing else to tell.
  const answer = told.filter((reason) => reason.rule !== 'request in place');
  return listing(mergeAlike(callsFirst(answer.length > 0 ? answer : told)), MOST_PARTS);
}

/** Calls of tools first; that the text made way for a call, or the other way round, goes without saying. */
function callsFirst(reasons: DriftReason[]): DriftReason[] {
  const calls = reasons.filter(({ words }) => /\bcalls `/.test(words));
  if (calls.length === 0) return reasons;
  const rest = reasons.filter(({ words }) => !/\bcalls `|is (?:now|no longer) empty$/.test(words));
  return [...calls, ...rest];
}

/** Says the same words once, and what one rule found in many places with its number. */
function mergeAlike(reasons: DriftReason[]): string[] {
  const parts: string[] = [];
  for (const [rule, alike] of groupBy(
    reasons,
    (reason) => `${reason.rule} ${reason.path.replaceAll(/\d+/g, '')}`,
  )) {
    const words = [...new Set(alike.map((reason) => reason.words))];
    if (rule.startsWith('usage ')) parts.push(...words.slice(0, 1));
    else if (alike.length > 1) parts.push(`${words[0]} (and ${alike.length - 1} more like it)`);
    else parts.push(...words);
  }
  return parts;
}
