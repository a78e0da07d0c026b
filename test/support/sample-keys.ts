// Keys are made here, so that no scanner of source text takes the tests for a leak.
const CHANCE = 'q7Rk2ZtV9xLpWm4Ty8NcBs3HgJd6FvKe1XuQaPiYo5GwEnMbSzDhCjUlTr0fOI';

/** Characters that look drawn by chance, other ones for each start. */
export function chance(length: number, start = 0): string {
  return CHANCE.repeat(3).slice(start, start + length);
}

/** A key of the shape of OpenAI's; other ones for each start. */
export function openaiKey(start = 0): string {
  return `sk-${'proj'}-${chance(48, start)}`;
}

/** A text in pieces of a size. */
export function cut(text: string, size: number): string[] {
  return text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
}

/** Chunks of an OpenAI stream that say these pieces. */
export function chunksOf(pieces: string[]): object[] {
  return pieces.map((content) => ({
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content } }],
  }));
}
