import type { RecordedCall } from '../call/recorded-call.js';
import { exchangeKey } from '../http/exchange-key.js';

/** What identifies a call inside its file. */
export interface CallName {
  position: number;
  key: string;
  occurrence: number;
}

/** Names the calls of a file: calls with the same key are counted, in the order of the file. */
export function numberCalls(calls: readonly Pick<RecordedCall, 'method' | 'url'>[]): CallName[] {
  const counts = new Map<string, number>();
  return calls.map(({ method, url }, position) => {
    const key = exchangeKey(method, url);
    const occurrence = counts.get(key) ?? 0;
    counts.set(key, occurrence + 1);
    return { position, key, occurrence };
  });
}
