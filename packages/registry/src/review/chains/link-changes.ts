import { readExchange } from '../../recordings/reading/read-exchange.js';
import { comparableSize, loadComparable } from '../differences/content-batches.js';
import type { Difference, DriftChange, DriftReason, DriftSide, LoadContents } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { findBrokenFollowUps, type Link, linkOf } from './broken-follow-ups.js';

/** More tests than real pull requests change. Further ones are not searched. */
const MAXIMUM_TESTS = 2_000;

/** The newest recordings of a test, model and endpoint that are read. */
const RECORDINGS_OF_CALL = 64;

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
 * by change. Loads the recordings of one test at a time.
 */
export async function linkChanges(
  changes: DriftChange[],
  loadUnchanged: Difference['loadUnchanged'],
  load: LoadContents,
): Promise<Map<DriftChange, string[]>> {
  const broken = new Map<DriftChange, string[]>();
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
  if (tests.length === 0) return broken;
  const unchanged = groupBy(
    (await loadUnchanged?.(tests, RECORDINGS_OF_CALL)) ?? [],
    (side) => side.testId ?? '',
  );
  for (const test of tests) {
    const group = byTest.get(test) ?? [];
    const found = await linkTest(group, unchanged.get(test) ?? [], load);
    for (const [change, paths] of found)
      broken.set(change, [...new Set([...(broken.get(change) ?? []), ...paths])].sort());
  }
  return broken;
}

/** The tests that play a changed recording: a path that two tests share has a test before and another after. */
function testsOf({ kind, before, after }: DriftChange): Set<string> {
  const sides = kind === 'CHANGED' ? [before, after] : [after];
  return new Set(sides.flatMap((side) => side?.testId ?? []));
}

/** The broken follow-ups among the recordings of one test. */
async function linkTest(
  group: DriftChange[],
  unchanged: DriftSide[],
  load: LoadContents,
): Promise<Map<DriftChange, string[]>> {
  const broken = new Map<DriftChange, string[]>();
  const sides = [...group.flatMap(({ after }) => after ?? []), ...unchanged];
  const breaking = group.filter(mayBreak);
  const loaded = [...sides, ...breaking.flatMap(({ before }) => before ?? [])];
  if (sides.length < 2 || isTooMuch(loaded)) return broken;
  const links = await loadLinks(loaded, load);
  for (const change of breaking) {
    const [before, after] = [links.get(change.before?.digest ?? ''), links.get(change.after?.digest ?? '')];
    if (!before || !after) continue;
    const others = sides.flatMap((side) => {
      const link = side === change.after ? undefined : links.get(side.digest);
      return link ? [{ ...link, path: side.path, isPlayable: isPlayable(side) }] : [];
    });
    const paths = findBrokenFollowUps(before, after, others);
    if (paths.length > 0) broken.set(change, paths);
  }
  return broken;
}

/** Whether a change replaces a response that its test received. */
function mayBreak({ kind, before, after }: DriftChange): boolean {
  if (kind === 'ADDED' || before === null || after === null) return false;
  return (kind === 'CHANGED' || before.testId === after.testId) && before.digest !== after.digest;
}

function isPlayable({ playable }: DriftSide): boolean {
  return playable === 'YES' || playable === 'UNKNOWN';
}

function isTooMuch(sides: DriftSide[]): boolean {
  const bytes = sides.reduce((sum, side) => sum + comparableSize(side), 0);
  return sides.length > MAXIMUM_RECORDINGS || bytes > MAXIMUM_BYTES;
}

async function loadLinks(sides: DriftSide[], load: LoadContents): Promise<Map<string, Link>> {
  const links = new Map<string, Link>();
  for (const [digest, bytes] of await loadComparable(sides, load)) {
    const exchange = readExchange(bytes);
    if (!('problem' in exchange)) links.set(digest, linkOf(exchange));
  }
  return links;
}
