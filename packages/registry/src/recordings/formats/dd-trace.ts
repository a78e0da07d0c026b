import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { binaryOf } from '../documents/binary.js';
import { headersOf } from '../http/headers.js';
import { httpCall } from '../http/http-call.js';
import { integerAt, isObject, objectAt, textAt } from '../json/json-value.js';
import type { RecordingFormat } from './format.js';

/** A body that is not text, as the agent writes it. */
const BASE64_MARK = 'base64:';

/**
 * Recordings of Datadog's test agent, one call per file: `{request: {method, url, headers, body}, response:
 * {status: {code, message}, headers, body}}`.
 */
export const ddTrace: RecordingFormat = {
  name: 'dd-trace',
  isCassette: false,

  matches({ value }) {
    if (!isObject(value) || Object.keys(value).length !== 2) return false;
    const [request, response] = [objectAt(value, 'request'), objectAt(value, 'response')];
    const status = response && objectAt(response, 'status');
    return typeof request?.['url'] === 'string' && typeof status?.['code'] === 'number';
  },

  read({ value }) {
    const request = objectAt(value as JsonObject, 'request') ?? {};
    const response = objectAt(value as JsonObject, 'response') ?? {};
    const status = integerAt(objectAt(response, 'status') ?? {}, 'code', 0);
    const call = httpCall({
      method: textAt(request, 'method') ?? '',
      url: textAt(request, 'url') ?? '',
      requestHeaders: headersOf(request['headers']),
      requestBody: bodyOf(request['body']),
      status: status > 0 ? status : null,
      responseHeaders: headersOf(response['headers']),
      responseBody: bodyOf(response['body']),
    });
    return [call];
  },

  hashesByVersion: () => [],
};

function bodyOf(body: JsonValue | undefined): JsonValue {
  if (typeof body !== 'string' || !body.startsWith(BASE64_MARK)) return body ?? null;
  return binaryOf(Buffer.from(body.slice(BASE64_MARK.length), 'base64'));
}
