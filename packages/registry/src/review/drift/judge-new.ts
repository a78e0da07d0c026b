import { readExchange } from '../../recordings/reading/read-exchange.js';
import { failureReason } from '../failures/describe-failure.js';
import { findFailure } from '../failures/find-failure.js';
import type { Content } from './compare-bytes.js';
import type { RecordingComparison } from './compare-recordings.js';

/** Judges a new recording that replaces none: its level is `BEHAVIOUR` when it is a failure, else null. */
export function judgeNew({ bytes }: Content): RecordingComparison {
  const exchange = bytes === null ? null : readExchange(bytes);
  const failure = exchange === null || 'problem' in exchange ? null : findFailure(exchange);
  return {
    level: failure === null ? null : 'BEHAVIOUR',
    reasons: failure === null ? [] : [failureReason(failure)],
    requestChange: null,
    texts: [],
    unplayable: false,
    failure,
    failedBefore: false,
    ignored: 0,
  };
}
