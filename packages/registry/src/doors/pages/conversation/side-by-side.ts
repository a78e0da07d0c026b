import { alignTexts } from '../../../review/differences/compare-texts.js';
import type { TextRun } from '../../../review/differences/drift.js';
import type { Part, Turn } from './conversation.js';

/** A part with its differences marked. */
export interface MarkedPart {
  kind: Part['kind'];
  name: string;
  runs: Pick<TextRun, 'kind' | 'text'>[];
  /** Number of characters left out at the end. */
  cut: number;
}

export interface MarkedTurn {
  who: string;
  parts: MarkedPart[];
}

/** Two turns next to each other; null when one side has none. */
export interface SidesRow {
  before: MarkedTurn | null;
  after: MarkedTurn | null;
  isSame: boolean;
}

/** Maximum number of characters of a part that a page shows. */
const SHOWN = 40_000;

/** Pairs two lists of turns, and marks the words that differ. */
export function sideBySide(before: Turn[], after: Turn[]): SidesRow[] {
  return pairUp(before, after, (turn) => turn.who).map(([a, b]) => {
    if (a && b) return { ...markPair(a, b), isSame: isSame(a, b) };
    return { before: a && markWhole(a, 'gone'), after: b && markWhole(b, 'new'), isSame: false };
  });
}

/** Marks a whole turn as added, removed or unchanged. */
export function markWhole(turn: Turn, kind: TextRun['kind'] = 'same'): MarkedTurn {
  return { who: turn.who, parts: turn.parts.map((part) => markPart(part, kind)) };
}

function markPair(before: Turn, after: Turn): { before: MarkedTurn; after: MarkedTurn } {
  const marked = { before: { who: before.who, parts: [] }, after: { who: after.who, parts: [] } } as {
    before: MarkedTurn;
    after: MarkedTurn;
  };
  for (const [a, b] of pairUp(before.parts, after.parts, (part) => `${part.kind} ${part.name}`)) {
    if (a && b) {
      const { runs } = alignTexts(a.text.slice(0, SHOWN), b.text.slice(0, SHOWN));
      marked.before.parts.push({ ...markPart(a, 'same'), runs: runsOf(runs, 'gone') });
      marked.after.parts.push({ ...markPart(b, 'same'), runs: runsOf(runs, 'new') });
    } else if (a) marked.before.parts.push(markPart(a, 'gone'));
    else if (b) marked.after.parts.push(markPart(b, 'new'));
  }
  return marked;
}

/** One side of an alignment, with the white space of that side. */
function runsOf(runs: TextRun[], own: 'gone' | 'new'): MarkedPart['runs'] {
  return runs
    .filter(({ kind }) => kind === 'same' || kind === own)
    .map(({ kind, text, endedWith }) => ({
      kind,
      text: own === 'gone' && endedWith !== undefined ? text.trimEnd() + endedWith : text,
    }));
}

function markPart({ kind, name, text }: Part, mark: TextRun['kind']): MarkedPart {
  const shown = text.slice(0, SHOWN);
  return { kind, name, runs: [{ kind: mark, text: shown }], cut: text.length - shown.length };
}

/**
 * Pairs two lists: first equal items at both ends, then, in order, items with the same name. An
 * item without a partner gets a row of its own.
 */
function pairUp<Item>(
  before: Item[],
  after: Item[],
  nameOf: (item: Item) => string,
): [Item | null, Item | null][] {
  let start = 0;
  let [endA, endB] = [before.length, after.length];
  while (start < endA && start < endB && isSame(before[start], after[start])) start++;
  while (endA > start && endB > start && isSame(before[endA - 1], after[endB - 1]))
    [endA, endB] = [endA - 1, endB - 1];
  const pairs: [Item | null, Item | null][] = before
    .slice(0, start)
    .map((item, i) => [item, after[i] ?? null]);
  const rest = after.slice(start, endB);
  for (const item of before.slice(start, endA)) {
    const partner = rest.findIndex((other) => nameOf(other) === nameOf(item));
    if (partner < 0) pairs.push([item, null]);
    else {
      for (const skipped of rest.splice(0, partner)) pairs.push([null, skipped]);
      pairs.push([item, rest.shift() ?? null]);
    }
  }
  for (const left of rest) pairs.push([null, left]);
  before.slice(endA).forEach((item, i) => {
    pairs.push([item, after[endB + i] ?? null]);
  });
  return pairs;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
