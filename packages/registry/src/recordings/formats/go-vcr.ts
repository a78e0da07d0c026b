import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { textIn } from '../documents/binary.js';
import { headersOf } from '../http/headers.js';
import { type HttpExchange, httpCalls } from '../http/http-call.js';
import { isObject, objectsAt } from '../json/json-value.js';
import type { RecordingFormat } from './format.js';
import { bookkeepingOf, partsOf, statusCodeOf } from './interaction.js';

const READ = {
  request: ['method', 'url', 'headers', 'body'],
  response: ['status', 'code', 'headers', 'body'],
};

/**
 * Cassettes of go-vcr, versions 1 and 2:
 * `{version, interactions: [{request: {method, url, headers, body, …}, response: {code, headers, body, …}}]}`.
 */
export const goVcr: RecordingFormat = {
  name: 'go-vcr',
  isCassette: true,

  matches({ value }) {
    if (!isObject(value) || !Array.isArray(value['interactions'])) return false;
    const isEmpty = value['interactions'].length === 0;
    // Version 1 writes the lock of the cassette.
    if (isEmpty) return value['version'] === 2 || 'rwmutex' in value;
    return value['interactions'].some(isCall);
  },

  read({ value }) {
    return httpCalls(
      objectsAt(value as JsonObject, 'interactions').flatMap((interaction) => exchangeOf(interaction) ?? []),
    );
  },

  hashesByVersion: () => [],
};

function isCall(interaction: JsonValue): boolean {
  const parts = isObject(interaction) ? partsOf(interaction) : null;
  return parts !== null && textIn(parts.request['url']) !== null && 'code' in parts.response;
}

function exchangeOf(interaction: JsonObject): HttpExchange | null {
  const parts = partsOf(interaction);
  const url = textIn(parts?.request['url']);
  if (parts === null || url === null) return null;
  const { request, response } = parts;
  return {
    method: textIn(request['method']) ?? '',
    url,
    requestHeaders: headersOf(request['headers']),
    requestBody: request['body'] ?? null,
    status: statusCodeOf(response['code'] ?? response['status']),
    responseHeaders: headersOf(response['headers']),
    responseBody: response['body'] ?? null,
    bookkeeping: bookkeepingOf(parts, READ),
  };
}
