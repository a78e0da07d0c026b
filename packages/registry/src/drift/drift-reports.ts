import { LRUCache } from 'lru-cache';
import { type ContentSource, contentsByDigest } from '../contents/load-contents.js';
import { settingsAt } from '../settings/settings-store.js';
import type { RecordingRow } from '../snapshots/recording-store.js';
import { encodeSnapshotKey, type SnapshotKey } from '../snapshots/snapshot-key.js';
import { computeDrift } from './compute-drift.js';
import { differenceOf } from './difference-store.js';
import type { Drift, LoadContents } from './drift.js';

/** A computed drift with the recordings on its two sides, by path. */
export interface ComputedDrift {
  drift: Drift;
  before: Map<string, RecordingRow>;
  after: Map<string, RecordingRow>;
}

/** Computes drift, and remembers what it computed last: snapshots never change, so a result stays right. */
export interface DriftReports {
  between(baseline: SnapshotKey, head: SnapshotKey): Promise<ComputedDrift>;
}

/** How many changes all remembered reports may have together. */
const REMEMBERED_CHANGES = 5_000;

export function makeDriftReports(source: ContentSource): DriftReports {
  const running = new Map<string, Promise<ComputedDrift>>();
  const done = new LRUCache<string, ComputedDrift>({
    max: 50,
    maxSize: REMEMBERED_CHANGES,
    sizeCalculation: (computed) => 1 + computed.drift.changes.length,
  });
  return {
    between: (baseline, head) => {
      const key = `${encodeSnapshotKey(baseline)} ${encodeSnapshotKey(head)}`;
      const known = done.get(key);
      if (known) return Promise.resolve(known);
      // Several jobs of one run ask for the same report at the same time.
      const started = running.get(key) ?? compute(source, baseline, head).finally(() => running.delete(key));
      running.set(key, started);
      return started.then((computed) => {
        done.set(key, computed);
        return computed;
      });
    },
  };
}

async function compute(
  source: ContentSource,
  baseline: SnapshotKey,
  head: SnapshotKey,
): Promise<ComputedDrift> {
  const { db } = source;
  const { rowsBefore, rowsAfter, ...difference } = await differenceOf(db, baseline, head);
  // The baseline's, so that a pull request cannot silence itself.
  const settings = await settingsAt(db, baseline);
  const load: LoadContents = (digests) => contentsByDigest(source, head.repositoryId, digests);
  const drift = await computeDrift(difference, load, settings);
  return { drift, before: rowsBefore, after: rowsAfter };
}
