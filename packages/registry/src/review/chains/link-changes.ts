import { readExchange } from '../../recordings/reading/read-exchange.js';
import { comparableSize, loadComparable } from '../differences/content-batches.js';
import type { Difference, DriftChange, DriftReason, DriftSide, LoadContents } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import { findBrokenFollowUps, type Link, linkOf } from './broken-follow-ups.js';

/** More tests than any real pull request changes; a report of this size names other problems first. */
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
 * by change. Loads the recordings of one test at a time.
 */
export async function linkChanges(
  changes: DriftChange[],
  loadUnchanged: Difference['loadUnchanged'],
  load: LoadContents,
): Promise<Map<DriftChange, string[]>> {
  const broken = new Map<DriftChange, string[]>();
  const testOf = (change: DriftChange) => change.after?.testId ?? '';
  const byTest = new Map(
    groupBy(
      changes.filter((change) => testOf(change) !== ''),
      testOf,
    ),
  );
  const tests = [...byTest].filter(([, group]) => group.some(mayBreak)).map(([test]) => test);
  if (tests.length === 0 || tests.length > MAXIMUM_TESTS) return broken;
  const unchanged = new Map(groupBy((await loadUnchanged?.(tests)) ?? [], (side) => side.testId ?? ''));
  for (const test of tests) {
    const group = byTest.get(test) ?? [];
    const sides = [...group.flatMap(({ after }) => after ?? []), ...(unchanged.get(test) ?? [])];
    const previous = group.filter(mayBreak).flatMap(({ before }) => before ?? []);
    if (sides.length < 2 || isTooMuch([...sides, ...previous])) continue;
    const links = await loadLinks([...sides, ...previous], load);
    for (const change of group.filter(mayBreak)) {
      const [before, after] = [links.get(change.before?.digest ?? ''), links.get(change.after?.digest ?? '')];
      if (!before || !after) continue;
      const others = sides.flatMap((side) => {
        const link = side === change.after ? undefined : links.get(side.digest);
        return link ? [{ ...link, path: side.path, isPlayable: isPlayable(side) }] : [];
      });
      const paths = findBrokenFollowUps(before, after, others);
      if (paths.length > 0) broken.set(change, paths);
    }
  }
  return broken;
}

/** Whether a change replaces a response that its test received. */
function mayBreak({ kind, before, after }: DriftChange): boolean {
  if (kind === 'ADDED' || before === null || after === null) return false;
  return before.testId === after.testId && before.digest !== after.digest;
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
