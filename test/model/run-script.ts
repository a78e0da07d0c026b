import type { TestRegistry } from '../support/registry.js';
import { checkSnapshots } from './check-snapshots.js';
import { pullExactlyStep, pullStep, pushStep } from './client-steps.js';
import { matrixStep } from './matrix-step.js';
import { Disagreement, Reality } from './reality.js';
import { compareStep, gcStep, promoteStep, purgeStep, revokeStep } from './registry-steps.js';
import { type Step, StepMaker } from './steps.js';

/** The number of steps between two checks of snapshots, and the number of snapshots per check. */
const LOOK_EVERY = 50;
const LOOKED_AT = 6;

let repositories = 0;

/** A failed script: the steps so far, and the failure. */
export class FailedScript extends Error {
  override readonly name = 'FailedScript';
  readonly steps: Step[];

  constructor(steps: Step[], error: Error) {
    super(`step ${steps.length}, ${JSON.stringify(steps.at(-1))}: ${error.message}`, { cause: error });
    this.steps = steps;
  }
}

/**
 * Runs random steps in a new repository.
 * @throws FailedScript
 */
export async function runByChance(registry: TestRegistry, seed: number, count: number): Promise<void> {
  const maker = new StepMaker(seed);
  await runSteps(registry, function* (reality) {
    for (let step = 0; step < count; step++) yield maker.next(reality.truth);
  });
}

/**
 * Runs the steps of a script.
 * @throws FailedScript
 */
export function runScript(registry: TestRegistry, steps: Step[]): Promise<void> {
  return runSteps(registry, () => steps);
}

async function runSteps(
  registry: TestRegistry,
  stepsFor: (reality: Reality) => Iterable<Step>,
): Promise<void> {
  await using reality = await Reality.make(registry, `acme/model-${++repositories}`);
  const done: Step[] = [];
  try {
    for (const step of stepsFor(reality)) {
      done.push(step);
      await runStep(reality, step);
      const { acknowledged } = reality;
      // Prime, so that over time every snapshot is checked.
      const some = Array.from(
        { length: LOOKED_AT },
        (_, index) => ((done.length + index) * 7919) % acknowledged.length,
      );
      if (done.length % LOOK_EVERY === 0) {
        await checkSnapshots(
          reality,
          [...new Set(some)].flatMap((index) => acknowledged[index] ?? []),
        );
      }
    }
    await checkSnapshots(reality, reality.acknowledged);
  } catch (error) {
    throw new FailedScript(done, error instanceof Error ? error : new Disagreement(String(error)));
  }
}

function runStep(reality: Reality, step: Step): Promise<void> {
  switch (step.do) {
    case 'push':
      return pushStep(reality, step);
    case 'matrix':
      return matrixStep(reality, step);
    case 'pull':
      return pullStep(reality, step);
    case 'pull-exactly':
      return pullExactlyStep(reality, step);
    case 'promote':
      return promoteStep(reality, step);
    case 'purge':
      return purgeStep(reality, step);
    case 'compare':
      return compareStep(reality, step);
    case 'revoke':
      return revokeStep(reality, step);
    case 'gc':
      return gcStep(reality);
    case 'restart':
      return reality.restart(step.how);
  }
}
