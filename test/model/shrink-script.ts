import type { TestRegistry } from '../support/registry.js';
import { FailedScript, runScript } from './run-script.js';
import type { Step } from './steps.js';

/** Time limit of the search for a shorter script, in milliseconds. */
const PATIENCE = 60_000;

/**
 * Leaves out steps, first many and then few, as long as the script still fails. Returns the
 * shortest failure found.
 */
export async function shrinkScript(registry: TestRegistry, failed: FailedScript): Promise<FailedScript> {
  const until = performance.now() + PATIENCE;
  let shortest = failed;
  for (
    let size = Math.ceil(failed.steps.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let start = 0; start < shortest.steps.length; ) {
      if (performance.now() > until) return shortest;
      const left = shortest.steps.filter((_, index) => index < start || index >= start + size);
      const failure = await failureOf(registry, left);
      if (failure) shortest = failure;
      else start += size;
    }
  }
  return shortest;
}

async function failureOf(registry: TestRegistry, steps: Step[]): Promise<FailedScript | null> {
  try {
    await runScript(registry, steps);
    return null;
  } catch (error) {
    if (error instanceof FailedScript) return error;
    throw error;
  }
}
