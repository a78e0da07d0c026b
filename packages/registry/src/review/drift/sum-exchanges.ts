import { createHash } from 'node:crypto';
import type { FailureKind } from '../../vocabulary/failure.js';
import { count } from '../../vocabulary/words.js';
import { mergeAlike } from '../answers/merge-reasons.js';
import type { DriftReason, ExchangeChange, RequestChange } from '../differences/drift.js';
import { groupBy } from '../differences/group-by.js';
import type { ExchangeComparison } from './compare-exchanges.js';

const MAXIMUM_WORDS = 12;
const SERIOUS: readonly FailureKind[] = ['ERROR', 'TOOL_ERROR', 'CUT_OFF', 'EMPTY'];

/** Sums up the changes of a cassette's exchanges. Equal reasons are one, whatever exchange they are of. */
export function sumExchanges(changes: readonly ExchangeChange[]): ExchangeComparison {
  const { failure, failedBefore } = worstFailure(changes);
  return {
    reasons: mergeAlike(mergeNumbers(changes.flatMap(({ reasons }) => reasons))),
    requestChange: mergeRequests(changes.flatMap(({ requestChange }) => requestChange ?? [])),
    texts: changes.flatMap(({ texts }) => texts),
    failure,
    failedBefore,
    ignored: 0,
  };
}

const NUMBER = /^1 (more|fewer) call of /;

/** "1 more call of …" twice is "2 more calls of …". */
function mergeNumbers(reasons: DriftReason[]): DriftReason[] {
  const equal = groupBy(reasons, ({ words }) => (NUMBER.test(words) ? words : null));
  return reasons.flatMap((reason) => {
    const same = NUMBER.test(reason.words) ? (equal.get(reason.words) ?? []) : [];
    if (same.length < 2) return [reason];
    if (same[0] !== reason) return [];
    const words = reason.words.replace(NUMBER, (_, what) => `${count(same.length, `${what} call`)} of `);
    return [{ ...reason, words }];
  });
}

/** The most serious failure, one that is news first. */
function worstFailure(changes: readonly ExchangeChange[]): Pick<ExchangeChange, 'failure' | 'failedBefore'> {
  const weight = ({ failure, failedBefore }: ExchangeChange) =>
    failure === null ? 0 : (failedBefore ? 0 : 10) + SERIOUS.length - SERIOUS.indexOf(failure.kind);
  const worst = changes.reduce<ExchangeChange | null>(
    (most, change) => (weight(change) > (most === null ? 0 : weight(most)) ? change : most),
    null,
  );
  return { failure: worst?.failure ?? null, failedBefore: worst?.failedBefore ?? false };
}

function mergeRequests(changes: RequestChange[]): RequestChange | null {
  const [first, ...more] = changes;
  if (first === undefined || more.length === 0) return first ?? null;
  const keys = [...new Set(changes.map(({ key }) => key))];
  const words = [...new Set(changes.flatMap((change) => change.words))];
  const rest = words.length - MAXIMUM_WORDS;
  return {
    key: keys.length === 1 ? first.key : createHash('sha256').update(keys.join()).digest('hex').slice(0, 32),
    shape: [...new Set(changes.flatMap(({ shape }) => shape.split(', ')))].slice(0, MAXIMUM_WORDS).join(', '),
    words: rest > 0 ? [...words.slice(0, MAXIMUM_WORDS), `${rest} more differences`] : words,
  };
}
