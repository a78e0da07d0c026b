import { createHash } from 'node:crypto';
import { rank } from '../../../vocabulary/level.js';
import type { DriftChange } from '../../differences/drift.js';

/**
 * What a cause is about, by weight. `unplayable`: no recorder finds the recordings. `failure`: errors, empty
 * and cut-off responses that are new. `stray`: failures next to a good recording of the same test.
 * `failed before`: failures that the older recording already had, without a larger difference. `chain`: an
 * unchanged recording quotes a value that the change replaces. `shared`: overwrites a recording that other
 * tests play. `reworded`: the same facts in other words.
 */
export const CAUSE_CATEGORIES = [
  'unplayable',
  'failure',
  'chain',
  'behaviour',
  'stray',
  'shared',
  'content',
  'reworded',
  'failed before',
  'request',
  'metadata',
  'new',
  'removed',
  'moved',
  'cosmetic',
] as const;

export type CauseCategory = (typeof CAUSE_CATEGORIES)[number];

/** 🔴 behaviour, 🟡 content, empty for what a test does not notice. */
export type CauseMark = '🔴' | '🟡' | '';

/** One cause of changes, which a report shows as one line however many recordings share it. */
export interface Cause {
  /** 12 hex digits, unique in a report and equal for the same cause in another one. */
  key: string;
  mark: CauseMark;
  category: CauseCategory;
  /** What all changes share, with names and values between backticks. */
  reason: string;
  /** The reason, then what else changed in the recordings. */
  words: string;
  /** At least one, in the order of the report. Each change of a report is in exactly one cause. */
  changes: DriftChange[];
}

/** The categories that a reviewer sees even when no level says so. */
const NOTABLE: ReadonlySet<CauseCategory> = new Set(['unplayable', 'chain', 'shared', 'stray']);

/** The mark of a change in a category. */
export function markOfChange(change: DriftChange, category: CauseCategory): CauseMark {
  if (change.level === 'BEHAVIOUR') return '🔴';
  return change.level === 'CONTENT' || NOTABLE.has(category) ? '🟡' : '';
}

/** The higher of two marks. */
export function higherMark(a: CauseMark, b: CauseMark): CauseMark {
  return markRank(a) >= markRank(b) ? a : b;
}

/** 2 for behaviour, 1 for content, 0 for no mark. */
export function markRank(mark: CauseMark): number {
  return mark === '🔴' ? 2 : mark === '🟡' ? 1 : 0;
}

/** The key of a cause, from what its changes share. */
export function causeKey(category: CauseCategory, shared: string): string {
  return createHash('sha256').update(`${category}\n${shared}`).digest('hex').slice(0, 12);
}

/** The highest level of the reasons, without the failure that a change had before. */
export function levelWithoutFailure(change: DriftChange): DriftChange['level'] {
  if (!change.failure || !change.failedBefore) return change.level;
  const levels = change.reasons.filter(({ rule }) => rule !== 'failure').map(({ level }) => level);
  return levels.reduce<DriftChange['level']>(
    (highest, level) => (rank(level) > rank(highest) ? level : highest),
    null,
  );
}
