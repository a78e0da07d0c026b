import { alignTexts } from '../../../review/differences/compare-texts.js';
import type { TextRun } from '../../../review/differences/drift.js';
import type { Part, Turn } from './spoken.js';

/** A part with what is marked in it. */
export interface MarkedPart {
  kind: Part['kind'];
  name: string;
  runs: Pick<TextRun, 'kind' | 'text'>[];
  /** Characters that are not shown. */
  cut: number;
}

export interface MarkedTurn {
  who: string;
  parts: MarkedPart[];
}

/** What stands beside each other; null where one side has nothing. */
export interface SidesRow {
  before: MarkedTurn | null;
  after: MarkedTurn | null;
  isSame: boolean;
}

/** Characters of a part that are shown: more than this nobody reads on a page. */
const SHOWN = 40_000;

/** Two lists of turns beside each other, with the words that differ marked. */
export function sideBySide(before: Turn[], after: Turn[]): SidesRow[] {
  return pairUp(before, after, (turn) => turn.who).map(([a, b]) => {
    if (a && b) return { ...markPair(a, b), isSame: isSame(a, b) };
    return { before: a && markWhole(a, 'gone'), after: b && markWhole(b, 'new'), isSame: false };
  });
}

/** A turn of which nothing is compared. */
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

/** One side of an alignment, in that side's own spacing. */
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
 * Pairs two lists: what is the same at both ends, and between them in order what has the same name. What has no
 * partner stands alone.
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
