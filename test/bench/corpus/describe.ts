import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Corpus } from './corpus.js';

/** What decides how fast a set can travel. All in bytes. */
export interface CorpusFacts {
  name: string;
  files: number;
  bytes: number;
  p50: number;
  p90: number;
  largest: number;
  /** The sum of all files, each compressed alone. */
  gzipEach: number;
  /** One archive of all. */
  tarGz: number;
  /** Share of the files that hold a stream, from 0 to 1. */
  streaming: number;
}

/** Measures a corpus, so that a reader can judge whether it is like their own. */
export async function describeCorpus(corpus: Corpus): Promise<CorpusFacts> {
  const sizes = corpus.files.map(({ size }) => size).sort((a, b) => a - b);
  const at = (share: number) => sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * share))] ?? 0;
  let [gzipEach, streams] = [0, 0];
  for (const { path } of corpus.files) {
    const bytes = await readFile(join(corpus.folder, path));
    gzipEach += gzipSync(bytes).length;
    if (/"is_streaming":\s*true/.test(bytes.toString('latin1'))) streams++;
  }
  return {
    name: corpus.name,
    files: sizes.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    p50: at(0.5),
    p90: at(0.9),
    largest: at(1),
    gzipEach,
    tarGz: await tarGzSize(corpus.folder),
    streaming: streams / sizes.length,
  };
}

async function tarGzSize(folder: string): Promise<number> {
  const command = 'tar -C "$0" -cf - . | gzip -6 | wc -c';
  const { stdout } = await promisify(execFile)('sh', ['-c', command, folder]);
  return Number(stdout);
}
