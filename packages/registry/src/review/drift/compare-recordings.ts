import { readExchange } from '../../recordings/reading/read-exchange.js';
import { describePurgeBriefly } from '../../store/purged/purge.js';
import { NO_SETTINGS, type Settings } from '../../store/settings/settings.js';
import type { Failure } from '../../vocabulary/failure.js';
import { type DriftLevel, rank } from '../../vocabulary/level.js';
import type { Exchange } from '../../vocabulary/recording.js';
import { code } from '../../vocabulary/words.js';
import { compareAnswers } from '../answers/compare-answers.js';
import { mergeReasons } from '../answers/merge-reasons.js';
import { requestContent, requestDifference } from '../differences/compare-requests.js';
import {
  type DriftReason,
  type DriftSide,
  type ExchangeChange,
  MAXIMUM_REASONS,
  type RequestChange,
  type TextChange,
} from '../differences/drift.js';
import { sameValue } from '../differences/walk-values.js';
import { failureReason } from '../failures/describe-failure.js';
import { withoutExplained } from '../failures/explained-reasons.js';
import { compareFailures } from '../failures/find-failure.js';
import { removeIgnored } from '../settings/remove-ignored.js';
import { setLevels } from '../settings/set-levels.js';
import { type Content, compareBytes, describeLayout, sameLongNumbers } from './compare-bytes.js';
import { compareNames } from './compare-names.js';

/** How two recordings of the same call differ. */
export interface RecordingComparison {
  /** Null when only the path differs. */
  level: DriftLevel | null;
  /** The highest level first; at most `MAXIMUM_REASONS`. */
  reasons: DriftReason[];
  requestChange: RequestChange | null;
  texts: TextChange[];
  unplayable: boolean;
  /** What is wrong with the newer recording; null when its bytes are those of the older one. */
  failure: Failure | null;
  /** Whether the older recording failed in the same way. */
  failedBefore: boolean;
  /** Number of differences that the repository's settings ignore. */
  ignored: number;
  /** As in `DriftChange`. */
  exchanges: ExchangeChange[];
}

const MAXIMUM_TEXTS = 8;

/**
 * Compares two recordings of the same call.
 *
 * @param samePath whether both have the same path; then a request that differs was edited in place
 */
export function compareRecordings(
  before: Content,
  after: Content,
  samePath: boolean,
  settings: Settings = NO_SETTINGS,
): RecordingComparison {
  const reasons: DriftReason[] = [];
  const texts: TextChange[] = [];
  let requestChange: RequestChange | null = null;
  let ignored = 0;
  let [failure, failedBefore]: [Failure | null, boolean] = [null, false];
  const { unplayable, reason: nameReason } = compareNames(before.side, after.side, samePath);
  if (nameReason !== null) reasons.push(nameReason);
  const [from, to] = [read(before), read(after)];
  const purged = comparePurged(before, after);
  if (purged !== null) reasons.push(...purged);
  else if ('problem' in from || 'problem' in to)
    reasons.push(...compareUnreadable(before, after, from, to, texts));
  else {
    ({ failure, failedBefore } = compareFailures(from, to));
    const response = removeIgnored(settings.ignore, 'response', from.answer.body, to.answer.body);
    const answers = compareAnswers(
      { ...from.answer, body: response.before },
      { ...to.answer, body: response.after },
    );
    if (failure !== null && !failedBefore) {
      reasons.push(failureReason(failure));
      answers.reasons = withoutExplained(answers.reasons, failure, to.answer.shape);
    }
    // `push(...list)` fails on very long lists.
    for (const reason of setLevels(settings, answers.reasons)) reasons.push(reason);
    if (failure?.kind !== 'ERROR' || failedBefore) for (const text of answers.texts) texts.push(text);
    const request = removeIgnored(settings.ignore, 'request', requestContent(from), requestContent(to));
    requestChange = requestDifference(from, to, request);
    ignored = response.ignored + request.ignored;
    if (ignored > 0)
      reasons.push({ rule: 'ignored', level: 'COSMETIC', path: '', words: 'fields ignored by the settings' });
    reasons.push(...compareBookkeeping(from, to));
    if (samePath && requestChange && !unplayable) {
      const level = levelOfRequestInPlace(after.side);
      for (const words of requestChange.words)
        reasons.push({ rule: 'request in place', level, path: 'request', words });
    }
  }
  if (reasons.length === 0 && before.side.digest !== after.side.digest && !requestChange) {
    if (sameLongNumbers(before, after)) {
      reasons.push({ rule: 'layout', level: 'COSMETIC', path: '', words: describeLayout(before, after) });
    } else
      reasons.push({
        rule: 'long numbers',
        level: 'CONTENT',
        path: '',
        words: 'integers of 16 or more digits',
      });
  }
  const merged = mergeReasons(reasons);
  const ordered = merged.map((reason, index) => ({ reason, index }));
  ordered.sort((a, b) => rank(b.reason.level) - rank(a.reason.level) || a.index - b.index);
  const level = ordered[0]?.reason.level ?? (before.side.digest === after.side.digest ? null : 'COSMETIC');
  return {
    level,
    reasons: ordered.slice(0, MAXIMUM_REASONS).map(({ reason }) => reason),
    requestChange,
    texts: texts.slice(0, MAXIMUM_TEXTS),
    unplayable,
    failure,
    failedBefore,
    ignored,
    exchanges: [],
  };
}

function read(content: Content): Exchange | { problem: string } {
  return content.bytes === null ? { problem: 'too large to compare' } : readExchange(content.bytes);
}

/**
 * The reasons when a side was purged: null when neither was, none when both have the same bytes.
 * What a purged content said is unknown, so the change counts as `CONTENT`, never as `BEHAVIOUR`.
 */
function comparePurged(before: Content, after: Content): DriftReason[] | null {
  const describe = ({ purged }: DriftSide, which: string) =>
    purged ? [`${which} ${describePurgeBriefly(purged)} by an admin, so it cannot be compared`] : [];
  const found = [
    ...describe(before.side, 'the previous recording was'),
    ...describe(after.side, 'the recording was'),
  ];
  if (found.length === 0) return null;
  if (before.side.digest === after.side.digest) return [];
  return found.map((words) => ({ rule: 'purged', level: 'CONTENT', path: '', words }));
}

/** Differences that no test sees: headers, and the bookkeeping of provider and recorder. */
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

/**
 * The level of a request that differs at the same path. When it verifies, recorders find it and
 * tests see only the response, but the recording says something else about its test. Otherwise, the
 * registry cannot know what a recorder finds.
 */
function levelOfRequestInPlace(after: DriftSide): DriftLevel {
  return after.hashStatus === 'VERIFIED' ? 'METADATA' : 'CONTENT';
}

/** Compares two sides of which at least one is not a recording of a known format. */
function compareUnreadable(
  before: Content,
  after: Content,
  from: Exchange | { problem: string },
  to: Exchange | { problem: string },
  texts: TextChange[],
): DriftReason[] {
  const reason = (words: string): DriftReason[] => [
    { rule: 'readable', level: 'BEHAVIOUR', path: '', words },
  ];
  if (!('problem' in from) && 'problem' in to)
    return reason(`can no longer be read: ${code(to.problem, 120)}`);
  if ('problem' in from && !('problem' in to)) return reason('can be read now; it could not be read before');
  return compareBytes(before, after, texts);
}
