import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { binaryOf } from '../documents/binary.js';
import { headerOf, headersOf } from '../http/headers.js';
import { type HttpExchange, httpCalls } from '../http/http-call.js';
import { integerAt, isObject, objectsAt } from '../json/json-value.js';
import type { RecordingFormat } from './format.js';

/** Content types whose bodies the proxy writes as text; it writes other bodies in base64. */
const TEXT_TYPES =
  /^(?:text\/|application\/json|application\/x-www-form-urlencoded)|(?:json|xml|-urlencoded)$|charset=utf-8/i;

/** Types of container images, whose exact bytes matter: in base64 although they are JSON. */
const MANIFEST_TYPES = /\bmanifest\b|\bimage\.index\b/i;

/**
 * Recordings of the Azure SDK test proxy: `{Entries: [{RequestUri, RequestMethod, RequestHeaders,
 * RequestBody, StatusCode, ResponseHeaders, ResponseBody}], Variables}`.
 */
export const testProxy: RecordingFormat = {
  name: 'test-proxy',
  isCassette: true,

  matches({ value }) {
    if (!isObject(value) || !Array.isArray(value['Entries'])) return false;
    if (value['Entries'].length === 0) return isObject(value['Variables']);
    return value['Entries'].every(
      (entry) =>
        isObject(entry) &&
        typeof entry['RequestUri'] === 'string' &&
        typeof entry['RequestMethod'] === 'string',
    );
  },

  read: ({ value }) => httpCalls(exchangesIn(value as JsonObject)),

  hashesByVersion: () => [],
};

function* exchangesIn(value: JsonObject): Generator<HttpExchange> {
  const { Entries: _entries, ...file } = value;
  for (const [index, entry] of objectsAt(value, 'Entries').entries()) {
    const { RequestUri, RequestMethod, RequestHeaders, RequestBody, ...rest } = entry;
    const { StatusCode: _status, ResponseHeaders, ResponseBody, ...bookkeeping } = rest;
    const requestHeaders = headersOf(RequestHeaders);
    const responseHeaders = headersOf(ResponseHeaders);
    const status = integerAt(entry, 'StatusCode', 0);
    yield {
      method: String(RequestMethod),
      url: String(RequestUri),
      requestHeaders,
      requestBody: bodyOf(RequestBody, requestHeaders),
      status: status > 0 ? status : null,
      responseHeaders,
      responseBody: bodyOf(ResponseBody, responseHeaders),
      // The variables of the file belong to no call: the first one has them.
      bookkeeping: index === 0 ? { ...bookkeeping, ...file } : bookkeeping,
    };
  }
}

/** The body of one side: a list of lines with their line ends, parsed JSON, text, base64, or null. */
function bodyOf(recorded: JsonValue | undefined, headers: JsonObject): JsonValue {
  if (Array.isArray(recorded)) return recorded.filter((line) => typeof line === 'string').join('') || null;
  if (typeof recorded !== 'string' || recorded === '') return recorded ?? null;
  const type = headerOf(headers, 'content-type');
  const isText = type === null || (TEXT_TYPES.test(type) && !MANIFEST_TYPES.test(type));
  return isText || !isBase64(recorded) ? recorded : binaryOf(Buffer.from(recorded, 'base64'));
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && !/[^A-Za-z0-9+/=]/.test(text);
}
