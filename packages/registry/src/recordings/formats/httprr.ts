import type { JsonObject } from '../../vocabulary/recording.js';
import { headersOf } from '../http/headers.js';
import { httpCall } from '../http/http-call.js';
import { integerAt, objectAt, objectsAt, textAt } from '../json/json-value.js';
import type { RecordingFormat } from './format.js';

/** Traces of Go's `httprr`; `parseHttprr` describes the value of the document. */
export const httprr: RecordingFormat = {
  name: 'httprr',
  isCassette: true,

  matches: ({ syntax }) => syntax === 'httprr',

  read({ value }) {
    return objectsAt(value as JsonObject, 'httprr').map((exchange) => {
      const request = objectAt(exchange, 'request') ?? {};
      const response = objectAt(exchange, 'response') ?? {};
      return httpCall({
        method: textAt(request, 'method') ?? '',
        url: textAt(request, 'url') ?? '',
        requestHeaders: headersOf(request['headers']),
        requestBody: request['body'] ?? null,
        status: integerAt(response, 'status', 0),
        responseHeaders: headersOf(response['headers']),
        responseBody: response['body'] ?? null,
      });
    });
  },

  hashesByVersion: () => [],
};
