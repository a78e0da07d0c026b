import type { JsonObject } from '../../vocabulary/recording.js';
import type { DocumentProblem } from './document.js';
import { parseHttpMessage, textOrBinary } from './parse-http-message.js';

/** The first line of a trace of Go's `httprr`. */
const FIRST_LINE = /^httprr trace v1\r?\n/;

/** The line before each exchange: the lengths of request and response in bytes. */
const LENGTHS = /^(\d{1,10}) (\d{1,10})\r?$/;
const LONGEST_LINE = 64;

/** Exchanges of one trace that are parsed, to bound memory. Real traces have less than a hundred. */
const MOST_EXCHANGES = 10_000;

/** Whether bytes begin as a trace does. A trace holds raw messages, so it need not be valid UTF-8. */
export function isHttprr(bytes: Uint8Array): boolean {
  return FIRST_LINE.test(Buffer.from(bytes.subarray(0, LONGEST_LINE)).toString('latin1'));
}

/**
 * Parses a trace: after the first line, the lengths of a request and its response, then their bytes, and so
 * on. The value is `{httprr: [{request: {method, url, headers, body}, response: {status, headers, body}}]}`.
 * Never throws. A damaged trace has the exchanges before the damage, a warning with the position, and the
 * whole trace in `unread`, where a search for secrets sees it; with no exchange before it, it is a problem.
 */
export function parseHttprr(bytes: Uint8Array): { value: JsonObject; warnings: string[] } | DocumentProblem {
  const trace = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const exchanges: JsonObject[] = [];
  let at = trace.indexOf('\n') + 1;
  let problem: string | null = null;
  while (at < trace.length) {
    const next: NextExchange | DocumentProblem =
      exchanges.length < MOST_EXCHANGES
        ? exchangeAt(trace, at)
        : { problem: `more than ${MOST_EXCHANGES} exchanges` };
    if ('problem' in next) {
      problem = `${next.problem}, exchange ${exchanges.length + 1} (byte ${at})`;
      break;
    }
    exchanges.push(next.exchange);
    at = next.end;
  }
  if (problem === null) return { value: { httprr: exchanges }, warnings: [] };
  if (exchanges.length === 0) return { problem: `not an httprr trace: ${problem}` };
  const warnings = [`${problem}: only the calls before it are read`];
  return { value: { httprr: exchanges, unread: textOrBinary(trace) }, warnings };
}

interface NextExchange {
  exchange: JsonObject;
  /** The position after it. */
  end: number;
}

function exchangeAt(trace: Buffer, at: number): NextExchange | DocumentProblem {
  const line = trace.subarray(at, at + LONGEST_LINE);
  const lineEnd = line.indexOf('\n');
  const [, requestLength, responseLength] = LENGTHS.exec(line.toString('latin1', 0, lineEnd)) ?? [];
  if (lineEnd < 0 || requestLength === undefined || responseLength === undefined) {
    return { problem: 'expected the lengths of a request and a response' };
  }
  const start = at + lineEnd + 1;
  const middle = start + Number(requestLength);
  const end = middle + Number(responseLength);
  if (end > trace.length) {
    const missing = end - trace.length;
    return { problem: `truncated: the file ends ${missing} bytes before the end of the exchange` };
  }
  const request = parseHttpMessage(trace.subarray(start, middle));
  if (request?.kind !== 'request') return { problem: 'expected an HTTP request' };
  const response = parseHttpMessage(trace.subarray(middle, end));
  if (response?.kind !== 'response') return { problem: 'expected an HTTP response' };
  return { exchange: { request: request.message, response: response.message }, end };
}
