import { listing } from '../../vocabulary/words.js';
import type { DriftChange } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import type { ChangeGroup } from './change-group.js';
import { describeAnswer } from './describe-change.js';

/** So many tests must share a difference for it to be told apart from what else changed in them. */
const SHARED_BY = 3;

/**
 * One entry for each test, saying all that changed in it; tests of which the same is to be said share one. A difference that
 * many tests share (a renamed tool) is told once for all of them, and what else changed in one of them in its own entry.
 */
export function groupBehaviour(changes: DriftChange[], wordsOf = describeAnswer): ChangeGroup[] {
  const alike = groupTests(changes, wordsOf);
  const whole = alike.filter((group) => testsOf(group.changes) >= SHARED_BY);
  const others = alike
    .filter((group) => testsOf(group.changes) < SHARED_BY)
    .flatMap((group) => group.changes);
  const shared = sharedWords(others);
  if (shared.size === 0) return alike;
  const told = [...shared].map(([words, sharing]) => ({ words, changes: sharing, texts: [] }));
  const unshared = (change: DriftChange): DriftChange => {
    const reasons = change.reasons.filter((reason) => !shared.has(reason.words));
    return { ...change, reasons };
  };
  const own = groupTests(
    others.filter((change) => unshared(change).reasons.some((reason) => reason.level === 'BEHAVIOUR')),
    (change) => wordsOf(unshared(change)),
  );
  return [...whole, ...told].sort((a, b) => b.changes.length - a.changes.length).concat(own);
}

function groupTests(changes: DriftChange[], wordsOf: (change: DriftChange) => string): ChangeGroup[] {
  const tests = [...groupBy(changes, testOf).values()].map((ofTest) => ({
    words: listing([...new Set(ofTest.map((change) => wordsOf(change)))], 4),
    changes: ofTest,
  }));
  return [...groupBy(tests, (test) => test.words)].map(([words, alike]) => {
    const all = alike.flatMap((test) => test.changes);
    return { words, changes: all, texts: all.flatMap((change) => change.texts) };
  });
}

/** Differences that at least `SHARED_BY` tests have in the same words. How an answer ends goes with what it says. */
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
