import type { ExchangeChange } from '../../../review/differences/drift.js';
import type { Exchange } from '../../../vocabulary/recording.js';
import { listing } from '../../../vocabulary/words.js';

/** A call that differs, with the contents of both sides. */
export interface CallChange {
  change: ExchangeChange;
  /** Null for a side that lacks the call, or whose content says something else than the report. */
  before: Exchange | null;
  after: Exchange | null;
}

/** The calls of a cassette as a change page shows them. */
export interface ArrangedCalls {
  /** In the order of the report: the highest level first. */
  changed: CallChange[];
  /** Calls that only moved. */
  moved: ExchangeChange[];
  /** Calls of the newer side that do not differ. */
  same: Exchange[];
  /** Number of calls of both sides, each pair once. */
  total: number;
}

/** Finds the contents of the calls that differ, and the calls that do not. */
export function arrangeCalls(
  changes: readonly ExchangeChange[],
  before: readonly Exchange[],
  after: readonly Exchange[],
): ArrangedCalls {
  const differing = new Set(changes.flatMap((change) => change.after?.position ?? []));
  return {
    changed: changes
      .filter(({ kind }) => kind !== 'MOVED')
      .map((change) => ({
        change,
        before: (change.before && before[change.before.position]) ?? null,
        after: (change.after && after[change.after.position]) ?? null,
      })),
    moved: changes.filter(({ kind }) => kind === 'MOVED'),
    same: after.filter(({ position }) => !differing.has(position)),
    total: after.length + changes.filter(({ kind }) => kind === 'REMOVED').length,
  };
}

/** Headers that a line names; the rest is counted. */
const NAMED_HEADERS = 8;

/** The names of the response headers that differ, on one line; null when none differs or is recorded. */
export function describeHeaders({ before, after }: Pick<CallChange, 'before' | 'after'>): string | null {
  const [from, to] = [before?.responseHeaders ?? null, after?.responseHeaders ?? null];
  if (from === null || to === null) return null;
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  const different = names.filter((name) => JSON.stringify(from[name]) !== JSON.stringify(to[name]));
  return different.length === 0 ? null : listing(different.sort(), NAMED_HEADERS);
}
