import { createHash } from 'node:crypto';
import type { Database } from '../../database/statements/database.js';
import type { Caller } from '../../trust/identity/caller.js';
import { workflowRunOf } from '../../trust/identity/workflow-run.js';
import type { Repository } from '../../vocabulary/repository.js';
import { slicesOf } from '../../vocabulary/slices.js';
import { resolveSnapshot } from '../snapshots/resolve-snapshot.js';
import { pathFilter, type Selection } from '../snapshots/selection.js';
import { encodeSnapshotKey, type SnapshotKey, type SnapshotName } from '../snapshots/snapshot-key.js';
import { bitmapOf, hasBit, parseBitmap } from './bitmap.js';
import {
  type ReportedJob,
  type ReportedUse,
  refusedUse,
  type UnusableUse,
  unusable,
} from './reported-use.js';
import { selectedPositions } from './selected-positions-store.js';
import { knownSize, sizeOfSnapshot } from './snapshot-size-store.js';

/** A report that was checked against the snapshot that it names. */
export interface PreparedUse {
  kind: 'use';
  run: string;
  workflow: string | null;
  job: Pick<ReportedJob, 'job' | 'index' | 'total' | 'succeeded'>;
  /** The key of the pulled snapshot, see `encodeSnapshotKey`. */
  snapshot: string;
  /** The number of recordings of the snapshot, also when a selection of them was pulled. */
  recordings: number;
  /** The bitmap over all recordings of the snapshot; null for a blind report. */
  read: Uint8Array | null;
  hasSelection: boolean;
}

/** A larger selection is not translated: its paths would need too much memory. */
const LARGEST_SELECTION = 100_000;

/**
 * Checks a report, before the transaction that stores it. The bitmap of a selection becomes one over all
 * recordings of the snapshot, so that jobs with different selections can be united.
 * @param now names a report outside of a workflow: the same report of one day is one run
 */
export async function prepareUse(
  db: Database,
  repository: Repository,
  by: Caller,
  reported: ReportedUse,
  now: Date,
): Promise<PreparedUse | UnusableUse> {
  const refused = refusedUse(reported);
  if (refused) return refused;
  const read = reported.read === null ? null : parseBitmap(reported.read, reported.recordings);
  if (read !== null && 'problem' in read)
    return unusable('read', `the bitmap of read recordings ${read.problem}`);
  const snapshot = await pulledSnapshot(db, repository, reported.snapshot);
  if (!snapshot) return unusable('snapshot', 'this registry does not have the pulled snapshot');
  const all = await readOfAll(db, snapshot, reported, read);
  if ('kind' in all) return all;
  return {
    kind: 'use',
    ...runOf(by, reported, now),
    snapshot: encodeSnapshotKey(snapshot),
    ...all,
    hasSelection: reported.selection !== null,
  };
}

/**
 * The snapshot of a name with all seals: without them it may be another state after a restore. One that another
 * job has reported needs no query: `foldUses` looks again whether it is still there.
 */
async function pulledSnapshot(
  db: Database,
  repository: Repository,
  name: SnapshotName | null,
): Promise<SnapshotKey | null> {
  if (name === null || name.repositoryId !== repository.id || !isSealed(name)) return null;
  return knownSize(name) === null ? resolveSnapshot(db, repository, { snapshot: name }) : name;
}

const isSealed = (name: SnapshotName): name is SnapshotKey => name.layers.every(({ seal }) => seal !== null);

async function readOfAll(
  db: Database,
  snapshot: SnapshotKey,
  { selection, recordings }: ReportedUse,
  read: Uint8Array | null,
): Promise<Pick<PreparedUse, 'recordings' | 'read'> | UnusableUse> {
  const size = await sizeOfSnapshot(db, snapshot);
  if (selection !== null) return widen(db, snapshot, { selection, recordings, size }, read);
  return size === recordings ? { recordings, read } : wrongCount(recordings, size);
}

const wrongCount = (recordings: number, size: number) =>
  unusable('recordings', `the pulled snapshot has ${size} recordings, not ${recordings}`);

async function widen(
  db: Database,
  snapshot: SnapshotKey,
  { selection, recordings, size }: { selection: Selection; recordings: number; size: number },
  read: Uint8Array | null,
): Promise<Pick<PreparedUse, 'recordings' | 'read'> | UnusableUse> {
  // A blind report has no bits to translate, and its run never counts.
  if (read === null) return { recordings: size, read };
  const found = await selectedPositions(db, snapshot, selection, LARGEST_SELECTION + 1);
  if (found.length > LARGEST_SELECTION) {
    return unusable('selection', `a selection of more than ${LARGEST_SELECTION} recordings is not supported`);
  }
  const isSelected = pathFilter(selection) ?? (() => true);
  const positions: number[] = [];
  let count = 0;
  for await (const slice of slicesOf(found)) {
    for (const { path, position } of slice) {
      if (isSelected(path) && hasBit(read, count++)) positions.push(position);
    }
  }
  if (count !== recordings) {
    return unusable('recordings', `the pulled selection has ${count} recordings, not ${recordings}`);
  }
  return { recordings: size, read: bitmapOf(positions, size) };
}

/** The run and job of a report. The signed claims of a workflow win over what it reports. */
function runOf(by: Caller, { job, ...reported }: ReportedUse, now: Date) {
  const proven = workflowRunOf(by.identity);
  const run = proven === null ? (job?.run ?? ownRun(by, reported, now)) : String(proven.id);
  return {
    run,
    workflow: job?.workflow ?? null,
    job: job ?? { job: '', index: 0, total: 1, succeeded: true },
  };
}

/** A repeated report of one day is the same run, so that a retry changes nothing. */
function ownRun(by: Caller, reported: Omit<ReportedUse, 'job'>, now: Date): string {
  const facts = [now.toISOString().slice(0, 10), by.identity.who, reported];
  return `report-${createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 24)}`;
}
