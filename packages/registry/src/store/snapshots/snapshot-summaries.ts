import { LRUCache } from 'lru-cache';
import type { Database } from '../../database/statements/database.js';
import { agesOf, type SnapshotAges, startOfAge } from './age-store.js';
import { encodeSnapshotKey, type SnapshotKey } from './snapshot-key.js';
import { type SnapshotSummary, summarise } from './summary-store.js';

/**
 * Counts snapshots, and keeps the counts: a snapshot never changes. Only its models and tests do, while contents
 * are read again that an earlier release read, and ages change each day.
 */
export interface SnapshotSummaries {
  of(snapshot: SnapshotKey): Promise<SnapshotSummary>;
  /** How old the recordings are today. */
  agesOf(snapshot: SnapshotKey): Promise<SnapshotAges>;
  /** Discards the counts. */
  forget(): void;
}

/** Maximum number of names in all kept summaries, and in all kept ages. */
const KEPT_NAMES = 100_000;

const EMPTY: SnapshotSummary = { recordings: 0, tests: 0, models: 0, byModel: [], someTests: [] };

export function makeSnapshotSummaries(db: Database): SnapshotSummaries {
  // One at a time: a page with many repositories leaves the database to other callers.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Counts>(count: () => Promise<Counts>): Promise<Counts> => {
    const next = last.then(count);
    last = next.catch(() => null);
    return next;
  };
  const summaries = keepCounts<SnapshotSummary>(
    ({ byModel, someTests }) => byModel.length + someTests.length,
    inTurn,
  );
  const ages = keepCounts<SnapshotAges>(({ byModel }) => byModel.length, inTurn);
  return {
    of: async (snapshot) => {
      if (snapshot.layers.length === 0) return EMPTY;
      return summaries.get(encodeSnapshotKey(snapshot), () => summarise(db, snapshot));
    },
    agesOf: async (snapshot) => {
      const today = startOfAge(Date.now(), 0);
      return ages.get(`${encodeSnapshotKey(snapshot)} ${today}`, () => agesOf(db, snapshot, today));
    },
    forget: () => {
      summaries.forget();
      ages.forget();
    },
  };
}

/** Keeps counts by a key, and counts once for all callers that want the same at a time. */
function keepCounts<Counts extends object>(
  namesIn: (counts: Counts) => number,
  inTurn: (count: () => Promise<Counts>) => Promise<Counts>,
) {
  const running = new Map<string, Promise<Counts>>();
  const state = { generation: 0 };
  const done = new LRUCache<string, Counts>({
    max: 1_000,
    maxSize: KEPT_NAMES,
    sizeCalculation: (counts) => 1 + namesIn(counts),
  });
  const start = (key: string, count: () => Promise<Counts>): Promise<Counts> => {
    const started = inTurn(count).finally(() => {
      if (running.get(key) === started) running.delete(key);
    });
    running.set(key, started);
    return started;
  };
  return {
    get: async (key: string, count: () => Promise<Counts>): Promise<Counts> => {
      const known = done.get(key);
      if (known) return known;
      const { generation } = state;
      const counts = await (running.get(key) ?? start(key, count));
      if (generation === state.generation) done.set(key, counts);
      return counts;
    },
    forget: () => {
      state.generation++;
      running.clear();
      done.clear();
    },
  };
}
