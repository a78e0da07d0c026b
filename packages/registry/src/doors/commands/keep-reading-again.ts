import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type RereadServices, readAgain } from '../../store/contents/read-again.js';
import type { ReadingKey } from '../../store/contents/reread-store.js';
import type { Metrics } from '../../telemetry/metrics.js';

/** Milliseconds between two steps, so that requests come first. */
const PAUSE = 50;
/** Milliseconds until another look at what a process of an earlier release may have written meanwhile. */
const IDLE = 10 * 60_000;
/** Milliseconds after a step that another process does, and after a failure. */
const BUSY = 5_000;
const AFTER_FAILURE = 60_000;

/** What the loop reports to the rest of the process. */
export interface RereadObservers {
  log: Logger;
  metrics: Pick<Metrics, 'readAgain'>;
  /** Called when this or another process has read contents again, whose metadata may have changed. */
  onRead(): void;
}

/**
 * Reads contents again that an earlier release read, in the background, until it is stopped.
 * @returns a function that stops it after the current step
 */
export function keepReadingAgain(services: RereadServices, observers: RereadObservers): () => Promise<void> {
  const stopping = new AbortController();
  const running = run(services, observers, stopping.signal);
  return async () => {
    stopping.abort();
    await running;
  };
}

async function run(
  services: RereadServices,
  { log, metrics, onRead }: RereadObservers,
  stopping: AbortSignal,
): Promise<void> {
  let after: ReadingKey | null = null;
  let count = 0;
  let wasBusy = false;
  while (!stopping.aborted) {
    let pause = PAUSE;
    try {
      const { next, read, isBusy } = await readAgain(services, after);
      if (count === 0 && read > 0) log.info('reading contents again that an earlier release read');
      metrics.readAgain(read);
      count += read;
      after = next;
      wasBusy ||= isBusy;
      if (isBusy) pause = BUSY;
      else if (next === null) {
        if (count > 0 || wasBusy) onRead();
        wasBusy = false;
        if (count > 0) log.info({ contents: count }, 'read contents again that an earlier release read');
        count = 0;
        pause = IDLE;
      }
    } catch (error) {
      // It continues where it was: what it stored is stored.
      log.warn({ err: error }, 'cannot read contents again; trying again in a minute');
      pause = AFTER_FAILURE;
    }
    await sleep(pause, undefined, { signal: stopping, ref: false }).catch(() => {});
  }
}
