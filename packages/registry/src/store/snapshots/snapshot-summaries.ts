import { LRUCache } from 'lru-cache';
import type { Database } from '../../database/statements/database.js';
import { encodeSnapshotKey, type SnapshotKey } from './snapshot-key.js';
import { type SnapshotSummary, summarise } from './summary-store.js';

/** Counts snapshots, and keeps the counts: a snapshot never changes. */
export interface SnapshotSummaries {
  of(snapshot: SnapshotKey): Promise<SnapshotSummary>;
}

/** Maximum number of models in all kept summaries. */
const KEPT_MODELS = 50_000;

const EMPTY: SnapshotSummary = { recordings: 0, tests: 0, models: 0, byModel: [] };

export function makeSnapshotSummaries(db: Database): SnapshotSummaries {
  const running = new Map<string, Promise<SnapshotSummary>>();
  const done = new LRUCache<string, SnapshotSummary>({
    max: 1_000,
    maxSize: KEPT_MODELS,
    sizeCalculation: ({ byModel }) => 1 + byModel.length,
  });
  return {
    of: async (snapshot) => {
      if (snapshot.layers.length === 0) return EMPTY;
      const key = encodeSnapshotKey(snapshot);
      const known = done.get(key);
      if (known) return known;
      const started = running.get(key) ?? summarise(db, snapshot).finally(() => running.delete(key));
      running.set(key, started);
      const summary = await started;
      done.set(key, summary);
      return summary;
    },
  };
}
