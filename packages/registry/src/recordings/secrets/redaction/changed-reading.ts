import type { ExchangeReading, Reading } from '../../../vocabulary/recording.js';

/** Fields of the reading that redaction must not change. */
const PRESERVED = [
  'format',
  'testId',
  'model',
  'endpoint',
  'isStreaming',
  'outcome',
] as const satisfies (keyof Reading)[];

/** Fields of each exchange that redaction must not change. */
const PRESERVED_OF_EXCHANGES = [
  'occurrence',
  'method',
  'model',
  'endpoint',
  'isStreaming',
  'status',
  'outcome',
] as const satisfies (keyof ExchangeReading)[];

/** Why a redacted recording no longer reads like the original; null when it does. */
export function changedReading(before: Reading, after: Reading): string | null {
  if (before.requestHashes.join() !== after.requestHashes.join()) {
    return (
      'a secret is part of the request, so replacing it would change the hash by which recorders ' +
      'find the recording: record it again without the secret in the request'
    );
  }
  const differs = PRESERVED.find((field) => before[field] !== after[field]);
  if (differs !== undefined) return `replacing the secret would change its ${differs}: record it again`;
  if (before.exchanges.length !== after.exchanges.length)
    return 'replacing the secret would change the number of its exchanges: record it again';
  for (const [index, exchange] of before.exchanges.entries()) {
    const reason = changedExchange(exchange, after.exchanges[index] as ExchangeReading);
    if (reason !== null) return `${reason} of exchange ${index + 1}: record it again`;
  }
  return null;
}

function changedExchange(before: ExchangeReading, after: ExchangeReading): string | null {
  if (before.key !== after.key)
    return 'a secret is part of the address, by which recorders find the response';
  const differs = PRESERVED_OF_EXCHANGES.find((field) => before[field] !== after[field]);
  return differs === undefined ? null : `replacing the secret would change the ${differs}`;
}
