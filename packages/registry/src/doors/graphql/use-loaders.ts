import DataLoader from 'dataloader';
import type { Database } from '../../database/statements/database.js';
import { encodeSnapshotKey, type SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import { lastUsesOfTests, type PathUse, usesOf } from '../../store/uses/last-use-store.js';
import { inGroups } from './load-in-order.js';

interface PathKey {
  repositoryId: number;
  path: string;
}

interface TestKey {
  snapshot: SnapshotKey;
  testId: string;
}

/** Loads the last uses of recordings and tests, in batches. */
export interface UseLoaders {
  /** Null when no run of the default branch has pulled the path. */
  path: DataLoader<PathKey, PathUse | null, string>;
  /** Null when no run of the default branch has read a recording of the test. */
  test: DataLoader<TestKey, Date | null, string>;
}

/** The loaders of one request. */
export function makeUseLoaders(db: Database): UseLoaders {
  return {
    path: new DataLoader(
      (keys) =>
        inGroups(
          keys,
          ({ repositoryId }) => String(repositoryId),
          async (group) => {
            const paths = group.map(({ path }) => path);
            const found = await usesOf(db, group[0].repositoryId, paths);
            return ({ path }) => found.get(path) ?? null;
          },
        ),
      { maxBatchSize: 500, cacheKeyFn: ({ repositoryId, path }) => `${repositoryId}:${path}` },
    ),
    test: new DataLoader(
      (keys) =>
        inGroups(
          keys,
          ({ snapshot }) => encodeSnapshotKey(snapshot),
          async (group) => {
            const testIds = group.map(({ testId }) => testId);
            const found = await lastUsesOfTests(db, group[0].snapshot, testIds);
            return ({ testId }) => dateOf(found.get(testId));
          },
        ),
      {
        maxBatchSize: 500,
        cacheKeyFn: ({ snapshot, testId }) => `${encodeSnapshotKey(snapshot)}:${testId}`,
      },
    ),
  };
}

/** A time in milliseconds since 1970 as a date; null without one. */
export const dateOf = (time: number | null | undefined): Date | null =>
  time == null ? null : new Date(time);
