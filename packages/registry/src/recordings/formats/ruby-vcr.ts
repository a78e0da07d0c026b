import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { textIn } from '../documents/binary.js';
import { headersOf } from '../http/headers.js';
import { type HttpExchange, httpCalls } from '../http/http-call.js';
import { isObject, objectsAt } from '../json/json-value.js';
import type { RecordingFormat } from './format.js';
import { bookkeepingOf, partsOf, recordedBody, statusCodeOf } from './interaction.js';

const READ = {
  request: ['method', 'uri', 'headers', 'body'],
  response: ['status', 'headers', 'body'],
};

/** Cassettes of VCR for Ruby and vcr for R: `{http_interactions: [{request, response}], recorded_with}`. */
export const vcr: RecordingFormat = {
  name: 'vcr',
  isCassette: true,

  matches({ value }) {
    return isObject(value) && Array.isArray(value['http_interactions']);
  },

  read({ value }) {
    const cassette = value as JsonObject;
    const exchanges = objectsAt(cassette, 'http_interactions').flatMap(
      (interaction) => exchangeOf(interaction, cassette['recorded_with']) ?? [],
    );
    return httpCalls(exchanges);
  },

  hashesByVersion: () => [],
};

function exchangeOf(interaction: JsonObject, recordedWith: JsonValue | undefined): HttpExchange | null {
  const parts = partsOf(interaction);
  const url = textIn(parts?.request['uri']);
  if (parts === null || url === null) return null;
  const { request, response } = parts;
  return {
    method: textIn(request['method']) ?? '',
    url,
    requestHeaders: headersOf(request['headers']),
    requestBody: recordedBody(request['body']),
    status: statusCodeOf(response['status']),
    responseHeaders: headersOf(response['headers']),
    responseBody: onDisk(response['body']) ?? recordedBody(response['body']),
    bookkeeping: {
      ...bookkeepingOf(parts, READ),
      ...(recordedWith !== undefined && { recorded_with: recordedWith }),
    },
  };
}

/** The body that vcr for R keeps in a file of its own: `{on_disk: path}`, as newer versions write it. */
function onDisk(body: JsonValue | undefined): JsonObject | null {
  const isOnDisk = isObject(body) && (body['file'] === true || body['file'] === 'yes');
  return isOnDisk ? { on_disk: body['string'] ?? null } : null;
}
