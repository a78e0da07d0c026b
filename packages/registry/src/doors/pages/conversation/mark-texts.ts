import { alignTexts } from '../../../review/differences/compare-texts.js';
import type { TextRun } from '../../../review/differences/drift.js';

/** A piece of a text. `gone` and `new` are only on this side. */
export type MarkedRun = Pick<TextRun, 'kind' | 'text'>;

/** One text with its differences from another one, bounded for display. */
export interface MarkedText {
  /** Number of characters left out at the start. They are equal on both sides. */
  skipped: number;
  runs: MarkedRun[];
  /** Number of characters left out at the end. */
  cut: number;
}

/** Two texts with their differences marked. */
export interface MarkedTexts {
  before: MarkedText;
  after: MarkedText;
  /** A difference that marked words do not show; null without one. */
  note: string | null;
}

/** Maximum number of characters of a text that a page shows. */
const SHOWN = 40_000;
/** Maximum number of characters that a comparison aligns, which bounds its time: about a second. */
const ALIGNED = 400_000;
/** Number of equal characters before the first difference of a text that is longer. */
const LEAD = 2_000;

/** Marks a whole text as added, removed or unchanged. */
export function markText(
  text: string,
  kind: TextRun['kind'],
  { start = 0, limit = SHOWN }: { start?: number; limit?: number | undefined } = {},
): MarkedText {
  const shown = text.slice(start, start + limit);
  return { skipped: start, runs: [{ kind, text: shown }], cut: text.length - start - shown.length };
}

/** Marks the words of two texts that differ. White space between words is not a difference. */
export type TextMarker = (before: string, after: string) => MarkedTexts;

/** Returns a function that aligns texts of at most `ALIGNED` characters in total, and later ones as a whole. */
export function makeTextMarker(): TextMarker {
  let remaining = ALIGNED;
  return (before, after) => {
    if (before !== after) remaining -= Math.min(before.length, SHOWN) + Math.min(after.length, SHOWN);
    if (remaining >= 0 || before === after) return markTexts(before, after);
    return {
      before: markText(before, 'gone'),
      after: markText(after, 'new'),
      note: 'Too long to compare word by word.',
    };
  };
}

function markTexts(before: string, after: string): MarkedTexts {
  const start = startOfWindow(before, after);
  const [a, b] = [markText(before, 'same', { start }), markText(after, 'same', { start })];
  const [shownA, shownB] = [textOf(a), textOf(b)];
  if (shownA === shownB) return { before: a, after: b, note: null };
  if (withoutSpace(shownA) === withoutSpace(shownB)) {
    return { before: a, after: b, note: 'Only white space differs.' };
  }
  const { runs } = alignTexts(shownA, shownB);
  return {
    before: { ...a, runs: runsOf(runs, 'gone') },
    after: { ...b, runs: runsOf(runs, 'new') },
    note: shownA.normalize() === shownB.normalize() ? 'Only the Unicode normalization differs.' : null,
  };
}

/** Where the shown part of long texts begins, so that it contains their first difference. */
function startOfWindow(before: string, after: string): number {
  if (Math.max(before.length, after.length) <= SHOWN) return 0;
  let first = 0;
  while (first < before.length && first < after.length && before[first] === after[first]) first++;
  if (first < SHOWN / 2 || before === after) return 0;
  const start = first - LEAD;
  // A surrogate pair must not be split.
  return /[\uDC00-\uDFFF]/.test(before[start] ?? '') ? start - 1 : start;
}

function textOf({ runs }: MarkedText): string {
  return runs.map(({ text }) => text).join('');
}

function withoutSpace(text: string): string {
  return text.replaceAll(/\s+/g, '');
}

/** One side of an alignment, with the white space of that side. */
function runsOf(runs: TextRun[], own: 'gone' | 'new'): MarkedRun[] {
  return runs
    .filter(({ kind }) => kind === 'same' || kind === own)
    .map(({ kind, text, endedWith }) => ({
      kind,
      text: own === 'gone' && endedWith !== undefined ? text.trimEnd() + endedWith : text,
    }));
}
