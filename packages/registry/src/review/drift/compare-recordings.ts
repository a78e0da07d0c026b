import { openExchanges, type RecordedExchanges } from '../../recordings/reading/read-exchange.js';
import { describePurgeBriefly } from '../../store/purged/purge.js';
import { NO_SETTINGS, type Settings } from '../../store/settings/settings.js';
import type { Failure } from '../../vocabulary/failure.js';
import type { DriftLevel } from '../../vocabulary/level.js';
import { code } from '../../vocabulary/words.js';
import { mergeReasons } from '../answers/merge-reasons.js';
import type {
  DriftReason,
  DriftSide,
  ExchangeChange,
  RequestChange,
  TextChange,
} from '../differences/drift.js';
import { sameValue } from '../differences/walk-values.js';
import { type Content, compareBytes, describeLayout, sameLongNumbers } from './compare-bytes.js';
import { type CassetteComparison, compareCassettes } from './compare-cassettes.js';
import { compareExchanges } from './compare-exchanges.js';
import { compareNames } from './compare-names.js';
import { strongest } from './order-reasons.js';

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
  /** Number of calls in the newer recording. */
  calls: number;
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
  const { unplayable, reason: nameReason } = compareNames(before.side, after.side, samePath);
  const found = compareContents(before, after, settings);
  const reasons = nameReason === null ? found.reasons : [nameReason, ...found.reasons];
  if (samePath && found.requestChange && !found.isCassette && !unplayable) {
    const level = levelOfRequestInPlace(after.side);
    for (const words of found.requestChange.words)
      reasons.push({ rule: 'request in place', level, path: 'request', words });
  }
  const isOtherContent = before.side.digest !== after.side.digest;
  if (reasons.length === 0 && isOtherContent && !found.requestChange)
    reasons.push(compareLayout(before, after));
  const ordered = strongest(found.isCassette ? reasons : mergeReasons(reasons));
  return {
    level: ordered[0]?.level ?? (isOtherContent ? 'COSMETIC' : null),
    reasons: ordered,
    requestChange: found.requestChange,
    texts: found.texts.slice(0, MAXIMUM_TEXTS),
    unplayable,
    failure: found.failure,
    failedBefore: found.failedBefore,
    ignored: found.ignored,
    exchanges: found.exchanges,
    calls: found.calls,
  };
}

interface FoundDifferences extends CassetteComparison {
  isCassette: boolean;
  calls: number;
}

/** Compares what two files say, by what they are: purged, unreadable, cassettes, or recordings of one call. */
function compareContents(before: Content, after: Content, settings: Settings): FoundDifferences {
  const [from, to] = [open(before), open(after)];
  const purged = comparePurged(before, after);
  if (purged !== null) return { ...NOTHING, reasons: purged };
  if ('problem' in from || 'problem' in to) {
    const texts: TextChange[] = [];
    return { ...NOTHING, reasons: compareUnreadable(before, after, from, to, texts), texts };
  }
  const [only, newer] = [from.exchanges[0], to.exchanges[0]];
  const calls = to.exchanges.length;
  if (!from.isCassette && !to.isCassette && only && newer)
    return { ...compareExchanges(only, newer, settings), exchanges: [], isCassette: false, calls };
  if (from.exchanges.length + calls === 0) {
    const texts: TextChange[] = [];
    return { ...NOTHING, reasons: compareBytes(before, after, texts), texts, isCassette: true };
  }
  const compared = compareCassettes(from.exchanges, to.exchanges, settings);
  const reasons = [...compared.reasons, ...compareRest(from, to)];
  return { ...compared, reasons, isCassette: true, calls };
}

/** The reason of a difference in parts of a cassette that are no calls, or that were not read. */
function compareRest(from: RecordedExchanges, to: RecordedExchanges): DriftReason[] {
  const reason = (words: string): DriftReason[] => [{ rule: 'rest', level: 'CONTENT', path: '', words }];
  if (!sameValue(from.otherInteractions, to.otherInteractions))
    return reason('recorded messages that are not HTTP calls');
  return from.hasMoreCalls || to.hasMoreCalls ? reason('more calls than are compared') : [];
}

const NOTHING: FoundDifferences = {
  reasons: [],
  requestChange: null,
  texts: [],
  failure: null,
  failedBefore: false,
  ignored: 0,
  exchanges: [],
  isCassette: false,
  calls: 1,
};

type Opened = RecordedExchanges | { problem: string };

function open(content: Content): Opened {
  return content.bytes === null ? { problem: 'too large to compare' } : openExchanges(content.bytes);
}

/** The reason of two files that say the same in other bytes. */
function compareLayout(before: Content, after: Content): DriftReason {
  return sameLongNumbers(before, after)
    ? { rule: 'layout', level: 'COSMETIC', path: '', words: describeLayout(before, after) }
    : { rule: 'long numbers', level: 'CONTENT', path: '', words: 'integers of 16 or more digits' };
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
  from: Opened,
  to: Opened,
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
