import {
  NAME_LENGTH,
  storableOrNull,
  storableText,
  TEXT_LENGTH,
} from '../../recordings/reading/storable-text.js';
import type { Exchange, ExchangeReading } from '../../vocabulary/recording.js';
import { listing, plain } from '../../vocabulary/words.js';
import type { ExchangeChange } from '../differences/drift.js';
import { describeAnswer } from '../report/describe-change.js';
import { strongest } from './order-reasons.js';

type Found = Partial<Pick<ExchangeChange, 'requestChange' | 'texts' | 'failure' | 'failedBefore'>> &
  Pick<ExchangeChange, 'kind' | 'reasons'>;

const MAXIMUM_REQUEST_WORDS = 3;

/** Makes the change of an exchange: its level is that of its highest reason, at least `COSMETIC`. */
export function exchangeChange(
  before: Exchange | null,
  after: Exchange | null,
  found: Found,
): ExchangeChange {
  const reasons = strongest(found.reasons);
  const level = reasons[0]?.level ?? 'COSMETIC';
  const requestChange = found.requestChange ?? null;
  const request = requestChange && `request: ${listing(requestChange.words, MAXIMUM_REQUEST_WORDS)}`;
  const words = [request, describeAnswer({ reasons, level })].filter(Boolean).join('; ');
  return {
    kind: found.kind,
    level,
    before: before && readingOf(before),
    after: after && readingOf(after),
    summary: plain(words),
    words,
    reasons,
    requestChange,
    texts: found.texts ?? [],
    failure: found.failure ?? null,
    failedBefore: found.failedBefore ?? false,
  };
}

/** An exchange as it is stored. */
function readingOf(exchange: Exchange): ExchangeReading {
  const { position, key, occurrence, answer } = exchange;
  return {
    position,
    key,
    occurrence,
    method: storableText(exchange.method, NAME_LENGTH),
    url: storableText(exchange.url, NAME_LENGTH),
    model: storableOrNull(exchange.model, NAME_LENGTH),
    endpoint: storableOrNull(exchange.endpoint, NAME_LENGTH),
    isStreaming: answer.isStreaming,
    status: answer.status,
    outcome: answer.outcome,
    responseText: storableOrNull(answer.text, TEXT_LENGTH),
  };
}
