import type { DriftChange, DriftSide, LoadContents } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { callKey, likenessOf } from './call-likeness.js';
import { type SketchContent, sketchSides } from './load-sketches.js';

/**
 * Finds failed attempts that were probably left behind: a new recording with an error, beside a recording of
 * the same test, model and endpoint that this change added or changed, whose request is nearly the same and
 * whose response is good. Where a good recording is unchanged, the test may play the error now, so the error
 * is no leftover; nor is an error that the replaced recording had too.
 *
 * @returns the path of the good recording by the path of the failed one
 */
export async function findLeftovers(
  changes: DriftChange[],
  load: LoadContents,
  sketch?: SketchContent,
): Promise<Map<string, string>> {
  const leftovers = new Map<string, string>();
  const failedCalls = new Set(
    changes.filter(isFailedAttempt).map((change) => callKey(change.after as DriftSide)),
  );
  if (failedCalls.size === 0) return leftovers;
  const related = changes.filter(({ after }) => after !== null && failedCalls.has(callKey(after)));
  const good = groupBy(related.filter(isGood), ({ after }) => callKey(after as DriftSide));
  const failed = related.filter(
    (change) => isFailedAttempt(change) && good.has(callKey(change.after as DriftSide)),
  );
  const sides = [...failed, ...[...good.values()].flat()].map(({ after }) => after as DriftSide);
  const sketches = await sketchSides(sides, load, sketch);
  for (const change of failed) {
    const after = change.after as DriftSide;
    let best: { path: string; nearness: number } | null = null;
    for (const { path, after: other } of good.get(callKey(after)) ?? []) {
      const likeness = likenessOf(sketches.get(after.digest), sketches.get((other as DriftSide).digest));
      if (likeness.degree !== 'SAME' && likeness.degree !== 'NEAR') continue;
      const isBetter =
        best === null ||
        likeness.nearness > best.nearness ||
        (likeness.nearness === best.nearness && path < best.path);
      if (isBetter) best = { path, nearness: likeness.nearness };
    }
    if (best !== null) leftovers.set(change.path, best.path);
  }
  return leftovers;
}

function isFailedAttempt({ kind, after, failure, failedBefore }: DriftChange): boolean {
  const isAttempt = kind === 'ADDED' || kind === 'REKEYED';
  const isError = failure?.kind === 'ERROR' || failure?.kind === 'TOOL_ERROR';
  return isAttempt && isError && !failedBefore && after !== null && after.testId !== null;
}

function isGood({ after, failure }: DriftChange): boolean {
  return after !== null && failure === null && !after.purged;
}
