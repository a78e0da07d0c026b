import { code } from '../../vocabulary/words.js';
import type { DriftReason, TextChange } from '../differences/drift.js';

/** A tag at the beginning of a text, such as `<reasoning>`. */
const OPENING_TAG = /^\s*(<[a-z][\w-]{0,30}>)/i;

/**
 * Adds a reason for each text that begins with a tag now and did not before: a model that leaks its reasoning
 * into the answer is one cause, in however different words. The reason has the level of the text's own one
 * and precedes it.
 */
export function describeOpenings(reasons: DriftReason[], texts: TextChange[]): DriftReason[] {
  const described = new Set<TextChange>();
  return reasons.flatMap((reason) => {
    const text = texts.find((one) => one.path === reason.path && !described.has(one));
    const tag = text && openingOf(text, 'gone');
    if (!tag || tag === openingOf(text, 'new') || reason.level === 'COSMETIC') return [reason];
    described.add(text);
    return [{ ...reason, rule: 'opening', words: `the text now begins with ${code(tag)}` }, reason];
  });
}

/** The opening tag of the newer text (without what is gone), or of the older one (without what is new). */
function openingOf({ runs }: TextChange, without: 'gone' | 'new'): string | null {
  const beginning = runs.filter(({ kind }) => kind !== without).map(({ text }) => text);
  return OPENING_TAG.exec(beginning.join(''))?.[1] ?? null;
}
