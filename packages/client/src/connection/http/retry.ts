import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import type { Connection } from '../registry/connection.js';
import { TransientError } from '../registry/registry-error.js';

/** Tries of one request, the first included. With the delays below the last comes about 40 seconds after the first. */
const TRIES = 6;
const FIRST_DELAY = 500;
const GROWTH = 3;
const LONGEST_DELAY = 20_000;
const LONGEST_RETRY_AFTER = 60_000;

/**
 * Milliseconds for which a registry that is unavailable, and says when to come back, is asked again: a database
 * takes this long to start again. Its refusals are not counted as tries meanwhile.
 */
const OUTAGE_PATIENCE = 60_000;

/**
 * Runs an attempt, and again after a TransientError. Everything asked of the registry may be repeated: contents are named
 * by their digest, and the same push twice makes one snapshot.
 * @param attempt may report progress (a part is done and not asked for again); a try that made some is not counted
 * @throws RegistryError when the tries are used up; what else the attempt throws passes
 */
export async function withRetries<T>(
  connection: Connection,
  attempt: (progressed: () => void) => Promise<T>,
): Promise<T> {
  const wait = connection.wait ?? ((milliseconds: number) => sleep(milliseconds));
  let progress = false;
  let waited = 0;
  let outage = 0;
  let isOutage = false;
  try {
    return await pRetry(
      () => {
        progress = false;
        return attempt(() => {
          progress = true;
        });
      },
      {
        retries: TRIES - 1,
        minTimeout: 0,
        shouldRetry: ({ error }) => error instanceof TransientError,
        shouldConsumeRetry: () => !progress && !isOutage,
        onFailedAttempt: async ({ error, retriesLeft, retriesConsumed }) => {
          if (!(error instanceof TransientError)) return;
          const wasOutage = isOutage && !progress;
          isOutage = namesOutage(error);
          if (progress || !isOutage) outage = 0;
          if (isOutage ? outage >= OUTAGE_PATIENCE : retriesLeft === 0) throw error.finalAfter(waited);
          const delay = retryDelay(progress ? 0 : retriesConsumed, error.retryAfter, Math.random());
          if (isOutage) outage += delay;
          // An outage is one thing to say, however often the registry is asked whether it is over.
          if (!isOutage || !wasOutage) {
            const patience = isOutage ? `, for up to ${OUTAGE_PATIENCE / 1000} s` : '';
            connection.log(`${error.message}; trying again in ${inSeconds(delay)}${patience}`);
          }
          waited += delay;
          await wait(delay);
        },
      },
    );
  } catch (error) {
    throw error instanceof TransientError ? error.finalAfter(waited) : error;
  }
}

/** Whether the registry says that it is unavailable, and when to come back. */
function namesOutage({ final, retryAfter }: TransientError): boolean {
  return final.code === 'UNAVAILABLE' && retryAfter !== null && retryAfter > 0;
}

const inSeconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/**
 * Milliseconds before the next try: what the registry asked for, else longer from try to try, with chance in it so
 * that the jobs of a matrix do not come back all at once.
 * @param random from 0 to 1
 */
export function retryDelay(failures: number, retryAfter: number | null, random: number): number {
  if (retryAfter !== null)
    return Math.min(retryAfter, LONGEST_RETRY_AFTER) + Math.round(random * FIRST_DELAY);
  const delay = Math.min(FIRST_DELAY * GROWTH ** failures, LONGEST_DELAY);
  return Math.round(delay * (0.5 + random / 2));
}

/** Reads a Retry-After header, seconds or a date, as milliseconds from now; null when there is none that makes sense. */
export function readRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
