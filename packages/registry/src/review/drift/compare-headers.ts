import { headerOf } from '../../recordings/http/headers.js';
import type { DriftLevel } from '../../vocabulary/level.js';
import type { Exchange, JsonObject } from '../../vocabulary/recording.js';
import { code } from '../../vocabulary/words.js';
import type { DriftReason } from '../differences/drift.js';
import { maskGenerated } from '../differences/generated-values.js';
import { sameValue } from '../differences/walk-values.js';

/** Rate limits, and what remains of them. */
const RATE_LIMIT = /^(?:x-|[a-z]+-)?ratelimit\b|^retry-after$/;

/**
 * Compares the headers of two responses. A test can see the media type, a redirect, and how long to wait; all other
 * headers are one cosmetic reason. No reasons when a side has no headers.
 */
export function compareHeaders(before: Exchange, after: Exchange): DriftReason[] {
  const [from, to] = [before.responseHeaders, after.responseHeaders];
  if (from === null || to === null || sameValue(from, to)) return [];
  const reasons: DriftReason[] = [];
  const add = (level: DriftLevel, name: string, words: string) =>
    reasons.push({ rule: 'header', level, path: `headers.${name}`, words });
  const [oldType, newType] = [mediaType(from), mediaType(to)];
  // A response that streams or fails now has another media type for that reason.
  const isExplained =
    before.answer.isStreaming !== after.answer.isStreaming || before.answer.outcome !== after.answer.outcome;
  if (oldType !== newType && !isExplained) {
    const words = `\`content-type\` ${code(oldType ?? 'none')} → ${code(newType ?? 'none')}`;
    add(oldType === null || newType === null ? 'METADATA' : 'BEHAVIOUR', 'content-type', words);
  }
  const location = (headers: JsonObject) => maskGenerated(headerOf(headers, 'location') ?? '');
  if (location(from) !== location(to)) add('METADATA', 'location', '`location` of the response changed');
  // Some providers send it with each success, too: there it is one of the counters of the rate limit.
  const isError = after.answer.outcome === 'ERROR';
  if (isError && headerOf(from, 'retry-after') !== headerOf(to, 'retry-after'))
    add('METADATA', 'retry-after', '`retry-after` of the response changed');
  if (!sameValue(rateLimits(from, isError), rateLimits(to, isError)))
    add('METADATA', 'ratelimit', 'rate limits in the headers of the response changed');
  if (reasons.length === 0) add('COSMETIC', '', 'headers of the responses');
  return reasons;
}

/** The media type without parameters: `charset` and `boundary` are noise. */
function mediaType(headers: JsonObject): string | null {
  return headerOf(headers, 'content-type')?.split(';')[0]?.trim().toLowerCase() || null;
}

function rateLimits(headers: JsonObject, isError: boolean): JsonObject {
  const isLimit = (name: string) => RATE_LIMIT.test(name) && !(isError && name === 'retry-after');
  const limits = Object.entries(headers).filter(([name]) => isLimit(name));
  return Object.fromEntries(limits);
}
