import type { DriftChange } from '../../differences/drift.js';
import { categorise } from './categorise.js';
import { markOfChange } from './cause.js';

/**
 * How many changes that a test notices are only in the earlier report of a pull request (`fixed`), and only in
 * the later one (`fresh`). A change is the same in both when its test differs in the same respect: values and
 * digests may be others, because each recording of a model's response is another one.
 */
export function compareReports(
  before: DriftChange[],
  after: DriftChange[],
): { fixed: number; fresh: number } {
  const [old, now] = [countByFingerprint(before), countByFingerprint(after)];
  return { fixed: excess(old, now), fresh: excess(now, old) };
}

function countByFingerprint(changes: DriftChange[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const change of changes) {
    const key = fingerprint(change);
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** What a change is about; null when a test does not notice it. */
function fingerprint(change: DriftChange): string | null {
  const category = categorise(change);
  if (markOfChange(change, category) === '') return null;
  const rules = change.reasons.filter(({ level }) => level === change.level).map(({ rule }) => rule);
  const { failure } = change;
  return JSON.stringify([
    category,
    change.testId ?? change.path,
    change.model,
    failure && [failure.kind, failure.status, failure.tool],
    failure ? [] : [...new Set(rules)].sort(),
  ]);
}

function excess(counts: Map<string, number>, others: Map<string, number>): number {
  let sum = 0;
  for (const [key, number] of counts) sum += Math.max(0, number - (others.get(key) ?? 0));
  return sum;
}
