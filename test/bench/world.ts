import { join } from 'node:path';
import { makeFolder } from '../support/folder.js';
import { startPostgres } from '../support/postgres.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import type { Corpus } from './corpus/corpus.js';
import { type DelayingProxy, startDelayingProxy } from './delaying-proxy.js';
import type { DatabaseKind } from './options.js';

export interface BenchRegistry {
  database: DatabaseKind;
  registry: TestRegistry;
}

/** What all contestants share: the files, the registries, a place on the disk, and distance. */
export interface World extends AsyncDisposable {
  corpus: Corpus;
  delays: number[];
  registries: BenchRegistry[];
  /** A path that nothing lies at yet. */
  place(name: string): string;
  /** A server's address on loopback, as it is seen from so far away. */
  far(url: string, roundTripMs: number): Promise<string>;
  /** Is called at the end, the last first. */
  atEnd(end: () => PromiseLike<unknown>): void;
}

export async function makeWorld(
  corpus: Corpus,
  options: { databases: DatabaseKind[]; delays: number[] },
): Promise<World> {
  const ends: (() => PromiseLike<unknown>)[] = [];
  const work = await makeFolder();
  ends.push(() => work[Symbol.asyncDispose]());
  const proxies = new Map<string, DelayingProxy>();
  const registries: BenchRegistry[] = [];
  let places = 0;
  const world: World = {
    corpus,
    delays: options.delays,
    registries,
    place: (name) => join(work.path, `${places++}-${name}`),
    far: async (url, roundTripMs) => {
      if (roundTripMs === 0) return url;
      const { port } = new URL(url);
      const key = `${port} ${roundTripMs}`;
      const proxy = proxies.get(key) ?? (await startDelayingProxy(Number(port), roundTripMs));
      if (!proxies.has(key)) ends.push(() => proxy[Symbol.asyncDispose]());
      proxies.set(key, proxy);
      return url.replace(`:${port}`, `:${proxy.port}`);
    },
    atEnd: (end) => ends.push(end),
    [Symbol.asyncDispose]: async () => {
      for (const end of ends.reverse()) await end();
    },
  };
  try {
    for (const database of options.databases) registries.push(await startOn(database, world));
    return world;
  } catch (error) {
    await world[Symbol.asyncDispose]();
    throw error;
  }
}

async function startOn(database: DatabaseKind, world: World): Promise<BenchRegistry> {
  const postgres = database === 'postgres' ? await startPostgres() : null;
  if (postgres) world.atEnd(() => postgres.stop());
  const registry = await startRegistry(postgres ? { postgresUrl: postgres.url } : {});
  world.atEnd(() => registry[Symbol.asyncDispose]());
  return { database, registry };
}
