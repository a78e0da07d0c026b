import { openExchanges } from '../../recordings/reading/read-exchange.js';
import { batches, comparableSize, loadComparable } from '../differences/content-batches.js';
import type { Difference, DriftChange, DriftReason, DriftSide, LoadContents } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { findBrokenFollowUps, type Link, linkOf } from './broken-follow-ups.js';

/** More tests than real pull requests change. Further ones are not searched. */
const MAXIMUM_TESTS = 2_000;

/** A conversation has a few calls. A test with more recordings is not searched. */
const MAXIMUM_RECORDINGS = 200;

/** Bytes of content of one test. */
const MAXIMUM_BYTES = 32 * 1024 * 1024;

/** The reason of a change that leaves a follow-up behind. */
export const CHAIN_REASON: DriftReason = {
  rule: 'chain',
  level: 'BEHAVIOUR',
  path: '',
  words: 'the follow-up call will not be found',
};

/**
 * Finds the changes whose old response other recordings of the same test quote: the paths of those recordings,
 * by change. Loads contents in batches.
 */
export async function linkChanges(
  changes: DriftChange[],
  loadUnchanged: Difference['loadUnchanged'],
  load: LoadContents,
): Promise<Map<DriftChange, string[]>> {
  const broken = new Map<DriftChange, string[]>();
  const tests = await changedTests(changes, loadUnchanged);
  for (const batch of batches(tests, ({ loaded }) => sizeOf(loaded))) {
    const links = await loadLinks(
      batch.flatMap(({ loaded }) => loaded),
      load,
    );
    for (const [change, paths] of batch.flatMap((test) => linkTest(test, links)))
      broken.set(change, [...new Set([...(broken.get(change) ?? []), ...paths])].sort());
  }
  return broken;
}

/** The recordings of a test of which at least one changed. */
interface ChangedTest {
  /** Changes that replace a response. */
  changes: DriftChange[];
  /** Its recordings at the head. */
  sides: DriftSide[];
  /** The same, and the earlier ones of the changes. */
  loaded: DriftSide[];
}

/** The tests with a changed recording and at least one other. */
async function changedTests(
  changes: DriftChange[],
  loadUnchanged: Difference['loadUnchanged'],
): Promise<ChangedTest[]> {
  const byTest = new Map<string, DriftChange[]>();
  for (const change of changes) {
    for (const test of testsOf(change)) {
      const group = byTest.get(test);
      if (group) group.push(change);
      else byTest.set(test, [change]);
    }
  }
  const changed = [...byTest].filter(([, group]) => group.some(mayBreak)).map(([test]) => test);
  const tests = changed.sort().slice(0, MAXIMUM_TESTS);
  if (tests.length === 0) return [];
  const unchanged = groupBy(
    (await loadUnchanged?.(tests, MAXIMUM_RECORDINGS)) ?? [],
    (side) => side.testId ?? '',
  );
  const found = tests.map((test) => {
    const group = byTest.get(test) ?? [];
    const replacing = group.filter(mayBreak);
    const sides = [...group.flatMap(({ after }) => after ?? []), ...(unchanged.get(test) ?? [])];
    const loaded = [...sides, ...replacing.flatMap(({ before }) => before ?? [])];
    return { changes: replacing, sides, loaded };
  });
  return found.filter(
    ({ sides, loaded }) =>
      sides.length > 1 && loaded.length <= MAXIMUM_RECORDINGS && sizeOf(loaded) <= MAXIMUM_BYTES,
  );
}

/** The tests that play a changed recording: a path that two tests share has a test before and another after. */
function testsOf({ kind, before, after }: DriftChange): Set<string> {
  const sides = kind === 'CHANGED' ? [before, after] : [after];
  return new Set(sides.flatMap((side) => side?.testId ?? []));
}

function linkTest({ changes, sides }: ChangedTest, links: Map<string, Link>): [DriftChange, string[]][] {
  return changes.flatMap((change): [DriftChange, string[]][] => {
    const [before, after] = [links.get(change.before?.digest ?? ''), links.get(change.after?.digest ?? '')];
    if (!before || !after) return [];
    const others = sides.flatMap((side) => {
      const link = side === change.after ? undefined : links.get(side.digest);
      return link ? [{ ...link, path: side.path, isPlayable: isPlayable(side) }] : [];
    });
    const paths = findBrokenFollowUps(before, after, others);
    return paths.length > 0 ? [[change, paths]] : [];
  });
}

/** Whether a change replaces a response that its test received. A cassette has its follow-ups inside of it. */
function mayBreak({ kind, before, after, exchanges }: DriftChange): boolean {
  if (kind === 'ADDED' || before === null || after === null || exchanges.length > 0) return false;
  return (kind === 'CHANGED' || before.testId === after.testId) && before.digest !== after.digest;
}

/** Whether a test may find the recording: also when its file name has no hash, so that nobody can tell. */
function isPlayable({ playable, hash }: DriftSide): boolean {
  return playable === 'YES' || playable === 'UNKNOWN' || (playable === 'MISNAMED' && hash === null);
}

function sizeOf(sides: DriftSide[]): number {
  return sides.reduce((sum, side) => sum + comparableSize(side), 0);
}

async function loadLinks(sides: DriftSide[], load: LoadContents): Promise<Map<string, Link>> {
  const links = new Map<string, Link>();
  for (const [digest, bytes] of await loadComparable(sides, load)) {
    const opened = openExchanges(bytes);
    const only = 'problem' in opened || opened.isCassette ? undefined : opened.exchanges[0];
    if (only) links.set(digest, linkOf(only));
  }
  return links;
}
