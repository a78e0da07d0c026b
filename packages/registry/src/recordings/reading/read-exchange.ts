import type { Exchange } from '../../vocabulary/recording.js';
import { type CallName, numberCalls } from './number-calls.js';
import { openRecording } from './open-recording.js';

/**
 * Reads the calls of a recording for comparison, in the order of the file: the parsed requests, and the
 * responses as a test sees them. Never throws: returns the problem when the bytes are not a recording of a
 * known format.
 */
export function readExchanges(bytes: Uint8Array): Exchange[] | { problem: string } {
  const opened = openRecording(bytes);
  if (opened.kind === 'unreadable') return { problem: opened.problem };
  if (opened.kind === 'other') return { problem: 'not a known recording format' };
  const names = numberCalls(opened.calls.map(({ call }) => call));
  return opened.calls.map(({ call, answer }, position) => ({
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
