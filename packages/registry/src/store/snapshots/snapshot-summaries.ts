import { LRUCache } from 'lru-cache';
import type { Database } from '../../database/statements/database.js';
import { encodeSnapshotKey, type SnapshotKey } from './snapshot-key.js';
import { type SnapshotSummary, summarise } from './summary-store.js';

/**
 * Counts snapshots, and keeps the counts: a snapshot never changes. Only its models and tests do, while contents
 * are read again that an earlier release read.
 */
export interface SnapshotSummaries {
  of(snapshot: SnapshotKey): Promise<SnapshotSummary>;
  /** Discards the counts. */
  forget(): void;
}

/** Maximum number of names in all kept summaries. */
const KEPT_NAMES = 100_000;

const EMPTY: SnapshotSummary = { recordings: 0, tests: 0, models: 0, byModel: [], someTests: [] };

export function makeSnapshotSummaries(db: Database): SnapshotSummaries {
  const running = new Map<string, Promise<SnapshotSummary>>();
  const state = { generation: 0 };
  // One at a time: a page with many repositories leaves the database to other callers.
  let last: Promise<unknown> = Promise.resolve();
  const summariseNext = (snapshot: SnapshotKey): Promise<SnapshotSummary> => {
    const next = last.then(() => summarise(db, snapshot));
    last = next.catch(() => null);
    return next;
  };
  const startSummary = (key: string, snapshot: SnapshotKey): Promise<SnapshotSummary> => {
    const started = summariseNext(snapshot).finally(() => {
      if (running.get(key) === started) running.delete(key);
    });
    running.set(key, started);
    return started;
  };
  const done = new LRUCache<string, SnapshotSummary>({
    max: 1_000,
    maxSize: KEPT_NAMES,
    sizeCalculation: ({ byModel, someTests }) => 1 + byModel.length + someTests.length,
  });
  return {
    of: async (snapshot) => {
      if (snapshot.layers.length === 0) return EMPTY;
      const key = encodeSnapshotKey(snapshot);
      const known = done.get(key);
      if (known) return known;
      const started = running.get(key) ?? startSummary(key, snapshot);
      const { generation } = state;
      const summary = await started;
      if (generation === state.generation) done.set(key, summary);
      return summary;
    },
    forget: () => {
      state.generation++;
      running.clear();
      done.clear();
    },
  };
}
