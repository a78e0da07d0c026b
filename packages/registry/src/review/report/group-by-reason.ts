import { type DriftLevel, rank } from '../../vocabulary/level.js';
import { count } from '../../vocabulary/words.js';
import type { DriftChange, DriftReason } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import type { ChangeGroup } from './change-group.js';
import { describeAnswer } from './describe-change.js';

/** Rules whose values are other in every recording: such changes are the same to a reader whatever the numbers. */
const COUNTED: ReadonlySet<string> = new Set(['usage', 'embedding', 'log probabilities', 'playable']);

/** So many recordings that changed more must share a difference beside the answer for it to be worth telling. */
const SHARED_BY = 3;

/** Changes of which the same is to be said. */
export function groupWords(changes: DriftChange[]): ChangeGroup[] {
  const groups = [...groupBy(changes, describeAnswer)].map(([words, alike]) => ({
    words,
    changes: alike,
    texts: [],
  }));
  return groups.sort((a, b) => b.changes.length - a.changes.length);
}

/**
 * What differs beside the answer, each difference once for all recordings that share it: "served model `a` → `b`". Those that
 * changed more are counted too; but not for numbers, which are others in every recording that answers otherwise.
 */
export function groupMetadata(changes: DriftChange[]): ChangeGroup[] {
  return groupReasons(changes, 'METADATA');
}

/** What else a test reads (model lists, embeddings), each difference once for all recordings that share it. */
export function groupContent(changes: DriftChange[]): ChangeGroup[] {
  return groupReasons(changes, 'CONTENT');
}

function groupReasons(changes: DriftChange[], level: DriftLevel): ChangeGroup[] {
  const changedMore = (change: DriftChange) => rank(change.level) > rank(level);
  const groups = new Map<string, { words: Set<string>; changes: Set<DriftChange> }>();
  for (const change of changes) {
    for (const reason of toldReasons(change, level)) {
      if (changedMore(change) && COUNTED.has(reason.rule)) continue;
      const key = reasonKey(reason);
      const group = groups.get(key) ?? { words: new Set(), changes: new Set() };
      groups.set(key, group);
      group.words.add(reason.words);
      group.changes.add(change);
    }
  }
  const worthTelling = [...groups.values()].filter(
    ({ changes: alike }) => alike.size >= SHARED_BY || ![...alike].every(changedMore),
  );
  const told = worthTelling.map(({ words: all, changes: alike }) => {
    const more = [...alike].filter(changedMore).length;
    const [first = ''] = all;
    const words = `${first}${all.size > 1 ? ' and the like' : ''}`;
    return {
      words: more > 0 ? `${words} (${count(more, 'recording')} changed more than that)` : words,
      changes: [...alike],
      texts: [],
    };
  });
  return told.sort((a, b) => b.changes.length - a.changes.length);
}

/** The reasons of one level. How the request differs is told in its own section, unless there is nothing else to tell. */
function toldReasons(change: DriftChange, level: DriftLevel): DriftReason[] {
  const ofLevel = change.reasons.filter((reason) => reason.level === level);
  const answer = ofLevel.filter((reason) => reason.rule !== 'request in place');
  return answer.length > 0 || change.requestChange ? answer : ofLevel;
}

function reasonKey(reason: DriftReason): string {
  if (COUNTED.has(reason.rule)) return `counted ${reason.rule}`;
  // A field of the entries of model lists: which one, not whose.
  if (reason.rule === 'model entry') return `field ${reason.path.replaceAll(/\d+/g, '')}`;
  return `said ${reason.words}`;
}

/** Reworded answers: the same rewording once, the least alike first. */
export function groupTexts(changes: DriftChange[]): ChangeGroup[] {
  const key = (change: DriftChange) =>
    JSON.stringify([describeAnswer(change), change.texts.map((text) => text.runs)]);
  const likeness = (group: ChangeGroup) => Math.min(...group.texts.map((text) => text.likeness));
  return [...groupBy(changes, key).values()]
    .map((alike) => ({
      words: describeAnswer(alike[0] as DriftChange),
      changes: alike,
      texts: alike[0]?.texts ?? [],
    }))
    .sort((a, b) => likeness(a) - likeness(b));
}
