import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../support/folder.js';
import { type Call, recordingPath, recordingText } from '../../support/recorder.js';
import { answered, embedded, shown, streamed, testOf } from './calls.js';
import { chance } from './chance.js';
import type { Corpus, CorpusFile } from './corpus.js';
import { shareOf, sizeAt } from './sizes.js';

/** What one project really had at its widest. */
const LIKE_THE_REAL_ONE = 3_162;

/** Some recordings belong to each test. */
const CALLS_OF_A_TEST = 8;

/**
 * Writes recordings that are made up and as large, as many and as compressible as a real project's: the same
 * bytes on every machine and in every run. Their names are the recorder's own hashes, so a registry finds
 * them right.
 * @param seed other seeds give sets that share no file
 */
export async function generateCorpus(count = LIKE_THE_REAL_ONE, seed = 1): Promise<Corpus> {
  const folder = await makeFolder();
  const files: CorpusFile[] = [];
  for (let index = 0; index < count; index++) {
    const call = callOf(index, count, seed);
    const path = recordingPath(call);
    const bytes = Buffer.from(recordingText(call));
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    await writeFile(join(folder.path, path), bytes);
    files.push({ path, size: bytes.length, digest: createHash('sha256').update(bytes).digest('hex') });
  }
  return {
    name: `${count} generated recordings`,
    folder: folder.path,
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Large files are mostly streams and small ones mostly not, so that half of all are streams. */
function callOf(index: number, count: number, seed: number): Call {
  const number = Math.floor(index / CALLS_OF_A_TEST);
  const test = testOf(chance(seed * 7_919 + number), number);
  const random = chance(seed * 1_000_003 + index * 31 + 17);
  const share = shareOf(index, count);
  const size = sizeAt(share);
  const kind = random();
  // Two or three in a thousand carry a picture.
  if (share > 0.99 && kind < 0.08) return shown(random, test, Math.min(size, 400_000));
  if (size > 8_000 && size < 120_000 && kind < 0.1) return embedded(random, test, size);
  const streams = size < 3_000 ? 0.1 : size < 11_000 ? 0.3 : size < 20_000 ? 0.85 : 0.98;
  return random() < streams ? streamed(random, test, size) : answered(random, test, size);
}
