import { digestOf } from '@fixture-registry/protocol';
import { LRUCache } from 'lru-cache';
import { storedSettings } from '../../store/checks/settings-store.js';
import type { ContentReader } from '../../store/contents/content-reader.js';
import { type ContentSource, contentsByDigest } from '../../store/contents/load-contents.js';
import { purgesOf } from '../../store/purged/purge-store.js';
import { findRecorder } from '../../store/recorder/find-recorder.js';
import type { RecordingRow } from '../../store/snapshots/recording-store.js';
import { encodeSnapshotKey, type SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import type { DriftLevel } from '../../vocabulary/level.js';
import type { Drift, LoadContents } from '../differences/drift.js';
import {
  changesByRecording,
  combineRepeats,
  levelsByRecording,
  type RepeatChanges,
  type WatchDrift,
} from '../watch/combine-repeats.js';
import { computeDrift } from './compute-drift.js';
import { findDifference } from './difference-store.js';
import { type DriftWork, makeDriftWork } from './drift-work.js';
import { settingsForReport } from './report-settings.js';

/** A computed drift, with the recordings of both sides by path. */
export interface ComputedDrift {
  drift: Drift;
  before: Map<string, RecordingRow>;
  after: Map<string, RecordingRow>;
}

/**
 * Computes drift and caches the last results. Snapshots never change, so a result stays valid until a content
 * is purged or the settings of the base change; other processes do both, so each request reads both from the
 * database.
 */
export interface DriftReports {
  between(baseline: SnapshotKey, head: SnapshotKey): Promise<ComputedDrift>;
  /** Compares the repeats of a watch, at least one, with the baseline and with each other. */
  repeats(baseline: SnapshotKey, heads: readonly SnapshotKey[]): Promise<WatchDrift>;
}

/** Maximum number of changes in all cached reports; four exchanges of a cassette count as another one. */
const CACHED_CHANGES = 5_000;

/**
 * @param onRequest called for each request, with whether the result was cached
 * @param reader compares large recordings in worker threads; without one, everything runs in this thread
 */
export function makeDriftReports(
  source: ContentSource,
  onRequest: (isCached: boolean) => void,
  reader: Pick<ContentReader, 'run'> | null = null,
): DriftReports {
  const work = makeDriftWork(reader);
  const running = new Map<string, Promise<ComputedDrift>>();
  const done = new LRUCache<string, ComputedDrift>({
    max: 50,
    maxSize: CACHED_CHANGES,
    sizeCalculation: ({ drift: { changes } }) =>
      changes.reduce((sum, { exchanges }) => sum + 1 + Math.ceil(exchanges.length / 4), 1),
  });
  const watches = new LRUCache<string, WatchDrift>({
    max: 50,
    maxSize: CACHED_CHANGES,
    sizeCalculation: ({ drifted, unstable }) => 1 + drifted.length + unstable.length,
  });
  const keyOf = async (baseline: SnapshotKey, heads: readonly [SnapshotKey, ...SnapshotKey[]]) => {
    const purges = await purgesOf(source.db, baseline.repositoryId);
    const settings = await settingsForReport(source.db, baseline, heads[0]);
    const states = [baseline, ...heads].map(encodeSnapshotKey).join(' ');
    return { settings, key: `${purges.name} ${digestOf(Buffer.from(settings))} ${states}` };
  };
  const reports: DriftReports = {
    between: async (baseline, head) => {
      const { settings, key } = await keyOf(baseline, [head]);
      const known = done.get(key);
      onRequest(known !== undefined || running.has(key));
      if (known) return known;
      // Several jobs of one run request the same report at the same time.
      const started =
        running.get(key) ??
        compute(source, baseline, head, settings, work).finally(() => running.delete(key));
      running.set(key, started);
      return started.then((computed) => {
        if (isFinal(computed)) done.set(key, computed);
        return computed;
      });
    },
    repeats: async (baseline, [first, ...others]) => {
      if (!first) throw new Error('a watch has at least one repeat');
      const { key } = await keyOf(baseline, [first, ...others]);
      const known = watches.get(key);
      if (known) return known;
      const { watched, isComplete } = await compareRepeats(reports, baseline, [first, ...others]);
      if (isComplete) watches.set(key, watched);
      return watched;
    },
  };
  return reports;
}

/** One comparison after the other, and only what `combineRepeats` needs of each stays in memory. */
async function compareRepeats(
  reports: DriftReports,
  baseline: SnapshotKey,
  heads: readonly [SnapshotKey, ...SnapshotKey[]],
): Promise<{ watched: WatchDrift; isComplete: boolean }> {
  const [repeats, between] = [[] as RepeatChanges[], [] as Map<string, DriftLevel | null>[]];
  let isComplete = true;
  for (const [position, head] of heads.entries()) {
    const computed = await reports.between(baseline, head);
    repeats.push(changesByRecording(computed.drift.changes));
    isComplete &&= isFinal(computed);
    if (position === 0) continue;
    const compared = await reports.between(heads[0], head);
    between.push(levelsByRecording(compared.drift.changes));
    isComplete &&= isFinal(compared);
  }
  return { watched: combineRepeats(repeats, between), isComplete };
}

/** Whether every recording was read by this release. Others are read again soon, and may say more then. */
function isFinal({ before, after }: ComputedDrift): boolean {
  const isRead = (row: RecordingRow) => !row.isOutdated || row.purged !== null;
  return [before, after].every((side) => [...side.values()].every(isRead));
}

async function compute(
  source: ContentSource,
  baseline: SnapshotKey,
  head: SnapshotKey,
  settings: string,
  work: DriftWork,
): Promise<ComputedDrift> {
  const { db } = source;
  const known = storedSettings(settings);
  const recorder = await findRecorder(db, head, { settings: known });
  const found = await findDifference(db, baseline, head, recorder);
  const { rowsBefore, rowsAfter, ...difference } = found;
  const load: LoadContents = (digests) => contentsByDigest(source, head.repositoryId, digests);
  const drift = await computeDrift(difference, load, known, work);
  return { drift, before: rowsBefore, after: rowsAfter };
}
