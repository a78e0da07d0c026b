import { listing } from '../../../vocabulary/words.js';
import type { DriftChange, DriftReason } from '../../differences/drift.js';
import { groupBy } from '../../differences/group-by.js';

/** Changes that share a reason. */
export interface ReasonGroup {
  /** What they share; equal for the same cause in another report. */
  shared: string;
  words: string;
  /** The words of all reasons that are this cause, when `words` does not contain each. */
  stated?: string[];
  changes: DriftChange[];
}

/** Number of different values from which similar reasons are one group. */
const SIMILAR_FROM = 4;
const MAXIMUM_EXAMPLES = 3;

/**
 * Groups changes by the reason that most of them share: each change is in one group. Reasons with equal
 * words are the same cause. Calls of one tool that differ only in the arguments are one cause, too, and so
 * are at least four reasons of one rule that differ only in their values.
 *
 * @param reasonsOf the reasons of a change that may be its cause, at least one
 */
export function groupByReason(
  changes: DriftChange[],
  reasonsOf: (change: DriftChange) => DriftReason[],
): ReasonGroup[] {
  const equal = groupEqual(changes, reasonsOf);
  const groups: ReasonGroup[] = [];
  for (const [skeleton, similar] of groupBy(equal, ({ reason }) => skeletonOf(reason))) {
    const isCall = /\bcalls `[^`(]*\(…\)`/.test(skeleton);
    if (similar.length >= (isCall ? 2 : SIMILAR_FROM)) groups.push(mergeSimilar(skeleton, isCall, similar));
    else {
      for (const group of similar)
        groups.push({ shared: group.reason.words, words: group.reason.words, changes: group.changes });
    }
  }
  return groups;
}

interface EqualGroup {
  reason: DriftReason;
  changes: DriftChange[];
}

/** Groups by equal words, the most frequent words first. */
function groupEqual(changes: DriftChange[], reasonsOf: (change: DriftChange) => DriftReason[]): EqualGroup[] {
  const having = new Map<string, { reason: DriftReason; changes: Set<DriftChange> }>();
  for (const change of changes) {
    for (const reason of reasonsOf(change)) {
      const found = having.get(reason.words) ?? { reason, changes: new Set() };
      found.changes.add(change);
      having.set(reason.words, found);
    }
  }
  const assigned = new Set<DriftChange>();
  const groups: EqualGroup[] = [];
  // Sorting is stable: of equally frequent reasons, the first of a change is its cause.
  for (const { reason, changes: all } of [...having.values()].sort(
    (a, b) => b.changes.size - a.changes.size,
  )) {
    const free = [...all].filter((change) => !assigned.has(change));
    if (free.length === 0) continue;
    for (const change of free) assigned.add(change);
    groups.push({ reason, changes: free });
  }
  return groups;
}

function mergeSimilar(skeleton: string, isCall: boolean, similar: EqualGroup[]): ReasonGroup {
  const words = similar.map(({ reason }) => reason.words);
  return {
    shared: skeleton,
    words: isCall ? skeleton : listing(withoutCommonStart(words), MAXIMUM_EXAMPLES),
    stated: words,
    changes: similar.flatMap(({ changes }) => changes),
  };
}

/** The words with what all have in common, up to their first value, only in the first of them. */
function withoutCommonStart(all: string[]): string[] {
  const [first = ''] = all;
  const start = /^(?:calls `[^`]*` with |[^`]*)/.exec(first)?.[0] ?? '';
  if (start === '' || !all.every((words) => words.startsWith(start))) return all;
  return all.map((words, index) => (index === 0 ? words : words.slice(start.length)));
}

/** The words of a reason without its values, but with the names of tools. */
function skeletonOf({ rule, words }: DriftReason): string {
  if (rule === 'model list' || rule === 'fewer calls' || rule === 'more calls') return rule;
  const calls = words.replaceAll(/(\bcalls )`([^`(]*)\([^`]*`/g, '$1`$2(…)`');
  if (calls !== words) return calls;
  const tools = words.replaceAll(/`[^`]*`/g, (value, at: number) =>
    /\b(?:calls|calls `[^`]*` instead of|result of) $/.test(words.slice(0, at)) ? value : '`…`',
  );
  return `${rule}: ${tools}`;
}
