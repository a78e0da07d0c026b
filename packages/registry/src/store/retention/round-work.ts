import { setTimeout as sleep } from 'node:timers/promises';
import type { ContentSource } from '../contents/load-contents.js';
import { WorkBudget } from '../contents/work-budget.js';
import type { Lease } from './lease-store.js';
import type { AloneOn } from './lock-repository.js';
import { addRemoved, NOTHING, type Removed } from './removed.js';

/** The bounds of a round. */
export interface RoundLimits {
  seconds: number;
  /** Bytes to repack, unpacked. */
  bytes: number;
  /** Milliseconds between two steps, so that requests come first. */
  pause: number;
  /** Milliseconds that a step waits for the pushes to a repository. */
  lockTimeout: number;
}

/** What the steps of a round share. */
export interface RoundWork {
  source: ContentSource;
  alone: AloneOn;
  budget: WorkBudget;
  /** Whether the round repacks blocks; gc does that by itself. */
  repacks: boolean;
  /** Whether the round may do another step: there is time, and no other process has the lease. */
  mayContinue(): Promise<boolean>;
  add(removed: Partial<Removed>): void;
  /** Notes that a repository is busy, so that the next round comes soon. Returns false: the step is over. */
  isBusy(): false;
}

/** The work of a round, with what it has done so far. */
export interface RunningRound extends RoundWork {
  /** What was removed since the last call. */
  takeRemoved(): Removed;
  wasBusy: boolean;
  isLost: boolean;
}

/** Begins a round. @param stopping ends it after the current step */
export function startRound(
  source: ContentSource,
  lease: Pick<Lease<object>, 'renew'>,
  limits: RoundLimits,
  { repacks, stopping }: { repacks: boolean; stopping: AbortSignal | null },
): RunningRound {
  const until = performance.now() + limits.seconds * 1_000;
  let removed = { ...NOTHING };
  let isFirst = true;
  const round: RunningRound = {
    source,
    alone: { db: source.db, lockTimeout: limits.lockTimeout },
    budget: new WorkBudget(limits.bytes, limits.lockTimeout),
    repacks,
    wasBusy: false,
    isLost: false,
    mayContinue: async () => {
      const pause = isFirst ? 0 : limits.pause;
      isFirst = false;
      if (pause > 0) {
        await sleep(pause, undefined, { ref: false, ...(stopping && { signal: stopping }) }).catch(() => {});
      }
      if (round.isLost || stopping?.aborted === true || performance.now() >= until) return false;
      round.isLost = !(await lease.renew());
      return !round.isLost;
    },
    add: (added) => addRemoved(removed, added),
    isBusy: () => {
      round.wasBusy = true;
      return false;
    },
    takeRemoved: () => {
      const taken = removed;
      removed = { ...NOTHING };
      return taken;
    },
  };
  return round;
}
