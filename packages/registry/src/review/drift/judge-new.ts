import { openExchanges } from '../../recordings/reading/read-exchange.js';
import type { Exchange } from '../../vocabulary/recording.js';
import type { DriftReason, ExchangeChange } from '../differences/drift.js';
import { failureReason } from '../failures/describe-failure.js';
import { findFailure } from '../failures/find-failure.js';
import type { Content } from './compare-bytes.js';
import { ANSWERED } from './compare-names.js';
import type { RecordingComparison } from './compare-recordings.js';
import { exchangeChange } from './exchange-change.js';
import { sumExchanges } from './sum-exchanges.js';

const ANSWERED_REASON: DriftReason = { rule: 'answered', level: 'METADATA', path: '', words: ANSWERED };

/** Judges a new recording that replaces none: its level is `BEHAVIOUR` when a call of it is a failure, else null. */
export function judgeNew({ side, bytes }: Content): RecordingComparison {
  const opened = bytes === null ? null : openExchanges(bytes);
  const read = opened === null || 'problem' in opened ? null : opened;
  const failed = failedExchanges(read?.exchanges ?? []);
  const { failure, reasons } = sumExchanges(failed);
  const answered = side.answeredBy == null ? [] : [ANSWERED_REASON];
  return {
    level: failure === null ? (answered[0]?.level ?? null) : 'BEHAVIOUR',
    reasons: [...reasons, ...answered],
    requestChange: null,
    texts: [],
    unplayable: false,
    failure,
    failedBefore: false,
    ignored: 0,
    exchanges: read?.isCassette ? failed : [],
    calls: read?.exchanges.length ?? 1,
  };
}

/** The calls with a failure. The result of a tool is in every later request, and counts once. */
function failedExchanges(exchanges: readonly Exchange[]): ExchangeChange[] {
  const known = new Set<string>();
  return exchanges.flatMap((exchange): ExchangeChange[] => {
    const failure = findFailure(exchange);
    if (failure === null) return [];
    const reason = failureReason(failure);
    const isRepeated = failure.kind === 'TOOL_ERROR' && known.has(reason.words);
    known.add(reason.words);
    return isRepeated ? [] : [exchangeChange(null, exchange, { kind: 'ADDED', failure, reasons: [reason] })];
  });
}
