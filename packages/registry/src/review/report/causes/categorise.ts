import type { DriftChange, DriftReason } from '../../differences/drift.js';
import { type CauseCategory, levelWithoutFailure } from './cause.js';

/** The category of a change: the one with the most weight that applies. */
export function categorise(change: DriftChange): CauseCategory {
  if (change.unplayable) return 'unplayable';
  if (change.failure && change.leftoverBeside !== null) return 'stray';
  if (change.failure && !change.failedBefore) return 'failure';
  if (change.brokenFollowUps.length > 0) return 'chain';
  const level = levelWithoutFailure(change);
  if (level === 'BEHAVIOUR') return 'behaviour';
  if (change.sharedWith.length > 0) return 'shared';
  if (level === 'CONTENT') return isOnlyReworded(change) ? 'reworded' : 'content';
  if (change.failure) return 'failed before';
  return categoriseQuiet(change);
}

/** The category of a change that does not reach the level `CONTENT`. */
function categoriseQuiet(change: DriftChange): CauseCategory {
  if (change.kind === 'REMOVED') return 'removed';
  if (change.level === 'METADATA') return 'metadata';
  if (change.kind === 'MOVED') return 'moved';
  if (hasOtherRequest(change) || change.replaces !== null) return 'request';
  return change.kind === 'ADDED' && change.level === null ? 'new' : 'cosmetic';
}

/** Whether the request of a change differs, or its hash. */
export function hasOtherRequest(change: DriftChange): boolean {
  return change.kind === 'REKEYED' || change.requestChange !== null;
}

/** Whether a reason says that a text has other words, and names no value. */
export function isRewording({ words }: DriftReason): boolean {
  return (
    !words.includes('→') &&
    /\breworded\b|\bother words\b|\bdiffers only in (?:white space|punctuation|upper|the form)/.test(words)
  );
}

/** Whether all content differences of a response are rewordings. */
function isOnlyReworded({ reasons }: DriftChange): boolean {
  const content = reasons.filter(({ level, rule }) => level === 'CONTENT' && rule !== 'request in place');
  return content.length > 0 && content.every(isRewording);
}
