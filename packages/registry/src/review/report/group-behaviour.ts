import { listing } from '../../vocabulary/words.js';
import type { DriftChange } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import type { ChangeGroup } from './change-group.js';
import { describeAnswer } from './describe-change.js';

/** Number of tests from which a shared difference is a separate group. */
const SHARED_BY = 3;

/**
 * One group per test with all its changes; tests with the same description share one. A difference
 * that many tests share (a renamed tool) is one group for all of them; the other changes of these
 * tests are in groups per test.
 */
export function groupBehaviour(changes: DriftChange[], wordsOf = describeAnswer): ChangeGroup[] {
  const byTest = groupTests(changes, wordsOf);
  const large = byTest.filter((group) => testsOf(group.changes) >= SHARED_BY);
  const remaining = byTest
    .filter((group) => testsOf(group.changes) < SHARED_BY)
    .flatMap((group) => group.changes);
  const shared = sharedWords(remaining);
  if (shared.size === 0) return byTest;
  const sharedGroups = [...shared].map(([words, sharing]) => ({ words, changes: sharing, texts: [] }));
  const unshared = (change: DriftChange): DriftChange => {
    const reasons = change.reasons.filter((reason) => !shared.has(reason.words));
    return { ...change, reasons };
  };
  const own = groupTests(
    remaining.filter((change) => unshared(change).reasons.some((reason) => reason.level === 'BEHAVIOUR')),
    (change) => wordsOf(unshared(change)),
  );
  return [...large, ...sharedGroups].sort((a, b) => b.changes.length - a.changes.length).concat(own);
}

function groupTests(changes: DriftChange[], wordsOf: (change: DriftChange) => string): ChangeGroup[] {
  const tests = [...groupBy(changes, testOf).values()].map((ofTest) => ({
    words: listing([...new Set(ofTest.map((change) => wordsOf(change)))], 4),
    changes: ofTest,
  }));
  return [...groupBy(tests, (test) => test.words)].map(([words, sameTests]) => {
    const all = sameTests.flatMap((test) => test.changes);
    return { words, changes: all, texts: all.flatMap((change) => change.texts) };
  });
}

/**
 * Differences that at least `SHARED_BY` tests have with the same words, except for finish reasons.
 */
function sharedWords(changes: DriftChange[]): Map<string, DriftChange[]> {
  const found = new Map<string, Set<DriftChange>>();
  for (const change of changes) {
    for (const reason of change.reasons) {
      if (reason.level !== 'BEHAVIOUR' || reason.rule === 'finish reason') continue;
      const sharing = found.get(reason.words) ?? new Set();
      found.set(reason.words, sharing.add(change));
    }
  }
  const many = [...found].map(([words, sharing]): [string, DriftChange[]] => [words, [...sharing]]);
  return new Map(many.filter(([, sharing]) => testsOf(sharing) >= SHARED_BY));
}

function testOf(change: DriftChange): string {
  return change.testId ?? change.path;
}

function testsOf(changes: DriftChange[]): number {
  return new Set(changes.map(testOf)).size;
}
