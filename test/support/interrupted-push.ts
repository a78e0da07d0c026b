import { digestOf } from '@fixture-registry/protocol';
import { type Plan, planOf } from './push-files.js';
import { chance } from './recordings.js';
import type { TestRegistry } from './registry.js';

/** Enough files that each step of a push takes a while. */
const COUNT = 400;
const BYTES = 6_000;

/**
 * One state of a whole set of recordings; each generation has different bytes at all paths, and one
 * path more.
 */
export function generation(number: number): Record<string, string> {
  const files: Record<string, string> = {};
  for (let index = 0; index < COUNT; index++) {
    files[`tests/recordings/${index}.json`] = JSON.stringify(chance(`${number} ${index}`, BYTES));
  }
  for (let added = 1; added <= number; added++)
    files[`tests/recordings/generation-${added}.json`] = `${added}`;
  return files;
}

/** Pseudorandom numbers from 0 to 1, the same in every run. */
export function* seeded(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    yield state / 2 ** 32;
  }
}

/** A set as one text, for comparison. */
export const fingerprint = (files: Record<string, string>) =>
  fingerprintOf(Object.entries(files).map(([path, text]) => ({ path, digest: digestOf(Buffer.from(text)) })));

const fingerprintOf = (files: { path: string; digest: string }[]) =>
  files
    .map(({ path, digest }) => `${path} ${digest}`)
    .sort()
    .join('\n');

/** Requests the plan of a pull again and again and records the sets that it names. */
export interface Reader {
  /** The distinct fingerprints. */
  seen: Set<string>;
  /** Stops after at least one more read; returns the newest fingerprint. */
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
      // The registry may be down for a moment; the responses count when it is back.
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
