import { openDocument } from '../../recordings/json/open-document.js';
import { readExchange } from '../../recordings/reading/read-exchange.js';
import { describePurgeBriefly } from '../../store/purged/purge.js';
import { NO_SETTINGS, type Settings } from '../../store/settings/settings.js';
import { type DriftLevel, rank } from '../../vocabulary/level.js';
import type { Exchange } from '../../vocabulary/recording.js';
import { code } from '../../vocabulary/words.js';
import { compareAnswers } from '../answers/compare-answers.js';
import { requestContent, requestDifference } from '../differences/compare-requests.js';
import { compareTexts, percent } from '../differences/compare-texts.js';
import type { DriftReason, DriftSide, RequestChange, TextChange } from '../differences/drift.js';
import { sameValue } from '../differences/walk-values.js';
import { removeIgnored } from '../settings/remove-ignored.js';
import { setLevels } from '../settings/set-levels.js';

/** How one recording differs from another that stands for the same call. */
export interface RecordingComparison {
  /** Null when nothing but the path differs. */
  level: DriftLevel | null;
  /** The highest level first; never more than `MOST_REASONS`. */
  reasons: DriftReason[];
  requestChange: RequestChange | null;
  texts: TextChange[];
  unplayable: boolean;
  /** In how many places it differs that the repository's settings ignore. */
  ignored: number;
}

/** A side with its content; null when the content is too large to be compared, or was purged. */
export interface Content {
  side: DriftSide;
  bytes: Uint8Array | null;
}

const MOST_REASONS = 40;
const MOST_TEXTS = 8;
const WHOLE_HASH = 64;

/**
 * Compares two recordings that stand for the same call.
 *
 * @param sameName whether the test looks both up under one name (same path); then a request that differs was edited in place.
 */
export function compareRecordings(
  before: Content,
  after: Content,
  sameName: boolean,
  settings: Settings = NO_SETTINGS,
): RecordingComparison {
  const reasons: DriftReason[] = [];
  const texts: TextChange[] = [];
  let requestChange: RequestChange | null = null;
  let ignored = 0;
  // Where nobody gets the recording, what its name fits is told to nobody.
  const mismatched =
    !after.side.purged && before.side.hashStatus === 'VERIFIED' && after.side.hashStatus === 'MISMATCHED';
  const unplayable = mismatched && (sameName || !lacksTestId(after.side));
  if (mismatched && !unplayable) {
    reasons.push({
      rule: 'unverified name',
      level: 'METADATA',
      path: '',
      words: 'its new name cannot be checked, because it says no test id',
    });
  } else if (unplayable) {
    reasons.push({
      rule: 'unplayable',
      level: 'BEHAVIOUR',
      path: '',
      words: 'no recorder will find it: its name does not fit its request',
    });
  } else if (before.side.hashStatus === 'MISMATCHED' && after.side.hashStatus === 'VERIFIED') {
    // The answers tell what tests see of it; that it was lost before is no harm done by this change.
    reasons.push({
      rule: 'playable',
      level: 'METADATA',
      path: '',
      words: 'recorders find it again: its request fits its name',
    });
  }
  const [from, to] = [read(before), read(after)];
  const purged = purgedSides(before, after);
  if (purged !== null) reasons.push(...purged);
  else if ('problem' in from || 'problem' in to)
    reasons.push(...compareUnread(before, after, from, to, texts));
  else {
    const response = removeIgnored(settings.ignore, 'response', from.answer.body, to.answer.body);
    const answers = compareAnswers(
      { ...from.answer, body: response.before },
      { ...to.answer, body: response.after },
    );
    reasons.push(...setLevels(settings, answers.reasons));
    texts.push(...answers.texts);
    const asked = removeIgnored(settings.ignore, 'request', requestContent(from), requestContent(to));
    requestChange = requestDifference(from, to, asked);
    ignored = response.ignored + asked.ignored;
    if (ignored > 0) {
      reasons.push({
        rule: 'ignored',
        level: 'COSMETIC',
        path: '',
        words: 'what the settings of the repository ignore',
      });
    }
    reasons.push(...aroundTheAnswer(from, to));
    if (sameName && requestChange && !unplayable) {
      const level = levelInPlace(after.side);
      for (const words of requestChange.words)
        reasons.push({ rule: 'request in place', level, path: 'request', words });
    }
  }
  if (reasons.length === 0 && before.side.digest !== after.side.digest && !requestChange) {
    if (sameLongNumbers(before, after)) {
      reasons.push({ rule: 'layout', level: 'COSMETIC', path: '', words: 'layout of the file' });
    } else
      reasons.push({
        rule: 'long numbers',
        level: 'CONTENT',
        path: '',
        words: 'whole numbers of 16 and more digits',
      });
  }
  const ordered = reasons.map((reason, index) => ({ reason, index }));
  ordered.sort((a, b) => rank(b.reason.level) - rank(a.reason.level) || a.index - b.index);
  const level = ordered[0]?.reason.level ?? (before.side.digest === after.side.digest ? null : 'COSMETIC');
  return {
    level,
    reasons: ordered.slice(0, MOST_REASONS).map(({ reason }) => reason),
    requestChange,
    texts: texts.slice(0, MOST_TEXTS),
    unplayable,
    ignored,
  };
}

/**
 * Recorders that name files by the whole hash put the test id into it. A recording that does not say its test may lie under
 * the right name all the same: of the ones we know, each was found again once its test id was written into it.
 */
export function lacksTestId(side: DriftSide): boolean {
  return side.testId === null && side.hash?.length === WHOLE_HASH;
}

function read(content: Content): Exchange | { problem: string } {
  return content.bytes === null ? { problem: 'too large to be compared' } : readExchange(content.bytes);
}

/**
 * What can be said where an admin removed a content: that it was. What it said is not known any more, so it counts as an
 * answer in other words, never as another behaviour. Null where neither side was purged; nothing where both are the same bytes.
 */
function purgedSides(before: Content, after: Content): DriftReason[] | null {
  const told = ([side, which]: [DriftSide, string]) =>
    side.purged
      ? [`${which} ${describePurgeBriefly(side.purged)} by an admin, so it cannot be compared`]
      : [];
  const words = [
    ...told([before.side, 'the recording before was']),
    ...told([after.side, 'the recording was']),
  ];
  if (words.length === 0) return null;
  if (before.side.digest === after.side.digest) return [];
  return words.map((each) => ({ rule: 'purged', level: 'CONTENT', path: '', words: each }));
}

/** What no test sees: headers, the provider's and the recorder's bookkeeping. */
function aroundTheAnswer(from: Exchange, to: Exchange): DriftReason[] {
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
 * A request that differs under the same name. Where it verifies, the recorder's key leaves out what differs, or fits
 * again: the answer is what tests see, but the recording says something else about its test, so it is more than
 * cosmetic. Where it does not, the registry cannot tell what a recorder would find.
 */
function levelInPlace(after: DriftSide): DriftLevel {
  return after.hashStatus === 'VERIFIED' ? 'METADATA' : 'CONTENT';
}

/** At least one side is no recording of a known format. */
function compareUnread(
  before: Content,
  after: Content,
  from: Exchange | { problem: string },
  to: Exchange | { problem: string },
  texts: TextChange[],
): DriftReason[] {
  const reason = (rule: string, level: DriftLevel, words: string): DriftReason[] => [
    { rule, level, path: '', words },
  ];
  if (!('problem' in from) && 'problem' in to) {
    return reason('readable', 'BEHAVIOUR', `can no longer be read: ${code(to.problem, 120)}`);
  }
  if ('problem' in from && !('problem' in to))
    return reason('readable', 'BEHAVIOUR', 'can be read now, and could not before');
  if (before.side.digest === after.side.digest) return [];
  if (before.bytes === null || after.bytes === null)
    return reason('bytes', 'CONTENT', 'too large to be compared; its bytes differ');
  const [a, b] = [openDocument(before.bytes), openDocument(after.bytes)];
  if (!('problem' in a) && !('problem' in b) && sameValue(a.value, b.value) && sameLongNumbers(before, after))
    return reason('layout', 'COSMETIC', 'layout of the file');
  const [old, now] = [asText(before.bytes), asText(after.bytes)];
  if (old === null || now === null) return reason('bytes', 'CONTENT', 'not a known format; its bytes differ');
  const change = compareTexts('', old, now);
  texts.push(change);
  return reason(
    'bytes',
    'CONTENT',
    `not a known format; its text differs (${percent(change.likeness)}% alike)`,
  );
}

/** Whole numbers so long that parsing rounds them: two that parse to the same may yet differ. */
function sameLongNumbers(before: Content, after: Content): boolean {
  const numbers = ({ bytes }: Content) =>
    ((bytes && asText(bytes)) ?? '')
      .match(/(?<![\w.+-])-?\d{16,}(?![\w.])/g)
      ?.sort()
      .join() ?? '';
  return numbers(before) === numbers(after);
}

function asText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
