import { LRUCache } from 'lru-cache';
import type { Database } from '../../database/statements/database.js';
import type { Ref } from '../../store/snapshots/ref.js';
import { type Activity, activityOf } from './activity-store.js';

/** The activity of branches in the last 52 weeks, for pages. Kept for five minutes, or until the next push. */
export interface BranchActivity {
  of(branch: Pick<Ref, 'repositoryId' | 'id' | 'version'>): Promise<Activity[]>;
}

const WEEKS = 52;
const KEPT_MILLISECONDS = 300_000;

export function makeBranchActivity(db: Database): BranchActivity {
  const kept = new LRUCache<string, Promise<Activity[]>>({ max: 100, ttl: KEPT_MILLISECONDS });
  return {
    of: (branch) => {
      const key = `${branch.repositoryId} ${branch.id} ${branch.version}`;
      const known = kept.get(key);
      if (known) return known;
      const started = activityOf(db, branch, WEEKS, Date.now());
      kept.set(key, started);
      // A failure is not kept.
      started.catch(() => kept.delete(key));
      return started;
    },
  };
}
