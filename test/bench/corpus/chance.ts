/** Numbers from 0 to 1 that look like chance and are the same in every run (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SYLLABLES =
  'an ber cal do en fi gra hel in jo ka lu men nor o pe qua ri sta ter u ver wi xa yo za'.split(' ');
const draw = chance(20_250_711);

/** Words that look like a language's: the short ones are frequent. */
const VOCABULARY = Array.from({ length: 6_000 }, (_, rank) => {
  const syllables = 1 + Math.floor(Math.log10(rank + 1) + draw() * 1.2);
  return Array.from({ length: syllables }, () => SYLLABLES[Math.floor(draw() * SYLLABLES.length)]).join('');
});

/** A word, drawn as often as its rank says (Zipf), so that text compresses as a language does. */
export function word(random: () => number): string {
  const rank = Math.floor(VOCABULARY.length ** random()) - 1;
  return VOCABULARY[rank] ?? 'the';
}

/** Text of about so many characters. */
export function text(random: () => number, length: number): string {
  const words: string[] = [];
  for (let written = 0; written < length; ) {
    const next = word(random);
    words.push(random() < 0.08 ? `${next}.` : next);
    written += next.length + 1;
  }
  return words.join(' ');
}

/** Letters and digits without any sense, as ids and padding have them. */
export function noise(random: () => number, length: number): string {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  return Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join('');
}
