import type { TextRun } from '../../../review/differences/drift.js';
import { alignItems } from './align-items.js';
import type { Part, Turn } from './conversation.js';
import { type MarkedText, makeTextMarker, markText, type TextMarker } from './mark-texts.js';
import { bagOfWords, likenessOfBags } from './word-bag.js';

type Mark = TextRun['kind'];

/** A part with its differences marked. */
export interface MarkedPart extends MarkedText {
  kind: Part['kind'];
  name: string;
  nameMark: Mark;
  /** A difference that marked words do not show; null without one. */
  note: string | null;
}

export interface MarkedTurn {
  who: string;
  whoMark: Mark;
  parts: MarkedPart[];
}

/** Two turns next to each other; null when one side has none. */
export interface SidesRow {
  before: MarkedTurn | null;
  after: MarkedTurn | null;
  isSame: boolean;
}

const MOVED = 'The same as on the other side, at another position.';

/**
 * Aligns two lists of turns, and marks the words that differ.
 * @param markTexts shared by the comparisons of a page, to bound their time
 */
export function sideBySide(before: Turn[], after: Turn[], markTexts = makeTextMarker()): SidesRow[] {
  const pairs = alignItems(before, after, likenessOfTurns());
  const isMoved = movedItems(pairs);
  return pairs.map(([a, b]) => {
    if (a && b) return { ...markPair(a, b, markTexts), isSame: isSame(a, b) };
    const whole = (turn: Turn | null, mark: Mark) =>
      turn && (isMoved(turn) ? noted(markWhole(turn)) : markWhole(turn, mark));
    return { before: whole(a, 'gone'), after: whole(b, 'new'), isSame: false };
  });
}

/**
 * Marks a whole turn as added, removed or unchanged.
 * @param limit maximum number of characters of each part
 */
export function markWhole(turn: Turn, mark: Mark = 'same', limit?: number): MarkedTurn {
  return { who: turn.who, whoMark: mark, parts: turn.parts.map((part) => markPart(part, mark, limit)) };
}

function markPair(
  before: Turn,
  after: Turn,
  markTexts: TextMarker,
): { before: MarkedTurn; after: MarkedTurn } {
  const isRenamed = before.who !== after.who;
  const marked = {
    before: { who: before.who, whoMark: isRenamed ? 'gone' : 'same', parts: [] as MarkedPart[] },
    after: { who: after.who, whoMark: isRenamed ? 'new' : 'same', parts: [] as MarkedPart[] },
  } satisfies { before: MarkedTurn; after: MarkedTurn };
  const pairs = alignItems(before.parts, after.parts, likenessOfParts());
  const isMoved = movedItems(pairs);
  const whole = (part: Part, mark: Mark) =>
    isMoved(part) ? { ...markPart(part, 'same'), note: MOVED } : markPart(part, mark);
  for (const [a, b] of pairs) {
    if (a && b) {
      const texts = markTexts(a.text, b.text);
      const [gone, fresh] = a.name === b.name ? (['same', 'same'] as const) : (['gone', 'new'] as const);
      marked.before.parts.push({ ...nameOf(a, gone), ...texts.before, note: texts.note });
      marked.after.parts.push({ ...nameOf(b, fresh), ...texts.after, note: texts.note });
    } else if (a) marked.before.parts.push(whole(a, 'gone'));
    else if (b) marked.after.parts.push(whole(b, 'new'));
  }
  return marked;
}

function markPart(part: Part, mark: Mark, limit?: number): MarkedPart {
  return { ...nameOf(part, mark), ...markText(part.text, mark, { limit }), note: null };
}

function nameOf({ kind, name }: Part, nameMark: Mark) {
  return { kind, name, nameMark };
}

function noted(turn: MarkedTurn): MarkedTurn {
  return { ...turn, parts: turn.parts.map((part) => ({ ...part, note: MOVED })) };
}

/** Whether an item without a partner is on the other side as well, at another position. */
function movedItems<Item>(pairs: [Item | null, Item | null][]): (item: Item) => boolean {
  const gone = new Set(pairs.flatMap(([a, b]) => (a && !b ? [JSON.stringify(a)] : [])));
  const both = new Set(
    pairs.flatMap(([a, b]) => (b && !a && gone.has(JSON.stringify(b)) ? [JSON.stringify(b)] : [])),
  );
  return (item) => both.size > 0 && both.has(JSON.stringify(item));
}

/** Turns of one speaker are compared with each other before turns of two. */
function likenessOfTurns(): (a: Turn, b: Turn) => number {
  const bag = bagOfWords((turn: Turn) => turn.parts.map(({ name, text }) => `${name} ${text}`).join(' '));
  return (a, b) => (likenessOfBags(bag(a), bag(b)) + (a.who === b.who ? 1 : 0)) / 2;
}

/** A part is compared with one of its kind only: a text with a text, a call with a call. */
function likenessOfParts(): (a: Part, b: Part) => number | null {
  const bag = bagOfWords(({ text }: Part) => text);
  return (a, b) =>
    a.kind === b.kind ? (likenessOfBags(bag(a), bag(b)) + (a.name === b.name ? 1 : 0)) / 2 : null;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
