import { LRUCache } from 'lru-cache';
import type { Database } from '../../database/statements/database.js';
import { encodeSnapshotKey, type SnapshotKey } from '../snapshots/snapshot-key.js';
import { unusedBefore } from './unused-rule.js';
import { countingRuns, countUnused } from './unused-store.js';

/** The number of days of `UnusedCounts`. */
export const UNUSED_DAYS = 30;

/** A page must not wait until a million recordings are counted. */
const MOST_COUNTED = 10_000;

const DAY = 24 * 60 * 60_000;
const KEPT_MILLISECONDS = 300_000;

/** What the counting runs of the last 30 days did not read. */
export interface UnusedCount {
  /** At most `MOST_COUNTED`. */
  recordings: number;
  /** Whether there are more than `recordings`. */
  hasMore: boolean;
  /** The number of these runs, at least one. */
  runs: number;
}

/** The unused recordings of default branches, for pages. Kept for five minutes, or until the next push. */
export interface UnusedCounts {
  /** Null when no run counts. @param head the newest state of the default branch */
  of(head: SnapshotKey): Promise<UnusedCount | null>;
}

export function makeUnusedCounts(db: Database): UnusedCounts {
  const kept = new LRUCache<string, UnusedCount>({ max: 1_000, ttl: KEPT_MILLISECONDS });
  return {
    of: async (head) => {
      const key = encodeSnapshotKey(head);
      const known = kept.get(key);
      if (known) return known;
      const unused = await unusedSince(db, head.repositoryId, UNUSED_DAYS);
      if (unused === null) return null;
      const found = await countUnused(db, head, unused.before, MOST_COUNTED + 1);
      const recordings = Math.min(found, MOST_COUNTED);
      const count = { recordings, hasMore: found > MOST_COUNTED, runs: unused.runs };
      kept.set(key, count);
      return count;
    },
  };
}

/**
 * The moment since which no run may have read an unused recording, and the number of counting runs since then; null
 * when no run counts. See `unusedBefore`.
 */
export async function unusedSince(
  db: Database,
  repositoryId: number,
  days: number,
): Promise<{ before: Date; runs: number } | null> {
  const now = new Date();
  const runs = await countingRuns(db, repositoryId, new Date(now.getTime() - days * DAY));
  const before = unusedBefore(runs, days, now);
  return before && { before, runs: runs.within };
}
