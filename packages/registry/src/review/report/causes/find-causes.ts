import { count } from '../../../vocabulary/words.js';
import type { DriftChange, DriftReason } from '../../differences/drift.js';
import { groupBy } from '../../differences/group-by.js';
import { describeFailure } from '../../failures/describe-failure.js';
import { groupMoves } from '../group-by-path.js';
import { categorise, isRewording } from './categorise.js';
import {
  CAUSE_CATEGORIES,
  type Cause,
  type CauseCategory,
  type CauseMark,
  causeKey,
  higherMark,
  markOfChange,
  markRank,
} from './cause.js';
import { describeLost, describeStray, failureKey, withoutScore } from './cause-words.js';
import { describeFacts } from './facts.js';
import { groupByReason, type ReasonGroup } from './reason-groups.js';
import { groupRequestChanges } from './request-groups.js';

/**
 * Finds the causes of the changes of a report. Every change is in exactly one cause, that of the most
 * weight; what else changed in its recordings follows in the words. Ordered by mark, then by category, then
 * by number of recordings.
 */
export function findCauses(changes: DriftChange[]): Cause[] {
  const causes: Cause[] = [];
  for (const [category, ofCategory] of groupBy(changes, categorise)) {
    for (const group of groupCategory(category, ofCategory)) causes.push(makeCause(category, group));
  }
  return causes.sort(
    (a, b) =>
      markRank(b.mark) - markRank(a.mark) ||
      CAUSE_CATEGORIES.indexOf(a.category) - CAUSE_CATEGORIES.indexOf(b.category) ||
      b.changes.length - a.changes.length,
  );
}

function makeCause(category: CauseCategory, group: ReasonGroup): Cause {
  const { shared, words, changes } = group;
  const facts = describeFacts(category, group);
  return {
    key: causeKey(category, shared),
    mark: changes.reduce<CauseMark>((mark, change) => higherMark(mark, markOfChange(change, category)), ''),
    category,
    reason: words,
    words: [words, ...facts].join('; '),
    changes,
  };
}

function groupCategory(category: CauseCategory, changes: DriftChange[]): ReasonGroup[] {
  switch (category) {
    case 'unplayable':
      return groupByWords(changes, describeLost);
    case 'failure':
      return groupFailures(changes, describeFailure);
    case 'stray':
      return groupFailures(changes, describeStray);
    case 'failed before':
      return groupFailures(changes, (failure) => `${describeFailure(failure)}, as before`);
    case 'chain':
      return groupByWords(changes, describeChain);
    case 'shared':
      return [{ shared: '', words: describeShared(changes), changes }];
    case 'behaviour':
    case 'content':
    case 'reworded':
    case 'metadata':
      return groupByReason(changes, (change) => causalReasons(category, change));
    case 'request':
      return groupRequestChanges(changes);
    case 'moved':
      return groupMoves(changes).map((group) => ({ shared: group.words, ...group }));
    case 'new':
    case 'removed':
    case 'cosmetic':
      return [{ shared: '', words: QUIET_WORDS[category], changes }];
  }
}

const QUIET_WORDS = {
  new: 'new, without an older recording to compare with',
  removed: 'removed',
  cosmetic: 'only ids, timestamps, layout and the like',
} as const;

function groupByWords(changes: DriftChange[], wordsOf: (change: DriftChange) => string): ReasonGroup[] {
  return [...groupBy(changes, wordsOf)].map(([words, group]) => ({ shared: words, words, changes: group }));
}

function groupFailures(
  changes: DriftChange[],
  describe: (failure: NonNullable<DriftChange['failure']>) => string,
): ReasonGroup[] {
  const groups = groupBy(changes, ({ failure }) => (failure ? failureKey(failure) : ''));
  return [...groups].map(([shared, group]) => {
    const failure = group[0]?.failure;
    return { shared, words: failure ? describe(failure) : '', changes: group };
  });
}

function describeChain(change: DriftChange): string {
  const reason = change.reasons.find(({ words }) => words.includes('follow-up'));
  return reason?.words ?? 'the follow-up call will not be found: its recording quotes a replaced value';
}

/** "shared by 2 tests: `test_b` plays it, too". */
function describeShared(changes: DriftChange[]): string {
  const most = Math.max(...changes.map(({ sharedWith }) => sharedWith.length + 1));
  return changes.length === 1
    ? `overwrites a recording that is shared by ${count(most, 'test')}`
    : `overwrite recordings that are shared by up to ${count(most, 'test')}`;
}

/** Rules whose difference follows from another one: the cause only where nothing else is. */
const FOLLOWING: ReadonlySet<string> = new Set([
  'finish reason',
  'request in place',
  'number of answers',
  'model entry',
]);
/** Numbers that differ with every response, in this order of interest. */
const NUMBERS: ReadonlySet<string> = new Set(['usage', 'embedding', 'log probabilities']);

/** The reasons that may be the cause of a change, one for each difference of its level. */
function causalReasons(category: CauseCategory, change: DriftChange): DriftReason[] {
  const level = category === 'behaviour' ? 'BEHAVIOUR' : category === 'metadata' ? 'METADATA' : 'CONTENT';
  const all = change.reasons.filter((reason) => reason.level === level && reason.rule !== 'failure');
  const leading = all.filter(({ rule }) => !FOLLOWING.has(rule));
  const named = leading.filter((reason) => !isRewording(reason));
  const calls = named.filter(({ words }) => /\bcalls `/.test(words));
  const chosen =
    [calls, leakedReasoning(change, named), named, leading, all].find((reasons) => reasons.length > 0) ?? [];
  if (chosen.length === 0) return [fallbackReason(change, level)];
  const numbers = chosen.every(({ rule }) => NUMBERS.has(rule));
  const kept = numbers
    ? chosen.slice(0, 1).map(withoutValues)
    : chosen.filter(({ rule }) => !NUMBERS.has(rule));
  return kept.map(withoutScore);
}

/** Reasoning that moved into the answer: the tag with which the answer now begins says more than its absence. */
function leakedReasoning({ reasons }: DriftChange, named: DriftReason[]): DriftReason[] {
  if (named.some(({ rule }) => rule !== 'reasoning')) return [];
  return reasons.filter(({ words }) => words.includes('now begins with `'));
}

function fallbackReason(change: DriftChange, level: DriftReason['level']): DriftReason {
  return { rule: 'change', level, path: '', words: change.words };
}

function withoutValues(reason: DriftReason): DriftReason {
  if (reason.rule === 'usage') return { ...reason, words: 'token usage' };
  return withoutScore(reason);
}
