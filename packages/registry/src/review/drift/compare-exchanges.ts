import type { Settings } from '../../store/settings/settings.js';
import type { Failure } from '../../vocabulary/failure.js';
import type { Exchange } from '../../vocabulary/recording.js';
import { compareAnswers } from '../answers/compare-answers.js';
import { requestContent, requestDifference } from '../differences/compare-requests.js';
import type { DriftReason, RequestChange, TextChange } from '../differences/drift.js';
import type { RequestPlace } from '../differences/request-places.js';
import { sameValue } from '../differences/walk-values.js';
import { failureReason } from '../failures/describe-failure.js';
import { withoutExplained } from '../failures/explained-reasons.js';
import { compareFailures } from '../failures/find-failure.js';
import { removeIgnored } from '../settings/remove-ignored.js';
import { setLevels } from '../settings/set-levels.js';
import { compareBinary } from './compare-binary.js';
import { compareHeaders } from './compare-headers.js';

/** How two recordings of one call differ. */
export interface ExchangeComparison {
  /** In the order in which they were found, not merged. */
  reasons: DriftReason[];
  requestChange: RequestChange | null;
  texts: TextChange[];
  /** What is wrong with the newer response. */
  failure: Failure | null;
  /** Whether the older response failed in the same way. */
  failedBefore: boolean;
  /** Number of differences that the repository's settings ignore. */
  ignored: number;
}

/**
 * Compares two recordings of one call: response, request and bookkeeping.
 *
 * @param isEcho whether a place of the request only repeats an earlier response, so that it says nothing new
 */
export function compareExchanges(
  from: Exchange,
  to: Exchange,
  settings: Settings,
  isEcho?: (place: RequestPlace) => boolean,
): ExchangeComparison {
  const reasons: DriftReason[] = [];
  const texts: TextChange[] = [];
  const { failure, failedBefore } = compareFailures(from, to);
  const response = removeIgnored(settings.ignore, 'response', from.answer.body, to.answer.body);
  const [before, after] = [
    { ...from.answer, body: response.before },
    { ...to.answer, body: response.after },
  ];
  const answers = compareBinary(before, after) ?? compareAnswers(before, after);
  if (failure !== null && !failedBefore) {
    reasons.push(failureReason(failure));
    answers.reasons = withoutExplained(answers.reasons, failure, to.answer.shape);
  }
  // `push(...list)` fails on very long lists.
  for (const reason of setLevels(settings, answers.reasons)) reasons.push(reason);
  if (failure?.kind !== 'ERROR' || failedBefore) for (const text of answers.texts) texts.push(text);
  const request = removeIgnored(settings.ignore, 'request', requestContent(from), requestContent(to));
  const requestChange = requestDifference(from, to, request, isEcho);
  const ignored = response.ignored + request.ignored;
  if (ignored > 0)
    reasons.push({ rule: 'ignored', level: 'COSMETIC', path: '', words: 'fields ignored by the settings' });
  reasons.push(...compareHeaders(from, to), ...compareBookkeeping(from, to));
  return { reasons, requestChange, texts, failure, failedBefore, ignored };
}

/** Differences that no test sees: headers of the request, and the bookkeeping of provider and recorder. */
function compareBookkeeping(from: Exchange, to: Exchange): DriftReason[] {
  const reasons: DriftReason[] = [];
  for (const name of ['headers', 'provider_metadata']) {
    if (!sameValue(from.request[name], to.request[name])) {
      reasons.push({
        rule: 'bookkeeping',
        level: 'COSMETIC',
        path: `request.${name}`,
        words: `\`${name}\` of the request`,
      });
    }
  }
  if (!sameValue(from.bookkeeping, to.bookkeeping)) {
    reasons.push({ rule: 'bookkeeping', level: 'COSMETIC', path: '', words: "the recorder's bookkeeping" });
  }
  return reasons;
}
