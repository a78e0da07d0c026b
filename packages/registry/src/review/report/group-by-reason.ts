import { type DriftLevel, rank } from '../../vocabulary/level.js';
import type { DriftChange, DriftReason } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import type { ChangeGroup } from './change-group.js';
import { describeAnswer } from './describe-change.js';

/**
 * Rules whose values differ in every recording: changes by these are grouped whatever the numbers.
 */
const GROUPED_BY_RULE: ReadonlySet<string> = new Set(['usage', 'embedding', 'log probabilities', 'playable']);

/** Number of recordings with larger changes from which a smaller shared difference is reported. */
const SHARED_BY = 3;

/** Groups changes with the same description. */
export function groupWords(changes: DriftChange[]): ChangeGroup[] {
  const groups = [...groupBy(changes, describeAnswer)].map(([words, group]) => ({
    words,
    changes: group,
    texts: [],
  }));
  return groups.sort((a, b) => b.changes.length - a.changes.length);
}

/**
 * Groups metadata differences: one group for all recordings with the same difference, such as
 * "served model `a` → `b`". Includes recordings with larger changes, except for numbers, which
 * differ with every other response.
 */
export function groupMetadata(changes: DriftChange[]): ChangeGroup[] {
  return groupReasons(changes, 'METADATA');
}

/** Groups content differences other than texts (model lists, embeddings) in the same way. */
export function groupContent(changes: DriftChange[]): ChangeGroup[] {
  return groupReasons(changes, 'CONTENT');
}

function groupReasons(changes: DriftChange[], level: DriftLevel): ChangeGroup[] {
  const hasLargerChange = (change: DriftChange) => rank(change.level) > rank(level);
  const groups = new Map<string, { words: Set<string>; changes: Set<DriftChange> }>();
  for (const change of changes) {
    for (const reason of reportedReasons(change, level)) {
      if (hasLargerChange(change) && GROUPED_BY_RULE.has(reason.rule)) continue;
      const key = reasonKey(reason);
      const group = groups.get(key) ?? { words: new Set(), changes: new Set() };
      groups.set(key, group);
      group.words.add(reason.words);
      group.changes.add(change);
    }
  }
  const reported = [...groups.values()].filter(
    ({ changes: sharing }) => sharing.size >= SHARED_BY || ![...sharing].every(hasLargerChange),
  );
  const described = reported.map(({ words: all, changes: sharing }) => {
    const larger = [...sharing].filter(hasLargerChange).length;
    const [first = ''] = all;
    const words = `${first}${all.size > 1 ? ' and similar' : ''}`;
    return {
      words: larger > 0 ? `${words} (including ${larger} with larger changes)` : words,
      changes: [...sharing],
      texts: [],
    };
  });
  return described.sort((a, b) => b.changes.length - a.changes.length);
}

/**
 * The reasons of one level, without the request difference, which has its own section unless it is
 * the only one.
 */
function reportedReasons(change: DriftChange, level: DriftLevel): DriftReason[] {
  const ofLevel = change.reasons.filter((reason) => reason.level === level);
  const answer = ofLevel.filter((reason) => reason.rule !== 'request in place');
  return answer.length > 0 || change.requestChange ? answer : ofLevel;
}

function reasonKey(reason: DriftReason): string {
  if (GROUPED_BY_RULE.has(reason.rule)) return `rule ${reason.rule}`;
  // A field of model list entries: grouped by field, not by model.
  if (reason.rule === 'model entry') return `field ${reason.path.replaceAll(/\d+/g, '')}`;
  return `words ${reason.words}`;
}

/** Groups reworded texts: equal rewordings are one group, the least similar first. */
export function groupTexts(changes: DriftChange[]): ChangeGroup[] {
  const key = (change: DriftChange) =>
    JSON.stringify([describeAnswer(change), change.texts.map((text) => text.runs)]);
  const likeness = (group: ChangeGroup) => Math.min(...group.texts.map((text) => text.likeness));
  return [...groupBy(changes, key).values()]
    .map((group) => ({
      words: describeAnswer(group[0] as DriftChange),
      changes: group,
      texts: group[0]?.texts ?? [],
    }))
    .sort((a, b) => likeness(a) - likeness(b));
}
