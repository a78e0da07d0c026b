import { alignTokens } from './align-tokens.js';
import type { TextChange, TextRun } from './drift.js';

// Aligning costs the square of the edits, whatever the lengths: some 10 ms here. A bound by edits rather than by time
// gives the same result on every machine.
const MOST_EDITS = 1000;
const UNLIKE = 0.4;
// A word or a mark with the white space after it; Han, kana and Thai have no spaces, so each character is one.
const TOKEN =
  /(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{M}\p{N}_])+|\S)\s*|\s+/gu;

// What is kept of a difference for display, in characters.
const MOST_SHOWN = 6000;
const MOST_OF_A_RUN = 1500;
const CONTEXT = 80;

/**
 * Compares two texts by words and marks; white space between them does not count. Exact up to 1,000 edits; beyond, by lines,
 * and if those too differ in more places, as wholes, with a likeness from the words in common whatever their order. The
 * result is bounded for display and the same for the same texts.
 */
export function compareTexts(path: string, before: string, after: string): TextChange {
  const { likeness, runs } = alignTexts(before, after);
  return { path, likeness, runs: bounded(runs) };
}

/** The same with nothing left out of the runs. */
export function alignTexts(before: string, after: string): Omit<TextChange, 'path'> {
  const [a, b] = [before.match(TOKEN) ?? [], after.match(TOKEN) ?? []];
  const common = likenessOfBags(a, b);
  // Texts with little in common read better one after the other than word by word, and need not be aligned: what they
  // share in order is at most what they share at all.
  if (common < UNLIKE) return { likeness: common, runs: wholly(before, after) };
  const runs = difference(a, b);
  const likeness = runs ? likenessOfRuns(runs) : common;
  const aligned = runs ?? difference(linesOf(before), linesOf(after));
  const helpful = likeness >= UNLIKE && aligned?.some((run) => run.kind !== 'same');
  return { likeness, runs: aligned && helpful ? aligned : wholly(before, after) };
}

function wholly(before: string, after: string): TextRun[] {
  return [
    { kind: 'gone', text: before },
    { kind: 'new', text: after },
  ];
}

/** A likeness as whole per cent; never 100 for texts that differ, never 0 for texts with anything in common. */
export function percent(likeness: number): number {
  return likeness <= 0 ? 0 : Math.min(99, Math.max(1, Math.round(likeness * 100)));
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Aligns two lists of tokens, white space at their ends left out of account; undefined after too many edits. */
function difference(a: string[], b: string[]): TextRun[] | undefined {
  const numbers = new Map<string, number>();
  const numbered = (tokens: string[]) =>
    Int32Array.from(tokens, (token) => {
      const word = token.trimEnd();
      const number = numbers.get(word) ?? numbers.size;
      numbers.set(word, number);
      return number;
    });
  const aligned = alignTokens(numbered(a), numbered(b), MOST_EDITS);
  if (aligned === undefined) return undefined;
  let [i, j] = [0, 0];
  const runs = aligned.map(({ kind, count }): TextRun => {
    // What both have is shown as the newer text spaces it.
    const text = kind === 'gone' ? a.slice(i, i + count) : b.slice(j, j + count);
    if (kind !== 'new') i += count;
    if (kind !== 'gone') j += count;
    const [before, after] = [spaceAfter(a[i - 1]), spaceAfter(b[j - 1])];
    return {
      kind,
      text: text.join(''),
      ...(kind === 'same' && before !== after ? { endedWith: before } : {}),
    };
  });
  return merged(runs);
}

function spaceAfter(token: string | undefined): string {
  return token?.slice(token.trimEnd().length) ?? '';
}

/** Joins neighbours of one kind; of a pair, what is gone comes first. */
function merged(runs: TextRun[]): TextRun[] {
  const result: TextRun[] = [];
  let [gone, fresh] = ['', ''];
  const flush = () => {
    if (gone !== '') result.push({ kind: 'gone', text: gone });
    if (fresh !== '') result.push({ kind: 'new', text: fresh });
    [gone, fresh] = ['', ''];
  };
  for (const run of runs) {
    if (run.kind === 'gone') gone += run.text;
    else if (run.kind === 'new') fresh += run.text;
    else if (run.text !== '') {
      flush();
      result.push({ ...run });
    }
  }
  flush();
  return result;
}

/** Twice the characters in common (white space left out) by all characters. */
function likenessOfRuns(runs: TextRun[]): number {
  let [same, all] = [0, 0];
  for (const run of runs) {
    const length = run.text.replaceAll(/\s+/g, '').length;
    if (run.kind === 'same') same += 2 * length;
    all += run.kind === 'same' ? 2 * length : length;
  }
  return all === 0 ? 1 : same / all;
}

/** The same without regard to order: never less than by runs. */
function likenessOfBags(a: string[], b: string[]): number {
  const bag = new Map<string, number>();
  let [common, all] = [0, 0];
  for (const token of a) {
    const word = token.trimEnd();
    bag.set(word, (bag.get(word) ?? 0) + 1);
    all += word.length;
  }
  for (const token of b) {
    const word = token.trimEnd();
    const left = bag.get(word) ?? 0;
    if (left > 0) {
      bag.set(word, left - 1);
      common += word.length;
    }
    all += word.length;
  }
  return all === 0 ? 1 : (2 * common) / all;
}

/** Keeps the changed runs with some words around them, so that a report of a long text stays short. */
function bounded(runs: TextRun[]): TextRun[] {
  const kept: TextRun[] = [];
  let room = MOST_SHOWN;
  for (const [index, run] of runs.entries()) {
    if (room <= 0) {
      kept.push({ kind: 'same', text: ' … ' });
      break;
    }
    let text = run.text;
    if (run.kind !== 'same') text = text.length > MOST_OF_A_RUN ? `${cut(text, 0, MOST_OF_A_RUN)} …` : text;
    else if (text.length > 2 * CONTEXT + 20) {
      const head = index === 0 ? '' : cut(text, 0, CONTEXT);
      const tail = index === runs.length - 1 ? '' : cut(text, text.length - CONTEXT, text.length);
      text = `${head} … ${tail}`;
    }
    kept.push({ ...run, text });
    room -= text.length;
  }
  return kept;
}

function cut(text: string, from: number, to: number): string {
  return text.slice(from, to).replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
}
