import type { Exchange, JsonValue } from '../../vocabulary/recording.js';
import { type CallName, numberCalls } from './number-calls.js';
import { openRecording } from './open-recording.js';

/** The calls of a file, in its order. */
export interface RecordedExchanges {
  /** Whether the format allows any number of calls. Otherwise there is exactly one. */
  isCassette: boolean;
  exchanges: Exchange[];
  /** As in `RecordingFormat`. */
  otherInteractions: JsonValue[];
  /** Whether the file has more calls than are read. */
  hasMoreCalls: boolean;
}

/**
 * Reads the calls of a recording for comparison: the parsed requests, and the responses as a test sees them.
 * Never throws: returns the problem when the bytes are not a recording of a known format.
 */
export function openExchanges(bytes: Uint8Array): RecordedExchanges | { problem: string } {
  const opened = openRecording(bytes);
  if (opened.kind === 'unreadable') return { problem: opened.problem };
  if (opened.kind === 'other') return { problem: 'not a known recording format' };
  const names = numberCalls(opened.calls.map(({ call }) => call));
  const exchanges = opened.calls.map(({ call, answer }, position) => ({
    format: opened.format.name,
    ...(names[position] as CallName),
    method: call.method,
    url: call.url,
    testId: call.testId,
    model: call.model,
    endpoint: call.endpoint,
    request: call.request,
    answer,
    responseHeaders: call.response.headers,
    bookkeeping: call.bookkeeping,
  }));
  const { document, format, hasMoreCalls } = opened;
  const otherInteractions = format.otherInteractions?.(document) ?? [];
  return { isCassette: format.isCassette, exchanges, otherInteractions, hasMoreCalls };
}

/** As `openExchanges`, without the kind of format. */
export function readExchanges(bytes: Uint8Array): Exchange[] | { problem: string } {
  const opened = openExchanges(bytes);
  return 'problem' in opened ? opened : opened.exchanges;
}

/** As `readExchanges`, for callers that need the only call of a file. */
export function readExchange(bytes: Uint8Array): Exchange | { problem: string } {
  const exchanges = readExchanges(bytes);
  if ('problem' in exchanges) return exchanges;
  const [only] = exchanges;
  return only !== undefined && exchanges.length === 1
    ? only
    : { problem: `a cassette with ${exchanges.length} calls` };
}
