import { alignTokens } from '../differences/align-tokens.js';
import { type Fact, findFacts } from './find-facts.js';

/** A fact that another one takes the place of, or that only one text has. */
export interface FactChange {
  before: Fact | null;
  after: Fact | null;
}

export interface FactComparison {
  changes: FactChange[];
  /** Words that replace others where no fact differs, when it is the only change of the text. */
  replaced: { before: string; after: string } | null;
  /** Whether any fact is in both texts. */
  hasCommon: boolean;
  /** The common words in order, as a share of all: 0 to 1. */
  likeness: number;
}

// Beyond this number of edits, the texts are compared without regard to order.
const MAXIMUM_EDITS = 800;
/** Other words than facts in a replaced part, up to which its facts take each other's place. */
const OTHER_WORDS = 2;
const REPLACED_WORDS = 3;
const MINIMUM_LIKENESS = 0.5;

/** A word or a fact of a text. */
interface Token {
  key: string;
  fact: Fact | null;
  start: number;
  end: number;
}

/** A part of the texts that differs, between words that both have. */
interface Region {
  gone: Token[];
  new: Token[];
}

/**
 * Finds the facts by which two texts differ: first those that take each other's place in similar sentences,
 * then those that only one text has anywhere. Ignores how often a fact is repeated, and its form.
 */
export function compareFacts(before: string, after: string): FactComparison {
  const [a, b] = [tokensOf(before), tokensOf(after)];
  const { regions, likeness } = align(a, b);
  const [inBefore, inAfter] = [keysOf(a), keysOf(b)];
  const isSimilar = likeness >= MINIMUM_LIKENESS || a.length + b.length <= 12;
  const changes: FactChange[] = [];
  const single: FactChange[] = [];
  for (const region of regions) {
    const isClean = isSimilar && others(region.gone) <= OTHER_WORDS && others(region.new) <= OTHER_WORDS;
    for (const change of pairFacts(region)) {
      const { before: from, after: to } = change;
      const isStrong = (from !== null && !from.weak) || (to !== null && !to.weak);
      if (from && to && isClean && (isStrong || isExact(region))) changes.push(change);
      else {
        if (from && !from.weak && !isKnown(from, inAfter)) single.push({ before: from, after: null });
        if (to && !to.weak && !isKnown(to, inBefore)) single.push({ before: null, after: to });
        const isDenial = (from ?? to)?.kind === 'yes or no' && !(from && to);
        if (isDenial && isClean && (from ?? to)?.weak) single.push(change);
      }
    }
  }
  const answers = leadingAnswers(a, b);
  return {
    changes: unique([
      ...answers,
      ...changes,
      ...single.filter((change) => answers.length === 0 || !isAnswer(change)),
    ]),
    replaced: onlyReplacement(before, after, regions),
    hasCommon: [...inBefore].some((key) => inAfter.has(key) && !key.startsWith('word ')),
    likeness,
  };
}

// Han, kana and Thai have no spaces between words, so each character is a word.
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{M}\p{N}_'’])+/gu;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  const addWords = (end: number) => {
    for (const { 0: word, index } of text.slice(position, end).matchAll(WORD)) {
      const start = position + index;
      tokens.push({ key: word.toLowerCase(), fact: null, start, end: start + word.length });
    }
  };
  for (const fact of findFacts(text)) {
    if (fact.start < position) continue;
    addWords(fact.start);
    tokens.push({ key: factKey(fact), fact, start: fact.start, end: fact.end });
    position = fact.end;
  }
  addWords(text.length);
  return tokens;
}

function factKey(fact: Fact): string {
  // A weak name is compared as a word, so that "The" and "the" are equal.
  return fact.weak && fact.kind === 'name' ? fact.key.toLowerCase() : `${fact.kind} ${fact.key}`;
}

function align(a: Token[], b: Token[]): { regions: Region[]; likeness: number } {
  const numbers = new Map<string, number>();
  const numbered = (tokens: Token[]) =>
    Int32Array.from(tokens, ({ key }) => {
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      return number;
    });
  const runs = alignTokens(numbered(a), numbered(b), MAXIMUM_EDITS);
  if (runs === undefined) return { regions: [{ gone: a, new: b }], likeness: 0 };
  const regions: Region[] = [];
  let [i, j, same] = [0, 0, 0];
  let region: Region | null = null;
  for (const { kind, count } of runs) {
    if (kind === 'same') {
      [i, j, same, region] = [i + count, j + count, same + count, null];
      continue;
    }
    if (region === null) {
      region = { gone: [], new: [] };
      regions.push(region);
    }
    const [side, tokens, from] = kind === 'gone' ? [region.gone, a, i] : [region.new, b, j];
    for (let index = from; index < from + count; index++) side.push(tokens[index] as Token);
    if (kind === 'gone') i += count;
    else j += count;
  }
  return { regions, likeness: a.length + b.length === 0 ? 1 : (2 * same) / (a.length + b.length) };
}

/** Pairs the facts of a region by kind, in order; those without a partner stand alone. */
function pairFacts(region: Region): FactChange[] {
  const changes: FactChange[] = [];
  for (const kind of ['number', 'name', 'code', 'yes or no'] as const) {
    const facts = (tokens: Token[]) => tokens.flatMap(({ fact }) => (fact?.kind === kind ? [fact] : []));
    const common = new Set(facts(region.new).map(({ key }) => key));
    const [gone, added] = [facts(region.gone).filter(({ key }) => !common.has(key)), facts(region.new)];
    const kept = new Set(facts(region.gone).map(({ key }) => key));
    const fresh = added.filter(({ key }) => !kept.has(key));
    for (let index = 0; index < Math.max(gone.length, fresh.length); index++)
      changes.push({ before: gone[index] ?? null, after: fresh[index] ?? null });
  }
  return changes;
}

function others(tokens: Token[]): number {
  return tokens.filter(({ fact }) => fact === null).length;
}

/** Whether a region replaces one fact by another and nothing else. */
function isExact(region: Region): boolean {
  return region.gone.length === 1 && region.new.length === 1;
}

/** The keys of all facts, and all words in lower case: a name may be mentioned by one of its words. */
function keysOf(tokens: Token[]): Set<string> {
  const keys = new Set<string>();
  for (const { fact, key } of tokens) {
    if (fact === null) keys.add(`word ${key}`);
    else keys.add(`${fact.kind} ${fact.key}`);
    if (fact?.kind === 'name') for (const word of wordsOf(fact)) keys.add(`word ${word}`);
  }
  return keys;
}

function wordsOf(name: Fact): string[] {
  return name.key.toLowerCase().split(/[ -]/);
}

function isKnown(fact: Fact, keys: ReadonlySet<string>): boolean {
  if (keys.has(`${fact.kind} ${fact.key}`)) return true;
  return fact.kind === 'name' && wordsOf(fact).every((word) => keys.has(`word ${word}`));
}

/** The words that replace others when nothing else differs, and they are few. */
function onlyReplacement(before: string, after: string, regions: Region[]): FactComparison['replaced'] {
  const [region] = regions;
  if (regions.length !== 1 || !region) return null;
  const [from, to] = [words(before, region.gone), words(after, region.new)];
  return from === null || to === null ? null : { before: from, after: to };
}

function words(text: string, tokens: Token[]): string | null {
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (tokens.length === 1 && first?.fact) return first.fact.text;
  return first && last && tokens.length <= REPLACED_WORDS ? text.slice(first.start, last.end) : null;
}

/** The "yes" and the "no" with which the texts begin, when they differ. */
function leadingAnswers(a: Token[], b: Token[]): FactChange[] {
  const [from, to] = [a[0]?.fact ?? null, b[0]?.fact ?? null];
  const change = { before: from, after: to };
  return from && to && isAnswer(change) && from.key !== to.key ? [change] : [];
}

function isAnswer({ before, after }: FactChange): boolean {
  return [before, after].every((fact) => fact === null || fact.key === 'yes' || fact.key === 'no');
}

function unique(changes: FactChange[]): FactChange[] {
  const found = new Map(
    changes.map((change) => [`${change.before?.key ?? ''}\n${change.after?.key ?? ''}`, change]),
  );
  return [...found.values()];
}
