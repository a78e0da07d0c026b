import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ContentSource } from '../../store/contents/load-contents.js';
import { describeRemoved } from '../../store/retention/removed.js';
import { ROUND_LIMITS, type RoundResult, runRound } from '../../store/retention/round.js';
import type { Metrics } from '../../telemetry/metrics.js';

/** Milliseconds from the start of the process to its first round: its first requests come first. */
const FIRST = 60_000;
/** Milliseconds to the next round while work is left. */
const SOON = 1_000;

/** What the loop reports to the rest of the process, and how often it works. */
export interface UpkeepObservers {
  log: Logger;
  metrics: Pick<Metrics, 'keptUp'>;
  /** Seconds between two rounds; null: no rounds. */
  interval: number | null;
}

/**
 * Does rounds of upkeep in the background until it is stopped: see `runRound`. Of several processes with one
 * database, one at a time does a round.
 * @returns a function that stops it after the current step
 */
export function keepUp(source: ContentSource, observers: UpkeepObservers): () => Promise<void> {
  const stopping = new AbortController();
  const running = observers.interval === null ? null : run(source, observers, stopping.signal);
  return async () => {
    stopping.abort();
    await running;
  };
}

async function run(
  source: ContentSource,
  { log, metrics, interval }: UpkeepObservers,
  stopping: AbortSignal,
): Promise<void> {
  const every = (interval ?? 0) * 1_000;
  const options = {
    holder: randomUUID(),
    limits: ROUND_LIMITS,
    isForced: false,
    repacks: true,
    interval: every,
    stopping,
  };
  let pause = Math.min(FIRST, every);
  while (!stopping.aborted) {
    await sleep(pause, undefined, { signal: stopping, ref: false }).catch(() => {});
    if (stopping.aborted) return;
    pause = every;
    try {
      const done = await runRound(source, options);
      if (done === null) continue;
      report(done, log, metrics);
      if (done.isLeft) pause = Math.min(SOON, every);
    } catch (error) {
      log.warn({ err: error }, 'upkeep failed; the next round tries again');
    }
  }
}

function report(done: RoundResult, log: Logger, metrics: Pick<Metrics, 'keptUp'>): void {
  const { removed, seconds, failures, unreadable } = done;
  for (const { name, error } of failures) {
    log.warn({ err: error, repository: name }, 'upkeep of a repository failed; the next round tries again');
  }
  for (const { name, problems } of unreadable) {
    log.warn({ repository: name, problems }, 'upkeep kept everything: the settings cannot be read');
  }
  const words = describeRemoved(removed);
  if (words !== null || removed.blocks > 0 || removed.objects > 0) {
    log.info({ removed, seconds }, `upkeep removed ${words ?? 'bytes that nothing refers to'}`);
  }
  const { pullRequests, otherRefs, snapshots, entries, contents, events } = removed;
  metrics.keptUp({
    removed: { refs: pullRequests + otherRefs, snapshots, entries, contents, events },
    freed: removed.freed,
    seconds,
    isSuccess: failures.length === 0,
  });
}
