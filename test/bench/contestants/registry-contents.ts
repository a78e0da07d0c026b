import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordAnew, spread } from '../corpus/change.js';
import type { CorpusFile } from '../corpus/corpus.js';
import type { BenchRegistry, World } from '../world.js';
import { fixtures } from './commands.js';

/** Holds the corpus, and never changes. */
export const STEADY = 'bench/steady';
/** Holds the corpus, and gets 20 recordings anew in each round. */
export const CHANGING = 'bench/changing';

/** What is pushed: everything, wherever it lies. */
export const ALL = ['--paths', '**/*.json'];

/** A repository of a registry with a checkout that pushes to it. */
export interface ChangingRepository {
  /** Records 20 calls anew, always the same ones, and pushes them. */
  change(): Promise<void>;
  /** What a pull is to give now. */
  folder: string;
}

/** Fills the registries with the corpus, twice each. @returns by registry, who changes the second */
export async function fillRegistries(world: World): Promise<Map<BenchRegistry, ChangingRepository>> {
  const changing = new Map<BenchRegistry, ChangingRepository>();
  for (const one of world.registries) {
    for (const repository of [STEADY, CHANGING]) {
      const folder = world.place(repository.replace('/', '-'));
      await cp(world.corpus.folder, folder, { recursive: true });
      const { url, adminToken: token } = one.registry;
      const push = () => fixtures('push', { url, token, repository, directory: folder }, ...ALL);
      await push();
      if (repository === CHANGING) changing.set(one, changer(world, folder, push));
    }
  }
  return changing;
}

function changer(world: World, folder: string, push: () => Promise<void>): ChangingRepository {
  let changes = 0;
  return {
    folder,
    change: async () => {
      await recordAnew(folder, spread(world.corpus.files, 20), ++changes);
      await push();
    },
  };
}

/** One test of the corpus, and what a pull of it gives: its recordings, and those of no test. */
export async function oneTest(world: World): Promise<{ testId: string; files: CorpusFile[] }> {
  const { corpus } = world;
  const tests = new Map<string | null, CorpusFile[]>();
  for (const file of corpus.files) {
    const { test_id: outside, request } = JSON.parse(await readFile(join(corpus.folder, file.path), 'utf8'));
    const testId: string | null = outside ?? request?.test_id ?? null;
    tests.set(testId, [...(tests.get(testId) ?? []), file]);
  }
  const named = [...tests].filter(([testId]) => testId !== null && !testId.includes('*'));
  const [testId, files = []] = named[Math.floor(named.length / 2)] ?? [];
  if (!testId) throw new Error('no recording of the corpus names its test');
  return { testId, files: [...files, ...(tests.get(null) ?? [])] };
}

/** An empty folder, for a contestant to fill. */
export async function emptyPlace(world: World, name: string): Promise<string> {
  const folder = world.place(name);
  await mkdir(folder, { recursive: true });
  return folder;
}
