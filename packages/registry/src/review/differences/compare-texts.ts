import { alignTokens } from './align-tokens.js';
import type { TextChange, TextRun } from './drift.js';

// Alignment takes quadratic time in the edits: about 10 ms for this many. A bound by edits instead
// of time gives the same result on every machine.
const MAXIMUM_EDITS = 1000;
/** Below this similarity, texts are shown one after the other. */
const MINIMUM_SIMILARITY = 0.4;
// A word or a punctuation mark with the white space after it. Han, kana and Thai have no spaces, so
// each character is a token.
const TOKEN =
  /(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{M}\p{N}_])+|\S)\s*|\s+/gu;

// Limits of a difference for display, in characters.
const MAXIMUM_SHOWN = 6000;
const MAXIMUM_RUN = 1500;
const CONTEXT = 80;

/**
 * Compares two texts by words and punctuation; ignores white space between them. Exact up to 1,000
 * edits. Beyond that by lines, and beyond 1,000 edits of lines as complete texts, with a likeness
 * from the common words in any order. The result is shortened for display and deterministic.
 */
export function compareTexts(path: string, before: string, after: string): TextChange {
  const { likeness, runs } = alignTexts(before, after);
  return { path, likeness, runs: shortenRuns(runs) };
}

/** As `compareTexts`, with complete runs. */
export function alignTexts(before: string, after: string): Omit<TextChange, 'path'> {
  const [a, b] = [before.match(TOKEN) ?? [], after.match(TOKEN) ?? []];
  const common = likenessOfBags(a, b);
  // Texts with little in common are more readable one after the other. Alignment is not needed to
  // know: the words in common in order are at most the words in common.
  if (common < MINIMUM_SIMILARITY) return { likeness: common, runs: completeTexts(before, after) };
  const runs = difference(a, b);
  const likeness = runs ? likenessOfRuns(runs) : common;
  const aligned = runs ?? difference(linesOf(before), linesOf(after));
  const isReadable = likeness >= MINIMUM_SIMILARITY && aligned?.some((run) => run.kind !== 'same');
  return { likeness, runs: aligned && isReadable ? aligned : completeTexts(before, after) };
}

function completeTexts(before: string, after: string): TextRun[] {
  return [
    { kind: 'gone', text: before },
    { kind: 'new', text: after },
  ];
}

/**
 * A likeness as an integer percentage: never 100 for different texts, never 0 for texts with
 * something in common.
 */
export function percent(likeness: number): number {
  return likeness <= 0 ? 0 : Math.min(99, Math.max(1, Math.round(likeness * 100)));
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/**
 * Aligns two lists of tokens, ignoring their trailing white space; undefined after too many edits.
 */
function difference(a: string[], b: string[]): TextRun[] | undefined {
  const numbers = new Map<string, number>();
  const numbered = (tokens: string[]) =>
    Int32Array.from(tokens, (token) => {
      const word = token.trimEnd();
      const number = numbers.get(word) ?? numbers.size;
      numbers.set(word, number);
      return number;
    });
  const aligned = alignTokens(numbered(a), numbered(b), MAXIMUM_EDITS);
  if (aligned === undefined) return undefined;
  let [i, j] = [0, 0];
  const runs = aligned.map(({ kind, count }): TextRun => {
    // Common tokens are shown with the white space of the newer text.
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

/** Joins adjacent runs of one kind, removed text before added text. */
function merged(runs: TextRun[]): TextRun[] {
  const result: TextRun[] = [];
  let [removed, added] = ['', ''];
  const flush = () => {
    if (removed !== '') result.push({ kind: 'gone', text: removed });
    if (added !== '') result.push({ kind: 'new', text: added });
    [removed, added] = ['', ''];
  };
  for (const run of runs) {
    if (run.kind === 'gone') removed += run.text;
    else if (run.kind === 'new') added += run.text;
    else if (run.text !== '') {
      flush();
      result.push({ ...run });
    }
  }
  flush();
  return result;
}

/** Twice the common characters divided by all characters, without white space. */
function likenessOfRuns(runs: TextRun[]): number {
  let [same, all] = [0, 0];
  for (const run of runs) {
    const length = run.text.replaceAll(/\s+/g, '').length;
    if (run.kind === 'same') same += 2 * length;
    all += run.kind === 'same' ? 2 * length : length;
  }
  return all === 0 ? 1 : same / all;
}

/** As `likenessOfRuns` in any order: an upper bound of it. */
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
    const remaining = bag.get(word) ?? 0;
    if (remaining > 0) {
      bag.set(word, remaining - 1);
      common += word.length;
    }
    all += word.length;
  }
  return all === 0 ? 1 : (2 * common) / all;
}

/** Shortens unchanged runs between changes, and the total, for display. */
function shortenRuns(runs: TextRun[]): TextRun[] {
  const kept: TextRun[] = [];
  let remaining = MAXIMUM_SHOWN;
  for (const [index, run] of runs.entries()) {
    if (remaining <= 0) {
      kept.push({ kind: 'same', text: ' … ' });
      break;
    }
    let text = run.text;
    if (run.kind !== 'same') text = text.length > MAXIMUM_RUN ? `${cut(text, 0, MAXIMUM_RUN)} …` : text;
    else if (text.length > 2 * CONTEXT + 20) {
      const head = index === 0 ? '' : cut(text, 0, CONTEXT);
      const tail = index === runs.length - 1 ? '' : cut(text, text.length - CONTEXT, text.length);
      text = `${head} … ${tail}`;
    }
    kept.push({ ...run, text });
    remaining -= text.length;
  }
  return kept;
}

function cut(text: string, from: number, to: number): string {
  return text.slice(from, to).replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
}
