import { count, listing } from '../../vocabulary/words.js';
import type { DriftChange } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';

/** "3 of the 18 new recordings were not read by this run"; null when the run read all of them. */
export function describeNewUnread({ of, unread }: { of: number; unread: DriftChange[] }): string | null {
  if (unread.length === 0) return null;
  if (of === 1) return 'The only new recording was not read by this run';
  const were = unread.length === 1 ? 'was' : 'were';
  const [some, all] = [unread.length, of].map((number) => number.toLocaleString('en-GB'));
  return `${some} of the ${all} new recordings ${were} not read by this run`;
}

/**
 * "last read 2026-10-02", "never read by the 41 runs that count".
 * @param lastUsedAt milliseconds since 1970; null when no run ever read it
 */
export function describeUse({
  lastUsedAt,
  runsSince,
}: {
  lastUsedAt: number | null;
  runsSince: number;
}): string {
  if (lastUsedAt !== null) return `last read ${new Date(lastUsedAt).toISOString().slice(0, 10)}`;
  if (runsSince === 0) return 'never read';
  return `never read by the ${count(runsSince, 'run that counts', 'runs that count')}`;
}

const MAXIMUM_PARTS = 3;

/**
 * The last uses of some removed recordings: the words that all have in common, else how many have which;
 * empty when nothing is known.
 */
export function sumUses(changes: DriftChange[], uses: ReadonlyMap<string, string>): string {
  const known = changes.flatMap(({ path }) => uses.get(path) ?? []);
  const groups = [...groupBy(known, (words) => words)].sort(([, a], [, b]) => b.length - a.length);
  const [only] = groups;
  if (only && groups.length === 1 && known.length === changes.length) return only[0];
  return listing(
    groups.map(([words, { length }]) => `${length.toLocaleString('en-GB')} ${words}`),
    MAXIMUM_PARTS,
  );
}
