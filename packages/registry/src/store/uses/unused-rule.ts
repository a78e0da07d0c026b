const DAY = 24 * 60 * 60_000;

/** The runs of the default branch that count. */
export interface CountingRuns {
  /** When the oldest known and the newest one started; null when no run counts. */
  oldest: Date | null;
  newest: Date | null;
}

/**
 * A recording is unused when a counting run pulled it, and no run has read it since this moment. Null when no run
 * counts: then nothing is known to be unused. Never later than the start of the newest counting run's UTC day,
 * because a use is stored once a day. Pure.
 */
export function unusedBefore({ newest }: CountingRuns, days: number, now: Date): Date | null {
  if (newest === null) return null;
  return new Date(Math.min(now.getTime() - days * DAY, Math.floor(newest.getTime() / DAY) * DAY));
}

/**
 * Whether an unused recording may be removed: counting runs have had as many days to read it. A recording that
 * is newer than that, or a registry that counts runs only since yesterday, proves nothing. Pure.
 */
export function isRemovable({ oldest }: CountingRuns, firstPulledAt: Date, days: number, now: Date): boolean {
  const from = now.getTime() - days * DAY;
  return oldest !== null && oldest.getTime() <= from && firstPulledAt.getTime() <= from;
}
