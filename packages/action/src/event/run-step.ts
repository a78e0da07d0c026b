import { LocalError, RegistryError } from '@fixture-registry/client';
import { escapeMarkdown } from '../runner/escape-markdown.js';
import { writeSummary } from '../runner/job-summary.js';
import * as log from '../runner/log.js';
import type { Inputs } from '../runner/read-inputs.js';
import { isTimeLimitExceeded, TimeLimitExceeded, withinTimeLimit } from '../runner/time-limit.js';

/** An expected failure outside of the registry; its message is shown to the user. */
export class StepFailure extends Error {}

/**
 * Runs the work of a step and reports a failure as one message: an error that fails the job, or a
 * warning where `on-registry-error: warn` applies.
 * @returns false when the job failed
 */
export async function runStep(inputs: Inputs, work: () => Promise<void>): Promise<boolean> {
  try {
    await withinTimeLimit(inputs.timeout, work);
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
 * Runs main or post and reports an unexpected error as one message. Node would print the stack trace
 * unescaped, and the runner executes commands from printed lines.
 */
export async function runEntryPoint(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.fail(messageOf(error));
  }
  // Work that was given up would keep the process, and the job, alive.
  if (isTimeLimitExceeded()) log.afterLast(() => process.exit());
}

/** Whether the registry or GitHub failed, and not this repository or this program. */
function isExternalFailure(error: unknown): boolean {
  return error instanceof RegistryError || error instanceof StepFailure || error instanceof TimeLimitExceeded;
}

function isBug(error: unknown): boolean {
  return !isExternalFailure(error) && !(error instanceof LocalError);
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return isBug(error) ? `Unexpected error, please report it: ${message}` : message;
}
