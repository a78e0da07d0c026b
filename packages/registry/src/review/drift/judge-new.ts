import { readExchange } from '../../recordings/reading/read-exchange.js';
import type { DriftReason } from '../differences/drift.js';
import { failureReason } from '../failures/describe-failure.js';
import { findFailure } from '../failures/find-failure.js';
import type { Content } from './compare-bytes.js';
import { ANSWERED } from './compare-names.js';
import type { RecordingComparison } from './compare-recordings.js';

const ANSWERED_REASON: DriftReason = { rule: 'answered', level: 'METADATA', path: '', words: ANSWERED };

/** Judges a new recording that replaces none: its level is `BEHAVIOUR` when it is a failure, else null. */
export function judgeNew({ side, bytes }: Content): RecordingComparison {
  const exchange = bytes === null ? null : readExchange(bytes);
  const failure = exchange === null || 'problem' in exchange ? null : findFailure(exchange);
  const answered = side.answeredBy == null ? [] : [ANSWERED_REASON];
  return {
    level: failure === null ? (answered[0]?.level ?? null) : 'BEHAVIOUR',
    reasons: [...(failure === null ? [] : [failureReason(failure)]), ...answered],
    requestChange: null,
    texts: [],
    unplayable: false,
    failure,
    failedBefore: false,
    ignored: 0,
    exchanges: [],
  };
}
