import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import type { RecordedCall } from '../call/recorded-call.js';
import { headersOf } from '../http/headers.js';
import { httpCall } from '../http/http-call.js';
import { isObject, objectAt, objectsAt, textAt } from '../json/json-value.js';
import type { RecordingFormat } from './format.js';

/** Cassettes of vcrpy, version 1: `{interactions: [{request, response}], version: 1}`. */
export const vcrpy: RecordingFormat = {
  name: 'vcrpy',
  isCassette: true,

  matches({ value }) {
    if (!isObject(value) || !Array.isArray(value['interactions'])) return false;
    return value['interactions'].every(
      (one) => isObject(one) && isObject(one['request']) && 'uri' in one['request'],
    );
  },

  read({ value }) {
    return objectsAt(value as JsonObject, 'interactions').flatMap((interaction): RecordedCall[] => {
      const [request, response] = [objectAt(interaction, 'request'), objectAt(interaction, 'response')];
      if (request === null || response === null) return [];
      return [
        httpCall({
          method: textAt(request, 'method') ?? '',
          url: textAt(request, 'uri') ?? '',
          requestHeaders: headersOf(request['headers']),
          requestBody: request['parsed_body'] ?? request['body'] ?? null,
          status: statusOf(response['status']),
          responseHeaders: headersOf(response['headers']),
          responseBody: response['parsed_body'] ?? bodyOf(response['body']),
        }),
      ];
    });
  },

  hashesByVersion: () => [],
};

function statusOf(status: JsonValue | undefined): number | null {
  const code = isObject(status) ? status['code'] : status;
  return typeof code === 'number' ? code : null;
}

function bodyOf(body: JsonValue | undefined): JsonValue {
  return (isObject(body) && 'string' in body ? body['string'] : body) ?? null;
}
