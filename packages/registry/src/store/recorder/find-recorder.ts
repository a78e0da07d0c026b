import { LRUCache } from 'lru-cache';
import type { Database } from '../../database/statements/database.js';
import {
  chooseRecorder,
  isEnough,
  type Recorder,
  type RecorderEvidence,
} from '../../recordings/playable/recorder.js';
import { settingsAt } from '../checks/settings-store.js';
import type { Settings } from '../settings/settings.js';
import { refById } from '../snapshots/ref-store.js';
import { encodeSnapshotKey, type SnapshotKey } from '../snapshots/snapshot-key.js';
import { recorderEvidence } from './recorder-store.js';

/** Finds the recorder of a branch, and keeps it for a while: pages of one list need the same. */
export interface Recorders {
  /** The recorder of the branch of a snapshot. A pull request does not decide how it is judged. */
  at(db: Database, snapshot: SnapshotKey): Promise<Recorder>;
  /**
   * The same for a snapshot that a push just made. What the recordings of the branch say may be older than
   * that: looking at all names again would cost more than a small push.
   */
  atPush(db: Database, snapshot: SnapshotKey): Promise<Recorder>;
}

/** How long a recorder is kept, in milliseconds. Contents that are read again may show another one. */
const KEPT = 60_000;

export function makeRecorders(): Recorders {
  const evidence = keptFor(recorderEvidence);
  const ofSnapshot = keptFor((db, snapshot) => findRecorder(db, snapshot, { evidence }));
  const recent = recentOfRef(recorderEvidence);
  return {
    at: ofSnapshot,
    atPush: (db, snapshot) => findRecorder(db, snapshot, { evidence: recent }),
  };
}

type Loading<Value> = (db: Database, snapshot: SnapshotKey) => Promise<Value>;

/** Keeps what is loaded of a snapshot. Requests at the same time wait for one query. */
function keptFor<Value extends object>(load: Loading<Value>): Loading<Value> {
  const known = new LRUCache<string, Promise<Value>>({ max: 200, ttl: KEPT });
  return (db, snapshot) => {
    const key = encodeSnapshotKey(snapshot);
    const found = known.get(key);
    if (found) return found;
    const started = load(db, snapshot);
    known.set(key, started);
    started.catch(() => known.delete(key));
    return started;
  };
}

/** Loads once per ref, then again in the background: a later snapshot gets what an earlier one showed. */
function recentOfRef<Value extends object>(load: Loading<Value>): Loading<Value> {
  type Source = { db: Database; snapshot: SnapshotKey };
  const known = new LRUCache<string, Value, Source>({
    max: 200,
    ttl: KEPT,
    allowStale: true,
    allowStaleOnFetchRejection: true,
    fetchMethod: (_key, _stale, { context }) => load(context.db, context.snapshot),
  });
  return (db, snapshot) => {
    const key = `${snapshot.repositoryId} ${snapshot.layers.map(({ refId }) => refId).join(' ')}`;
    return known.forceFetch(key, { context: { db, snapshot } });
  };
}

/**
 * Finds the recorder of the branch of a snapshot.
 *
 * @param known the settings of the branch, where the caller has them; and how its evidence is loaded
 */
export async function findRecorder(
  db: Database,
  snapshot: SnapshotKey,
  known: { settings?: Settings; evidence?: Loading<RecorderEvidence> } = {},
): Promise<Recorder> {
  const load = known.evidence ?? recorderEvidence;
  const branch = await branchOf(db, snapshot);
  const { recorder } = known.settings ?? (await settingsAt(db, branch));
  const evidence = await load(db, branch);
  // A branch without recordings says nothing: then those of the pull request have to do.
  const isOwn = branch.layers.length === snapshot.layers.length;
  return chooseRecorder(recorder, isOwn || isEnough(evidence) ? evidence : await load(db, snapshot));
}

/** The state of the branch below a pull request; a snapshot of a branch itself. */
async function branchOf(db: Database, snapshot: SnapshotKey): Promise<SnapshotKey> {
  const [top, ...below] = snapshot.layers;
  const ref = top && (await refById(db, snapshot.repositoryId, top.refId));
  return ref && ref.kind !== 'BRANCH' ? { ...snapshot, layers: below } : snapshot;
}
