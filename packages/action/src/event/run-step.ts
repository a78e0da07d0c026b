import { LocalError, RegistryError } from '@fixture-registry/client';
import { escapeMarkdown } from '../runner/escape-markdown.js';
import { writeSummary } from '../runner/job-summary.js';
import * as log from '../runner/log.js';
import type { Inputs } from '../runner/read-inputs.js';

/** An expected failure outside of the registry, with the message that the user is to read. */
export class StepFailure extends Error {}

/**
 * Does the work of a step and turns its failure into the one message that the user reads: an error, or a warning where the workflow
 * says that a registry in trouble must not stop it.
 * @returns whether later steps of the action may go on
 */
export async function runStep(inputs: Inputs, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const message = messageOf(error);
    if (inputs.onRegistryError === 'warn' && isExternalFailure(error)) {
      log.warning(message, { title: 'Fixture Registry' });
      await writeSummary(`### Fixtures\n\n⚠️ ${escapeMarkdown(message)}`);
      return true;
    }
    log.fail(message);
    if (isBug(error)) log.debug(error instanceof Error ? (error.stack ?? '') : '');
    return false;
  }
}

/**
 * The outermost frame of main and post: what nobody expected becomes one message as well. Node would print it with its trace, as it
 * is, and the runner takes commands from whatever is printed.
 */
export async function runEntryPoint(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.fail(messageOf(error));
  }
}

/** The registry or GitHub, not this repository or this program, is the matter. */
function isExternalFailure(error: unknown): boolean {
  return error instanceof RegistryError || error instanceof StepFailure;
}

function isBug(error: unknown): boolean {
  return !isExternalFailure(error) && !(error instanceof LocalError);
}

function messageOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return isBug(error) ? `Unexpected error, please report it: ${said}` : said;
}
