import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContentSource } from '../contents/load-contents.js';
import { addRemoved, NOTHING, type Removed } from '../retention/removed.js';
import { type RoundOptions, type RoundResult, runRound } from '../retention/round.js';

/** Milliseconds between two attempts while another process does a round, and while a repository is busy. */
const WAIT = 250;

/** Rounds that gc does while repositories are busy: after that, `serve` or another gc goes on. */
const MOST_BUSY = 20;

/** The bounds of a round of gc: nobody waits for its end, and pushes wait for one step only. */
const LIMITS = { seconds: 60, bytes: 0, pause: 0, lockTimeout: 30_000 };

/**
 * Does rounds until nothing is left. Waits while another process does a round.
 * @throws the error of a repository that failed
 */
export async function runAllRounds(
  source: ContentSource,
): Promise<{ removed: Removed; unreadable: RoundResult['unreadable'] }> {
  const removed = { ...NOTHING };
  const options: RoundOptions = {
    holder: randomUUID(),
    limits: LIMITS,
    isForced: true,
    repacks: false,
    interval: 0,
    stopping: null,
  };
  for (let busy = 0; ; ) {
    const done = await runRound(source, options);
    if (done === null) {
      await sleep(WAIT);
      continue;
    }
    addRemoved(removed, done.removed);
    const [failure] = done.failures;
    if (failure) throw failure.error;
    if (!done.isLeft || (done.isBusy && ++busy > MOST_BUSY)) return { removed, unreadable: done.unreadable };
    if (done.isBusy) await sleep(WAIT);
  }
}
