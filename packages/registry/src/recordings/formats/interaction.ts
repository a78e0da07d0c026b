import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { isObject, objectAt } from '../json/json-value.js';

/** An interaction of a cassette: its request and its response, both objects. */
export interface Interaction {
  interaction: JsonObject;
  request: JsonObject;
  response: JsonObject;
}

/** The parts of an interaction; null when it lacks one, and so is no call. */
export function partsOf(interaction: JsonObject): Interaction | null {
  const [request, response] = [objectAt(interaction, 'request'), objectAt(interaction, 'response')];
  return request === null || response === null ? null : { interaction, request, response };
}

/** The status code of a response: a number, its text, `200 OK`, or an object with `code` or `status_code`. */
export function statusCodeOf(status: JsonValue | undefined): number | null {
  const code = isObject(status) ? (status['code'] ?? status['status_code']) : status;
  const digits = typeof code === 'string' ? /^\d{3}(?=\s|$)/.exec(code)?.[0] : undefined;
  const number = digits === undefined ? code : Number(digits);
  return typeof number === 'number' && Number.isInteger(number) ? number : null;
}

/**
 * The recorded body: text, a `Binary`, or a parsed value. An object holds it as `string`, `base64_string` or
 * `fields`, next to its encoding.
 */
export function recordedBody(body: JsonValue | undefined): JsonValue {
  if (!isObject(body)) return body ?? null;
  const encoded = body['base64_string'] ?? body['raw_gzip'];
  if (typeof encoded === 'string') return { '!!binary': encoded };
  if ('string' in body || 'encoding' in body) return body['string'] ?? body['fields'] ?? null;
  return 'fields' in body ? (body['fields'] ?? null) : body;
}

/** The names of the fields that readers use, which are no bookkeeping. */
export interface ReadFields {
  request: readonly string[];
  response: readonly string[];
}

/** Fields of an interaction that only the recorder reads: ids, dates, durations, versions, encodings. */
export function bookkeepingOf({ interaction, request, response }: Interaction, read: ReadFields): JsonObject {
  const ofRequest = without(request, read.request);
  const ofResponse = without(response, read.response);
  return {
    ...without(interaction, ['request', 'response']),
    ...(Object.keys(ofRequest).length > 0 && { request: ofRequest }),
    ...(Object.keys(ofResponse).length > 0 && { response: ofResponse }),
  };
}

function without(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
