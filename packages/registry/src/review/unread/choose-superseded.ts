import type { DriftSide } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { answerOneRequest, callKey, likenessOf } from '../pairing/call-likeness.js';
import type { SketchOf } from '../pairing/pair-group.js';

/**
 * Calls with more recordings are not compared: each unread recording would be compared with all read ones.
 */
export const MAXIMUM_RECORDINGS = 200;

/** The recordings of one test, model and endpoint: those that runs read, and those that no run ever read. */
export interface ComparedCall {
  read: DriftSide[];
  unread: DriftSide[];
}

/**
 * The calls that have both read and unread recordings, and the number of tests with a call that has too many
 * recordings to compare them.
 * @param uses whether a run read it, by path; recordings that no run pulled are missing
 */
export function callsToCompare(
  sides: DriftSide[],
  uses: Map<string, boolean>,
): { calls: ComparedCall[]; skippedTests: Set<string> } {
  const calls: ComparedCall[] = [];
  const skippedTests = new Set<string>();
  for (const group of groupBy(sides, callKey).values()) {
    const read = group.filter(({ path }) => uses.get(path) === true);
    const unread = group.filter(({ path }) => uses.get(path) === false);
    if (read.length === 0 || unread.length === 0) continue;
    if (group.length > MAXIMUM_RECORDINGS) skippedTests.add(group[0]?.testId ?? '');
    else calls.push({ read, unread });
  }
  return { calls, skippedTests };
}

/**
 * Finds the unread recordings of a call whose request is nearly that of a read one, with the most similar
 * read one. Several responses to one request are no duplicates: a recorder may play each of them.
 */
export function chooseSuperseded(
  { read, unread }: ComparedCall,
  sketchOf: SketchOf,
): { side: DriftSide; by: DriftSide }[] {
  return unread.flatMap((side) => {
    let best: { by: DriftSide; nearness: number } | null = null;
    for (const by of read) {
      if (answerOneRequest(side, by)) continue;
      const { degree, nearness } = likenessOf(sketchOf(side), sketchOf(by));
      if (degree !== 'SAME' && degree !== 'NEAR') continue;
      const isBetter =
        best === null || nearness > best.nearness || (nearness === best.nearness && by.path < best.by.path);
      if (isBetter) best = { by, nearness };
    }
    return best === null ? [] : [{ side, by: best.by }];
  });
}
