import { digestOf } from '@fixture-registry/protocol';
import { type Plan, planOf } from './push-files.js';
import { chance } from './recordings.js';
import type { TestRegistry } from './registry.js';

/** Enough that a push takes a while in each of its steps. */
const COUNT = 400;
const BYTES = 6_000;

/** A state of a whole set of recordings; every generation has other bytes at all paths, and one path more. */
export function generation(number: number): Record<string, string> {
  const files: Record<string, string> = {};
  for (let index = 0; index < COUNT; index++) {
    files[`tests/recordings/${index}.json`] = JSON.stringify(chance(`${number} ${index}`, BYTES));
  }
  for (let added = 1; added <= number; added++)
    files[`tests/recordings/generation-${added}.json`] = `${added}`;
  return files;
}

/** Numbers from 0 to 1 that look like chance and are the same in every run. */
export function* seeded(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    yield state / 2 ** 32;
  }
}

/** A set as one text, to compare it with others. */
export const fingerprint = (files: Record<string, string>) =>
  fingerprintOf(Object.entries(files).map(([path, text]) => ({ path, digest: digestOf(Buffer.from(text)) })));

const fingerprintOf = (files: { path: string; digest: string }[]) =>
  files
    .map(({ path, digest }) => `${path} ${digest}`)
    .sort()
    .join('\n');

/** Someone who asks for the plan of a pull over and over, and remembers which sets it named. */
export interface Reader {
  /** Fingerprints, each once. */
  seen: Set<string>;
  /** Stops it, once it has read at least one more time; gives the newest fingerprint. */
  stop(): Promise<string>;
}

export function startReader(registry: TestRegistry, repository: string): Reader {
  const seen = new Set<string>();
  let reading = true;
  const read = async () => {
    let plan: Plan;
    try {
      plan = await planOf(registry, repository, {});
    } catch (error) {
      // The registry is away for a moment; whatever it says when it is there counts.
      if (error instanceof TypeError)
        return new Promise<string>((resolve) => setTimeout(() => resolve(''), 20));
      throw error;
    }
    const found = fingerprintOf(plan.files);
    seen.add(found);
    return found;
  };
  const loop = (async () => {
    while (reading) await read();
  })();
  return {
    seen,
    stop: async () => {
      reading = false;
      await loop;
      return read();
    },
  };
}
