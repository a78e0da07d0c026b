import { performance } from 'node:perf_hooks';
import { INPUT } from '../names.js';
import { currentlyWaitingFor } from './activity.js';

/** The step took longer than the input `timeout` allows. */
export class TimeLimitExceeded extends Error {
  constructor(seconds: number) {
    const what = currentlyWaitingFor();
    super(
      `The step took longer than ${seconds} seconds (input \`${INPUT.timeout}\`)` +
        `${what === null ? '' : `: it was waiting for ${what}`}.`,
    );
  }
}

let exceeded = false;

/** Whether work that was given up may still be running, so that the process must be ended. */
export function isTimeLimitExceeded(): boolean {
  return exceeded;
}

/**
 * Runs work until the process is `seconds` old.
 * @throws TimeLimitExceeded when the work has not ended by then; it goes on until the process ends
 */
export async function withinTimeLimit<Result>(seconds: number, work: () => Promise<Result>): Promise<Result> {
  // The age of the process, so that all parts of a step share one limit.
  const remaining = Math.max(0, seconds * 1_000 - performance.now());
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      exceeded = true;
      reject(new TimeLimitExceeded(seconds));
    }, remaining);
  });
  try {
    return await Promise.race([work(), limit]);
  } finally {
    clearTimeout(timer);
  }
}
