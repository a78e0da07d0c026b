import DataLoader from 'dataloader';
import type { Database } from '../../database/statements/database.js';
import { type StoredVerdict, verdictsOf } from '../../review/verdicts/verdict-store.js';
import { keysAt } from '../../store/snapshots/layer-store.js';
import {
  countPathVersions,
  type PathVersion,
  pathVersions,
  type VersionRange,
} from '../../store/snapshots/path-version-store.js';
import { type PushedVersion, pushedVersions } from '../../store/snapshots/pushed-version-store.js';
import {
  type EntryKey,
  entryName,
  type RecordingRow,
  recordingsByEntries,
} from '../../store/snapshots/recording-store.js';
import type { Ref } from '../../store/snapshots/ref.js';
import { refsById } from '../../store/snapshots/ref-list-store.js';
import { encodeSnapshotKey, type Layer, type SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import { type ChangedPath, newestChanges } from '../../store/snapshots/test-change-store.js';
import { repositoryById } from '../../trust/repositories/repository-store.js';
import type { Repository } from '../../vocabulary/repository.js';
import { inGroups } from './load-in-order.js';

interface InRepository {
  repositoryId: number;
}

type LayerKey = InRepository & Layer;
type RefKey = InRepository & { refId: number };
/** A path of a ref, up to a version. */
export type HistoryKey = RefKey & { path: string; upTo: number };

/** Loads what lists show of refs, snapshots and versions, in batches. */
export interface SnapshotLoaders {
  repository: DataLoader<number, Repository | null>;
  ref: DataLoader<RefKey, Ref | null, string>;
  /** The whole key of a version of a ref; an error when it does not exist. */
  key: DataLoader<LayerKey, SnapshotKey, string>;
  version: DataLoader<LayerKey, PushedVersion | null, string>;
  verdict: DataLoader<RefKey, StoredVerdict | null, string>;
  recording: DataLoader<InRepository & EntryKey, RecordingRow | null, string>;
  /** The newest change of a test in a snapshot. */
  testChange: DataLoader<{ snapshot: SnapshotKey; testId: string }, ChangedPath | null, string>;
  historyCount: DataLoader<HistoryKey, number, string>;
  /** A page of the versions of a path. */
  history(key: HistoryKey, page: VersionRange): Promise<PathVersion[]>;
}

const repositoryOf = ({ repositoryId }: InRepository) => String(repositoryId);
const refOf = ({ repositoryId, refId }: RefKey) => `${repositoryId}:${refId}`;
const layerName = ({ refId, version }: Layer) => `${refId}.${version}`;
const layerOf = (key: LayerKey) => `${key.repositoryId}:${layerName(key)}`;
const historyOf = (key: HistoryKey) => `${refOf(key)}.${key.upTo}:${key.path}`;

/** The loaders of one request. */
export function makeSnapshotLoaders(db: Database): SnapshotLoaders {
  const options = { maxBatchSize: 500 };
  // A repository, a ref and its verdict may change within a request, the rest does not.
  const uncached = { ...options, cache: false };
  const histories = new Map<string, DataLoader<HistoryKey, PathVersion[], string>>();
  return {
    // The rows of a page usually have one repository.
    repository: new DataLoader((ids) => inGroups(ids, String, ([id]) => repositoryOfId(db, id)), uncached),
    ref: new DataLoader(
      (keys) =>
        inGroups(keys, repositoryOf, async (group) => {
          const found = await refsById(
            db,
            group[0].repositoryId,
            group.map(({ refId }) => refId),
          );
          return ({ refId }) => found.get(refId) ?? null;
        }),
      uncached,
    ),
    key: new DataLoader(
      (keys) =>
        inGroups(keys, repositoryOf, async (group) => {
          const found = await keysAt(db, group[0].repositoryId, group);
          // A failover between two statements may lose the version. An empty snapshot would be a wrong result.
          return (key) =>
            found.get(layerName(key)) ??
            new Error(`version ${key.version} of ref ${key.refId} vanished while it was read`);
        }),
      { ...options, cacheKeyFn: layerOf },
    ),
    version: new DataLoader(
      (keys) =>
        inGroups(keys, repositoryOf, async (group) => {
          const found = await pushedVersions(db, group[0].repositoryId, group);
          return (key) => found.get(layerName(key)) ?? null;
        }),
      { ...options, cacheKeyFn: layerOf },
    ),
    verdict: new DataLoader(
      (keys) =>
        inGroups(keys, repositoryOf, async (group) => {
          const refIds = group.map(({ refId }) => refId);
          const found = await verdictsOf(db, group[0].repositoryId, refIds);
          return ({ refId }) => found.get(refId) ?? null;
        }),
      uncached,
    ),
    recording: new DataLoader(
      (keys) =>
        inGroups(keys, repositoryOf, async (group) => {
          const found = await recordingsByEntries(db, group[0].repositoryId, group);
          return (key) => found.get(entryName(key)) ?? null;
        }),
      { ...options, cacheKeyFn: (key) => `${key.repositoryId}:${entryName(key)}` },
    ),
    testChange: new DataLoader(
      (keys) =>
        inGroups(
          keys,
          ({ snapshot }) => encodeSnapshotKey(snapshot),
          async (group) => {
            const testIds = group.map(({ testId }) => testId);
            const found = await newestChanges(db, group[0].snapshot, testIds);
            return ({ testId }) => found.get(testId) ?? null;
          },
        ),
      { ...options, cacheKeyFn: ({ snapshot, testId }) => `${encodeSnapshotKey(snapshot)}:${testId}` },
    ),
    historyCount: new DataLoader(
      (keys) =>
        inGroups(keys, refOf, async (group) => {
          const counts = await countPathVersions(db, group[0], group);
          return (key) => counts[group.indexOf(key)] ?? 0;
        }),
      { ...options, cacheKeyFn: historyOf },
    ),
    history: (key, page) => {
      const name = JSON.stringify(page);
      const loader = histories.get(name) ?? historyLoader(db, page);
      histories.set(name, loader);
      return loader.load(key);
    },
  };
}

async function repositoryOfId(db: Database, id: number): Promise<() => Repository | null> {
  const repository = await repositoryById(db, id);
  return () => repository;
}

/** One for each page: the recordings of a list usually share it. */
function historyLoader(db: Database, page: VersionRange) {
  return new DataLoader<HistoryKey, PathVersion[], string>(
    (keys) =>
      inGroups(keys, refOf, async (group) => {
        const found = await pathVersions(db, group[0], group, page);
        return (key) => found[group.indexOf(key)] ?? [];
      }),
    { cacheKeyFn: historyOf, maxBatchSize: 100 },
  );
}
