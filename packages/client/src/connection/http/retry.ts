import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import type { Connection } from '../registry/connection.js';
import { TransientError } from '../registry/registry-error.js';

/** Attempts per request, including the first. The last starts about 40 seconds after the first. */
const MAX_ATTEMPTS = 6;
const FIRST_DELAY = 500;
const GROWTH = 3;
const MAX_DELAY = 20_000;
const MAX_RETRY_AFTER = 60_000;

/**
 * How long to retry, in milliseconds, while the registry reports an outage and sends `Retry-After`:
 * a database may take this long to restart. These attempts do not count against `MAX_ATTEMPTS`.
 */
const MAX_OUTAGE = 60_000;

/**
 * Runs an attempt and repeats it after a TransientError. Every request is idempotent: contents are
 * named by digest, and pushing the same twice creates one snapshot.
 * @param attempt calls `progressed` when it has completed a part; an attempt with progress does not
 *   count
 * @throws RegistryError after the last attempt; other errors of the attempt are passed on
 */
export async function withRetries<T>(
  connection: Connection,
  attempt: (progressed: () => void) => Promise<T>,
): Promise<T> {
  const wait = connection.wait ?? ((milliseconds: number) => sleep(milliseconds));
  let progress = false;
  let waited = 0;
  let outageWaited = 0;
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
        retries: MAX_ATTEMPTS - 1,
        minTimeout: 0,
        shouldRetry: ({ error }) => error instanceof TransientError,
        shouldConsumeRetry: () => !progress && !isOutage,
        onFailedAttempt: async ({ error, retriesLeft, retriesConsumed }) => {
          if (!(error instanceof TransientError)) return;
          const wasOutage = isOutage && !progress;
          isOutage = reportsOutage(error);
          if (progress || !isOutage) outageWaited = 0;
          if (isOutage ? outageWaited >= MAX_OUTAGE : retriesLeft === 0) throw error.finalAfter(waited);
          const delay = retryDelay(progress ? 0 : retriesConsumed, error.retryAfter, Math.random());
          if (isOutage) outageWaited += delay;
          // Log an outage once, not at every attempt.
          if (!isOutage || !wasOutage) {
            const limit = isOutage ? `, for up to ${MAX_OUTAGE / 1000} s` : '';
            connection.log(`${error.message}; trying again in ${inSeconds(delay)}${limit}`);
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

/** Whether the registry reports that it is unavailable and when to retry. */
function reportsOutage({ final, retryAfter }: TransientError): boolean {
  return final.code === 'UNAVAILABLE' && retryAfter !== null && retryAfter > 0;
}

const inSeconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/**
 * Milliseconds before the next attempt: the delay that the registry requested, else exponential
 * backoff. Both are randomized so that the jobs of a matrix do not retry at the same moment.
 * @param random from 0 to 1
 */
export function retryDelay(failures: number, retryAfter: number | null, random: number): number {
  if (retryAfter !== null) return Math.min(retryAfter, MAX_RETRY_AFTER) + Math.round(random * FIRST_DELAY);
  const delay = Math.min(FIRST_DELAY * GROWTH ** failures, MAX_DELAY);
  return Math.round(delay * (0.5 + random / 2));
}

/**
 * Reads a Retry-After header (seconds or a date) as milliseconds from `now`; null if it is absent
 * or invalid.
 */
export function readRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
