import { LRUCache } from 'lru-cache';
import { settingsAt } from '../../store/checks/settings-store.js';
import { type ContentSource, contentsByDigest } from '../../store/contents/load-contents.js';
import { purgesOf } from '../../store/purged/purge-store.js';
import type { RecordingRow } from '../../store/snapshots/recording-store.js';
import { encodeSnapshotKey, type SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import type { Drift, LoadContents } from '../differences/drift.js';
import { computeDrift } from './compute-drift.js';
import { findDifference } from './difference-store.js';

/** A computed drift with the recordings on its two sides, by path. */
export interface ComputedDrift {
  drift: Drift;
  before: Map<string, RecordingRow>;
  after: Map<string, RecordingRow>;
}

/**
 * Computes drift, and remembers what it computed last: snapshots never change, so a result stays right, until a content
 * is purged: then nothing that was computed before is shown, by whichever process.
 */
export interface DriftReports {
  between(baseline: SnapshotKey, head: SnapshotKey): Promise<ComputedDrift>;
}

/** How many changes all remembered reports may have together. */
const REMEMBERED_CHANGES = 5_000;

/** @param asked is told of each question whether its answer was remembered */
export function makeDriftReports(
  source: ContentSource,
  asked: (isRemembered: boolean) => void,
): DriftReports {
  const running = new Map<string, Promise<ComputedDrift>>();
  const done = new LRUCache<string, ComputedDrift>({
    max: 50,
    maxSize: REMEMBERED_CHANGES,
    sizeCalculation: (computed) => 1 + computed.drift.changes.length,
  });
  return {
    between: async (baseline, head) => {
      // Asked of the database each time: another process may have purged.
      const purges = await purgesOf(source.db, head.repositoryId);
      const key = `${purges.name} ${encodeSnapshotKey(baseline)} ${encodeSnapshotKey(head)}`;
      const known = done.get(key);
      asked(known !== undefined || running.has(key));
      if (known) return known;
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
  const { rowsBefore, rowsAfter, ...difference } = await findDifference(db, baseline, head);
  // The baseline's, so that a pull request cannot silence itself.
  const settings = await settingsAt(db, baseline);
  const load: LoadContents = (digests) => contentsByDigest(source, head.repositoryId, digests);
  const drift = await computeDrift(difference, load, settings);
  return { drift, before: rowsBefore, after: rowsAfter };
}
