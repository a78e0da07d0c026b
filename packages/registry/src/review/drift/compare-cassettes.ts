import type { Settings } from '../../store/settings/settings.js';
import type { Failure } from '../../vocabulary/failure.js';
import { rank } from '../../vocabulary/level.js';
import type { Exchange } from '../../vocabulary/recording.js';
import { code, count } from '../../vocabulary/words.js';
import { mergeReasons } from '../answers/merge-reasons.js';
import { type DriftReason, type ExchangeChange, MAXIMUM_EXCHANGES } from '../differences/drift.js';
import type { RequestPlace } from '../differences/request-places.js';
import { FAILURE_RULE, failureReason } from '../failures/describe-failure.js';
import { findFailure, findFailures } from '../failures/find-failure.js';
import { isSameFailure } from '../failures/same-failure.js';
import { type AlignedExchange, alignExchanges } from '../pairing/align-exchanges.js';
import { callName } from '../pairing/call-urls.js';
import { compareUrls } from '../pairing/compare-urls.js';
import { compareExchanges, type ExchangeComparison } from './compare-exchanges.js';
import { compareOrder } from './compare-order.js';
import { isEcho, type ResponseValues, valuesInResponses } from './echoes.js';
import { exchangeChange } from './exchange-change.js';
import { sumExchanges } from './sum-exchanges.js';

/** How two cassettes of one test differ: what their exchanges say, summed up. */
export interface CassetteComparison extends ExchangeComparison {
  /** The exchanges that differ, the highest level first, then in the order of the file. */
  exchanges: ExchangeChange[];
}

/** Compares two cassettes of one test, exchange by exchange. */
export function compareCassettes(
  before: readonly Exchange[],
  after: readonly Exchange[],
  settings: Settings,
): CassetteComparison {
  const { aligned, isOtherOrder } = alignExchanges(before, after);
  const order = compareOrder(aligned);
  const sides = { before: valuesInResponses(before), after: valuesInResponses(after) };
  const failures = new KnownFailures(before);
  let ignored = 0;
  const all = aligned.flatMap((one): ExchangeChange[] => {
    const { before: from, after: to } = one;
    if (from === null || to === null) return [changedNumber(one, failures)];
    const comparison = comparePair(from, to, settings, sides);
    ignored += comparison.ignored;
    const judged = failures.ofChanged(comparison);
    const isNews = ({ rule }: DriftReason) => rule !== FAILURE_RULE || !judged.failedBefore;
    const moved = one.isMoved ? order(from.key) : [];
    const reasons = [...mergeReasons(comparison.reasons.filter(isNews)), ...moved];
    if (reasons.length === 0 && comparison.requestChange === null) return [];
    const isChanged = reasons.length > moved.length || comparison.requestChange !== null;
    const kind = isChanged ? 'CHANGED' : 'MOVED';
    return [exchangeChange(from, to, { ...comparison, ...judged, kind, reasons })];
  });
  const exchanges = all.toSorted((a, b) => rank(b.level) - rank(a.level)).slice(0, MAXIMUM_EXCHANGES);
  const summed = sumExchanges(all);
  if (isOtherOrder) summed.reasons.push(OTHER_ORDER);
  return { ...summed, ignored, exchanges };
}

const OTHER_ORDER: DriftReason = {
  rule: 'order',
  level: 'COSMETIC',
  path: '',
  words: 'order of different calls in the file',
};

function comparePair(
  from: Exchange,
  to: Exchange,
  settings: Settings,
  values: { before: ResponseValues; after: ResponseValues },
): ExchangeComparison {
  const url = compareUrls(from, to);
  const quiet = new Set<DriftReason>();
  const isReported = (place: RequestPlace) => {
    if (url !== null && (place.path === 'url' || place.path === 'method')) return true;
    const isValue = place.kind === 'value' || place.kind === 'order';
    const repeats = isEcho(
      place,
      { values: values.before, exchange: from },
      { values: values.after, exchange: to },
    );
    if (isValue && !repeats) return false;
    quiet.add(repeats ? ECHO : GENERATED);
    return true;
  };
  const comparison = compareExchanges(from, to, settings, isReported);
  const reasons = comparison.reasons.map((reason) => judgeUnknown(reason, from, to));
  if (url !== null) reasons.push({ rule: 'url', path: 'request.url', ...url });
  return { ...comparison, reasons: [...reasons, ...quiet] };
}

const ECHO: DriftReason = {
  rule: 'echo',
  level: 'COSMETIC',
  path: 'request',
  words: 'earlier answers quoted in the requests',
};

/** No hash depends on the request of a cassette, so ids in it are no news. */
const GENERATED: DriftReason = {
  rule: 'generated values',
  level: 'COSMETIC',
  path: 'request',
  words: 'ids, dates or scores in the requests',
};

/** Calls of no model, such as a list of products: what they return is content, and no answer that changed its parts. */
function judgeUnknown(reason: DriftReason, from: Exchange, to: Exchange): DriftReason {
  const isOfModel = from.model !== null || to.model !== null || to.answer.shape !== 'unknown';
  const isPart = reason.rule === 'unknown field' && reason.level === 'BEHAVIOUR';
  return isPart && !isOfModel ? { ...reason, level: 'CONTENT' } : reason;
}

/** An exchange that only one side has: the test makes another number of calls. */
function changedNumber({ before, after }: AlignedExchange, failures: KnownFailures): ExchangeChange {
  const found = after === null ? { failure: null, failedBefore: false } : failures.ofNew(after);
  const isNews = found.failure !== null && !found.failedBefore;
  const reasons = [
    ...(found.failure !== null && isNews ? [failureReason(found.failure)] : []),
    numberOfCalls(after ?? (before as Exchange), after !== null),
  ];
  return exchangeChange(before, after, { kind: after === null ? 'REMOVED' : 'ADDED', ...found, reasons });
}

/** The reason of a call that is made more or less often. */
function numberOfCalls(exchange: Exchange, isMore: boolean): DriftReason {
  const [rule, what] = isMore ? ['more calls', 'more call'] : ['fewer calls', 'fewer call'];
  const name = code(callName(exchange), 120);
  const words = `${count(1, what as string)} of ${name}`;
  return { rule: rule as string, level: 'BEHAVIOUR', path: `exchanges ${name}`, words };
}

type Judged = Pick<ExchangeComparison, 'failure' | 'failedBefore'>;

/** The failures of a cassette, to tell which ones are news. */
class KnownFailures {
  readonly #known: Failure[];

  constructor(before: readonly Exchange[]) {
    this.#known = before.flatMap(findFailures);
  }

  /** What is wrong with a new exchange. A failure that the older cassette had, such as a retry, is no news. */
  ofNew(exchange: Exchange): Judged {
    return this.#judge(findFailure(exchange), false);
  }

  /**
   * What is wrong with a changed exchange. The result of a tool is in every later request, and reported once; an
   * error is that of its own response.
   */
  ofChanged({ failure, failedBefore }: ExchangeComparison): Judged {
    return failure?.kind === 'TOOL_ERROR' ? this.#judge(failure, failedBefore) : { failure, failedBefore };
  }

  #judge(failure: Failure | null, failedBefore: boolean): Judged {
    if (failure === null) return { failure, failedBefore };
    const isKnown = this.#known.some((known) => isSameFailure(known, failure));
    this.#known.push(failure);
    return { failure, failedBefore: failedBefore || isKnown };
  }
}
