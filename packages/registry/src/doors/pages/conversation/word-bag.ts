/** The words of a text with their number, and the number of all words. */
export interface WordBag {
  words: Map<string, number>;
  size: number;
}

/** Number of characters that are compared: enough to recognize a text, few enough for many texts. */
const COMPARED = 4_000;

/** Returns a function that counts the words of an item once and caches the result. */
export function bagOfWords<Item extends object>(textOf: (item: Item) => string): (item: Item) => WordBag {
  const known = new WeakMap<Item, WordBag>();
  return (item) => {
    const bag = known.get(item) ?? count(textOf(item).slice(0, COMPARED));
    known.set(item, bag);
    return bag;
  };
}

/** 0 (no common word) to 1 (the same words in any order). */
export function likenessOfBags(a: WordBag, b: WordBag): number {
  if (a.size + b.size === 0) return 1;
  let common = 0;
  for (const [word, number] of a.words) common += Math.min(number, b.words.get(word) ?? 0);
  return (2 * common) / (a.size + b.size);
}

function count(text: string): WordBag {
  const found = text.match(/[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu) ?? [];
  const words = new Map<string, number>();
  for (const word of found) words.set(word, (words.get(word) ?? 0) + 1);
  return { words, size: found.length };
}
