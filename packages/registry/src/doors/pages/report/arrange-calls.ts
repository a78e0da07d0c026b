import {
  type DriftChange,
  type ExchangeChange,
  MAXIMUM_EXCHANGES,
} from '../../../review/differences/drift.js';
import type { Exchange } from '../../../vocabulary/recording.js';
import { count, listing } from '../../../vocabulary/words.js';

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
  /** Calls of the newer side that do not differ; empty when the report does not list all that differ. */
  same: Exchange[];
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
    same: isCut(changes) ? [] : after.filter(({ position }) => !differing.has(position)),
  };
}

function isCut(changes: readonly ExchangeChange[]): boolean {
  return changes.length >= MAXIMUM_EXCHANGES;
}

/**
 * "2 of 5 calls differ", of both sides and each pair once; for a new cassette "1 of 3 calls failed". Null where
 * there is only one call, or none of several.
 */
export function countCalls({ kind, replaces, exchanges, calls = 1 }: CountedCalls): string | null {
  const all = calls + exchanges.filter((one) => one.kind === 'REMOVED').length;
  if (all < 2 || exchanges.length === 0) return null;
  const total = count(all, 'call');
  const different = exchanges.length.toLocaleString('en-GB');
  if (kind === 'ADDED' && replaces === null) return `${different} of ${total} failed`;
  if (isCut(exchanges)) return `${different} or more of ${total} differ`;
  return `${different} of ${total} ${exchanges.length === 1 ? 'differs' : 'differ'}`;
}

type CountedCalls = Pick<DriftChange, 'kind' | 'replaces' | 'exchanges' | 'calls'>;

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
