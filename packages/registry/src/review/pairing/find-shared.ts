import type { Difference, DriftSide, ModelRename } from '../differences/drift.js';
import { renameSide } from './model-renames.js';

/** What is known about the tests of a change. */
export interface TestsOfChange {
  changed: Difference['changed'];
  /** Recordings at another path with a successor. */
  pairs: { before: DriftSide; after: DriftSide; rename: ModelRename | null }[];
  removed: DriftSide[];
  added: DriftSide[];
  loadUnchanged: Difference['loadUnchanged'];
  loadEarlierTests: Difference['loadEarlierTests'];
}

/**
 * Finds changed recordings that other tests play too: those of tests whose recording was overwritten by
 * another test, in this change or earlier in the history of the baseline. A test that was renamed does not
 * exist under its earlier id, so these do not count: ids that a pair of this change or a renamed model
 * connects, and tests that this change leaves without a recording although they had others.
 *
 * @returns the ids of the other tests by path, sorted
 */
export async function findShared(tests: TestsOfChange): Promise<Map<string, string[]>> {
  const { changed, pairs, removed, added, loadUnchanged, loadEarlierTests } = tests;
  const withTest = changed.filter(({ after }) => after.testId !== null);
  const players = new Map(withTest.map(({ after }) => [after.path, new Set<string>()]));
  const overwritten = withTest.filter(({ before, after }) => before.testId && before.testId !== after.testId);
  const previous = [...new Set(overwritten.map(({ before }) => before.testId as string))].sort();
  const renamedTests = new Set(
    pairs
      .filter(({ before, after }) => before.testId !== after.testId)
      .map(({ before, after }) => JSON.stringify([before.testId, after.testId])),
  );
  const renames = [...new Set(pairs.map(({ rename }) => rename).filter((rename) => rename !== null))];
  const remaining = new Set(
    [...added, ...changed.map(({ after }) => after), ...pairs.map(({ after }) => after)].map(
      (side) => side.testId,
    ),
  );
  if (previous.length > 0)
    for (const { testId } of (await loadUnchanged?.(previous, 1)) ?? []) remaining.add(testId);
  const lost = new Set([...removed, ...pairs.map(({ before }) => before)].map((side) => side.testId));

  for (const { before, after } of overwritten) {
    const testId = before.testId as string;
    const isRenamed =
      renamedTests.has(JSON.stringify([testId, after.testId])) ||
      renames.some((rename) => renameSide(before, rename).testId === after.testId);
    const isGone = lost.has(testId) && !remaining.has(testId);
    if (!isRenamed && !isGone) players.get(after.path)?.add(testId);
  }
  const earlier = players.size === 0 ? undefined : await loadEarlierTests?.([...players.keys()].sort());
  for (const [path, testIds] of earlier ?? [])
    for (const testId of testIds) if (!previous.includes(testId)) players.get(path)?.add(testId);
  for (const { after } of withTest) players.get(after.path)?.delete(after.testId as string);
  return new Map(
    [...players].filter(([, ids]) => ids.size > 0).map(([path, ids]) => [path, [...ids].sort()]),
  );
}
