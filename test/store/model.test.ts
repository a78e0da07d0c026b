import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, inject, it } from 'vitest';
import { startAgedRegistry } from '../model/reality.js';
import { FailedScript, runByChance, runScript } from '../model/run-script.js';
import { shrinkScript } from '../model/shrink-script.js';
import type { TestRegistry } from '../support/registry.js';

/*
 * Performs random actions on a registry and its clients and compares both with a model in memory
 * after each step. CONTRIBUTING.md explains the variables.
 */

/** Steps per repository; a new repository keeps the model small. */
const STEPS_IN_A_REPOSITORY = 300;
const DEFAULT_STEPS = { embedded: 300, postgres: 600 };
/** Steps between progress messages of a long run. */
const TELL_EVERY = 3_000;

const script = process.env['MODEL_SCRIPT'];
const firstSeed = Number(process.env['MODEL_SEED'] ?? 1);
const databases = (['embedded', 'postgres'] as const).filter(
  (database) => (process.env['MODEL_DATABASE'] ?? database) === database,
);

describe.each(databases)('a registry and its clients, %s', (database) => {
  const count = Number(process.env['MODEL_STEPS'] ?? DEFAULT_STEPS[database]);

  it(
    'match the model after every step',
    async () => {
      await using registry = await startAgedRegistry(database === 'postgres' ? inject('postgresUrl') : null);
      try {
        if (script === undefined) await runSeeds(registry, count);
        else await runScript(registry, JSON.parse(await readFile(script, 'utf8')));
      } catch (error) {
        if (!(error instanceof FailedScript)) throw error;
        console.error(`${error.message}\nlooking for a shorter script than ${await keep(error)} …`);
        const shortest = await shrinkScript(registry, error);
        const file = await keep(shortest);
        throw new Error(
          `${shortest.message}\nReplay with MODEL_DATABASE=${database} MODEL_SCRIPT=${file}:\n${textOf(shortest)}`,
        );
      }
    },
    // A step takes milliseconds; this only ends a run that hangs.
    180_000 + count * 1_000,
  );

  async function runSeeds(registry: TestRegistry, steps: number): Promise<void> {
    const began = performance.now();
    for (let done = 0; done < steps; done += STEPS_IN_A_REPOSITORY) {
      const seed = firstSeed + done / STEPS_IN_A_REPOSITORY;
      if (done > 0 && done % TELL_EVERY === 0) {
        const seconds = Math.round((performance.now() - began) / 1000);
        console.log(`${database}: ${done} steps in ${seconds} s, next MODEL_SEED=${seed}`);
      }
      try {
        await runByChance(registry, seed, Math.min(STEPS_IN_A_REPOSITORY, steps - done));
      } catch (error) {
        console.error(`it failed with MODEL_SEED=${seed}`);
        throw error;
      }
    }
  }
});

const textOf = ({ steps }: FailedScript) => `[${steps.map((step) => JSON.stringify(step)).join(',\n ')}]\n`;

/** Writes a script for replay; overwrites the previous one of this process. */
async function keep(failed: FailedScript): Promise<string> {
  const file = join(tmpdir(), `model-script-${process.pid}.json`);
  await writeFile(file, textOf(failed));
  return file;
}
