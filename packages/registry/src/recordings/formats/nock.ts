import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { binaryOf } from '../documents/binary.js';
import { isGzip } from '../documents/gunzip.js';
import { headerOf, headersOf } from '../http/headers.js';
import { type HttpExchange, httpCalls } from '../http/http-call.js';
import { isObject, textAt } from '../json/json-value.js';
import type { RecordingFormat } from './format.js';
import { bytesOfHex } from './hex.js';

/** Recordings of nock: `[{scope, method, path, body, status, response, rawHeaders, reqheaders}]`. */
export const nock: RecordingFormat = {
  name: 'nock',
  isCassette: true,

  matches({ value }) {
    return Array.isArray(value) && value.length > 0 && value.every(isInterceptor);
  },

  read: ({ value }) => httpCalls(exchangesIn(value as JsonObject[])),

  hashesByVersion: () => [],
};

function* exchangesIn(value: JsonObject[]): Generator<HttpExchange> {
  for (const recorded of value) {
    const { scope, method, path, body, status, response: _response, ...rest } = recorded;
    const { rawHeaders, headers, reqheaders, responseIsBinary: _isBinary, ...bookkeeping } = rest;
    const responseHeaders = headersOf(rawHeaders ?? headers);
    yield {
      method: String(method),
      url: `${String(scope)}${String(path)}`,
      requestHeaders: headersOf(reqheaders),
      requestBody: body ?? null,
      status: statusOf(status),
      responseHeaders,
      responseBody: responseOf(recorded, responseHeaders),
      bookkeeping,
    };
  }
}

function isInterceptor(recorded: JsonValue): boolean {
  return (
    isObject(recorded) &&
    /^https?:\/\//.test(textAt(recorded, 'scope') ?? '') &&
    textAt(recorded, 'method') !== null &&
    textAt(recorded, 'path') !== null &&
    ('response' in recorded || 'status' in recorded)
  );
}

/** nock replies with 200 when a recording has no status, and accepts it as text. */
function statusOf(status: JsonValue | undefined): number | null {
  const code = status === undefined ? 200 : Number(status);
  return Number.isInteger(code) ? code : null;
}

/**
 * nock writes the chunks of a compressed body in hex, one text per chunk, and any other body that is not
 * UTF-8 as one text in hex.
 */
function responseOf(recorded: JsonObject, headers: JsonObject): JsonValue {
  const response = recorded['response'] ?? null;
  const isBinary = recorded['responseIsBinary'] === true || headerOf(headers, 'content-encoding') !== null;
  const pieces = Array.isArray(response) ? response : isBinary ? [response] : [];
  const bytes = bytesOfHex(pieces);
  return bytes !== null && (isBinary || isGzip(bytes)) ? binaryOf(bytes) : response;
}
