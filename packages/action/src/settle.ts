import * as core from '@actions/core';
import { LocalError, RegistryError } from '@fixture-registry/client';
import type { Inputs } from './read-inputs.js';
import { writeSummary } from './summary.js';

/** An expected failure outside of the registry, with the message that the user is to read. */
export class StepFailure extends Error {}

/**
 * Does the work of a step and turns its failure into the one message that the user reads: an error, or a warning where the workflow
 * says that a registry in trouble must not stop it.
 * @returns whether later steps of the action may go on
 */
export async function settle(inputs: Inputs, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const message = messageOf(error);
    if (inputs.onRegistryError === 'warn' && isTrouble(error)) {
      core.warning(message, { title: 'Fixture Registry' });
      await writeSummary(`### Fixtures\n\n⚠️ ${message}`);
      return true;
    }
    core.setFailed(message);
    if (isBug(error)) core.debug(error instanceof Error ? (error.stack ?? '') : '');
    return false;
  }
}

/** The registry or GitHub, not this repository or this program, is the matter. */
function isTrouble(error: unknown): boolean {
  return error instanceof RegistryError || error instanceof StepFailure;
}

function isBug(error: unknown): boolean {
  return !isTrouble(error) && !(error instanceof LocalError);
}

function messageOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return isBug(error) ? `Unexpected error, please report it: ${said}` : said;
}
