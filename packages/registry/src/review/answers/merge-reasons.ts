import { listing } from '../../vocabulary/words.js';
import type { DriftReason } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';

/** Reasons of one rule and kind of place that are kept; the others are counted. */
const MAXIMUM_ALIKE = 3;
const MAXIMUM_CALLS = 3;

/**
 * Merges reasons that say the same: calls and their finish reason become one sentence, and equal differences at
 * many places become one reason with a count.
 */
export function mergeReasons(reasons: DriftReason[]): DriftReason[] {
  return mergeAlike(mergeCalls(reasons));
}

const CALL = /^(no longer|now|instead) calls (.*)$/s;

/** "no longer calls `calculate(x: 1)`: `tool_calls` → `stop`" from up to three kinds of reasons. */
function mergeCalls(reasons: DriftReason[]): DriftReason[] {
  const calls = reasons.filter(({ level, words }) => level === 'BEHAVIOUR' && CALL.test(words));
  const verbs = new Set(calls.map(({ words }) => CALL.exec(words)?.[1]));
  const [first] = calls;
  const [verb] = verbs;
  // With calls that come and go, it is unclear which ones the finish reason belongs to.
  if (first === undefined || verbs.size > 1) return reasons;
  const finish = reasons.filter(({ rule, level }) => rule === 'finish reason' && level === 'BEHAVIOUR');
  const [change, ...more] = finish.map(({ words }) => words.replace(/^finish reason /, ''));
  const ending =
    change === undefined || more.length > 0 || !/^`[^`]*` → `[^`]*`$/.test(change) ? null : change;
  const names = listing(
    calls.map(({ words }) => CALL.exec(words)?.[2] ?? ''),
    MAXIMUM_CALLS,
  );
  const merged = { ...first, words: `${verb} calls ${names}${ending === null ? '' : `: ${ending}`}` };
  const text =
    verb === 'no longer' ? /^answer (?:is no longer empty|added)$/ : /^answer (?:is now empty|removed)$/;
  const isMerged = (reason: DriftReason) =>
    (ending !== null && finish.includes(reason)) || calls.includes(reason) || text.test(reason.words);
  return reasons.flatMap((reason) => (reason === first ? [merged] : isMerged(reason) ? [] : [reason]));
}

/** Keeps the first reasons of each rule and kind of place; counts those with equal words, and the others. */
export function mergeAlike(reasons: DriftReason[]): DriftReason[] {
  const kept = new Set<DriftReason>();
  const equal = [...groupBy(reasons, ({ level, rule, words }) => `${level}\n${rule}\n${words}`).values()];
  const distinct = equal.map((same): DriftReason => {
    const [first] = same as [DriftReason];
    return same.length === 1 ? first : { ...first, count: sum(same) };
  });
  const place = ({ level, rule, path }: DriftReason) => `${level}\n${rule}\n${path.replaceAll(/\d+/g, '')}`;
  for (const [, alike] of groupBy(distinct, place)) {
    const shown = alike.slice(0, MAXIMUM_ALIKE);
    const last = shown.pop() as DriftReason;
    const rest = alike.slice(MAXIMUM_ALIKE);
    for (const reason of shown) kept.add(reason);
    kept.add(rest.length === 0 ? last : { ...last, count: sum([last, ...rest]) });
  }
  return [...kept];
}

function sum(reasons: DriftReason[]): number {
  return reasons.reduce((total, reason) => total + (reason.count ?? 1), 0);
}
