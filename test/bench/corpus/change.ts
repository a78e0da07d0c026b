import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CorpusFile } from './corpus.js';

/**
 * Takes so many files out of a set, spread over it: the same ones for the same arguments. @param from 0 to 1:
 * where to begin
 */
export function spread(files: CorpusFile[], count: number, from = 0): CorpusFile[] {
  const step = files.length / count;
  const places = Array.from({ length: count }, (_, at) => Math.floor((at + from) * step) % files.length);
  return [...new Set(places)].flatMap((place) => files[place] ?? []);
}

/**
 * Records calls anew, as far as it shows in their files: the requests stay, so their names do too, and the
 * answers are in other words.
 * @param round the same files change in another way in each round
 */
export async function recordAnew(folder: string, files: CorpusFile[], round: number): Promise<void> {
  for (const { path } of files) {
    const file = join(folder, path);
    await writeFile(file, reword(await readFile(file, 'utf8'), round));
  }
}

/**
 * Puts a word that says the round before every fifth piece of an answer; a file without such pieces grows by
 * a line end.
 */
export function reword(text: string, round: number): string {
  const start = text.indexOf('"response"');
  let pieces = 0;
  const answer = text.slice(start).replace(/"content": "(?:round\d+)?(?=[^"])/g, (piece) => {
    return pieces++ % 5 === 0 ? `"content": "round${round}` : piece;
  });
  return pieces > 0 && start >= 0
    ? text.slice(0, start) + answer
    : text.trimEnd() + '\n'.repeat((round % 50) + 2);
}
