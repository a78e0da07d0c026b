import type { JsonObject } from '../../vocabulary/recording.js';
import { headersOf } from '../http/headers.js';
import { type HttpExchange, httpCalls } from '../http/http-call.js';
import { integerAt, objectAt, objectsAt, textAt } from '../json/json-value.js';
import type { RecordingFormat } from './format.js';

/** Traces of Go's `httprr`; `parseHttprr` describes the value of the document. */
export const httprr: RecordingFormat = {
  name: 'httprr',
  isCassette: true,

  matches: ({ syntax }) => syntax === 'httprr',

  read: ({ value }) => httpCalls(exchangesIn(value as JsonObject)),

  // Of a damaged trace, the whole text.
  otherInteractions: ({ value }) =>
    'unread' in (value as JsonObject) ? [(value as JsonObject)['unread'] ?? null] : [],

  hashesByVersion: () => [],
};

function* exchangesIn(value: JsonObject): Generator<HttpExchange> {
  for (const exchange of objectsAt(value, 'httprr')) {
    const request = objectAt(exchange, 'request') ?? {};
    const response = objectAt(exchange, 'response') ?? {};
    yield {
      method: textAt(request, 'method') ?? '',
      url: textAt(request, 'url') ?? '',
      requestHeaders: headersOf(request['headers']),
      requestBody: request['body'] ?? null,
      status: integerAt(response, 'status', 0),
      responseHeaders: headersOf(response['headers']),
      responseBody: response['body'] ?? null,
    };
  }
}
