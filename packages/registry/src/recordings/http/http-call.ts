import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import type { RecordedCall } from '../call/recorded-call.js';
import { urlParts } from '../hash/python-url.js';
import { decodeBody } from './decode-body.js';
import { type DecompressionBudget, decompressionBudget } from './decompress.js';
import { modelOf } from './model-of.js';

/** A recorded request and its response, as all formats of HTTP recorders have them. */
export interface HttpExchange {
  method: string;
  url: string;
  /** As `headersOf` makes them; null when the format records none. */
  requestHeaders: JsonObject | null;
  /** Text, a `Binary`, or a value that the recorder parsed. */
  requestBody: JsonValue;
  status: number | null;
  responseHeaders: JsonObject | null;
  responseBody: JsonValue;
  testId?: string | null;
  /** Fields that only the recorder reads, such as a duration. */
  bookkeeping?: JsonObject;
}

/**
 * Makes the calls of a file one by one; their bodies together decompress to at most 32 MiB. Never throws.
 */
export function* httpCalls(exchanges: Iterable<HttpExchange>): Generator<RecordedCall> {
  const budget = decompressionBudget();
  for (const exchange of exchanges) yield httpCall(exchange, budget);
}

/** Makes the call of a recorded HTTP exchange: bodies decoded, model and endpoint found. Never throws. */
export function httpCall(
  exchange: HttpExchange,
  budget: DecompressionBudget = decompressionBudget(),
): RecordedCall {
  const { url, status, requestHeaders, responseHeaders } = exchange;
  const method = exchange.method.toUpperCase();
  const body = decodeBody(exchange.requestBody, requestHeaders, budget);
  const path = urlParts(url).path;
  return {
    testId: exchange.testId ?? null,
    model: modelOf(url, body, exchange.requestHeaders),
    endpoint: path || null,
    method,
    url,
    isTool: false,
    request: { method, url, headers: requestHeaders ?? {}, body },
    response: {
      body: decodeBody(exchange.responseBody, responseHeaders, budget),
      isStreaming: null,
      status,
      headers: responseHeaders,
      exception: null,
    },
    bookkeeping: exchange.bookkeeping ?? {},
  };
}
