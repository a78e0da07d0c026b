import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import type { RecordedCall } from '../call/recorded-call.js';
import { type DecompressionBudget, decompressionBudget } from '../http/decompress.js';
import { headersOf } from '../http/headers.js';
import { type HttpExchange, httpCall } from '../http/http-call.js';
import { integerAt, isObject, objectAt, objectsAt, setField, textAt } from '../json/json-value.js';
import type { RecordingFormat } from './format.js';
import { harText } from './har-text.js';

/**
 * HTTP archives, version 1.2: `{log: {creator, entries: [{request, response, …bookkeeping}]}}`, as PollyJS
 * (in JSON or YAML, with the test in `_recordingName`), Playwright and browsers write them.
 */
export const har: RecordingFormat = {
  name: 'har',
  isCassette: true,

  matches({ value }) {
    const log = isObject(value) ? objectAt(value, 'log') : null;
    const entries = log?.['entries'];
    if (log === null || !Array.isArray(entries)) return false;
    if (entries.length === 0) return isObject(log['creator']) || '_recordingName' in log;
    return entries.every(
      (entry) => isObject(entry) && isObject(entry['request']) && typeof entry['request']['url'] === 'string',
    );
  },

  *read({ value }) {
    const log = objectAt(value as JsonObject, 'log') ?? {};
    const { entries: _entries, _recordingName, ...rest } = log;
    const testId = textAt(log, '_recordingName');
    const budget = decompressionBudget();
    for (const [index, entry] of objectsAt(log, 'entries').entries()) {
      // Fields of the file, such as the version of the recorder, belong to no call: the first one has them.
      yield callOf(index === 0 ? { ...entry, log: rest } : entry, testId, budget);
    }
  },

  hashesByVersion: () => [],
};

function callOf(entry: JsonObject, testId: string | null, budget: DecompressionBudget): RecordedCall {
  const { request: _request, response: _response, ...bookkeeping } = entry;
  const request = objectAt(entry, 'request') ?? {};
  const response = objectAt(entry, 'response') ?? {};
  const status = integerAt(response, 'status', 0);
  const exchange: HttpExchange = {
    method: textAt(request, 'method') ?? '',
    url: textAt(request, 'url') ?? '',
    requestHeaders: headersOf(request['headers']),
    requestBody: requestBody(objectAt(request, 'postData') ?? {}),
    status: status > 0 ? status : null,
    responseHeaders: headersOf(response['headers']),
    responseBody: bodyOf(objectAt(response, 'content') ?? {}),
    testId,
    bookkeeping: { ...bookkeeping, ...cookiesOf('request', request), ...cookiesOf('response', response) },
  };
  const call = httpCall(exchange, budget);
  return status > 0 ? call : withoutResponse(call, response);
}

/** A request that failed or was cancelled: browsers write the status 0 or -1 and their own error text. */
function withoutResponse(call: RecordedCall, response: JsonObject): RecordedCall {
  const reason = textAt(response, '_failureText') ?? textAt(response, '_error');
  const message = reason ?? 'the request failed: no response was recorded';
  const exception = { type: 'NoResponse', message, status: null, data: null };
  return { ...call, response: { ...call.response, exception } };
}

function requestBody(postData: JsonObject): JsonValue {
  const body = bodyOf(postData);
  if (body !== null && body !== '') return body;
  const params = objectsAt(postData, 'params');
  // `textJSON` is not in the standard: some persisters of PollyJS write the parsed text instead of the text.
  if (params.length === 0) return postData['textJSON'] ?? null;
  const form: JsonObject = {};
  for (const param of params) {
    setField(form, textAt(param, 'name') ?? '', param['value'] ?? param['fileName'] ?? null);
  }
  return form;
}

/**
 * The body of `content` or `postData`. Playwright can write bodies to files next to the archive: the body is
 * then `{_file}`, because the name contains the digest of the body, and a file is read by itself.
 */
function bodyOf(content: JsonObject): JsonValue {
  const file = textAt(content, '_file');
  if (file !== null) return { _file: file };
  const text = content['text'] ?? null;
  return typeof text === 'string' ? harText(text, content) : text;
}

function cookiesOf(side: 'request' | 'response', message: JsonObject): JsonObject {
  const cookies = message['cookies'];
  return Array.isArray(cookies) && cookies.length > 0 ? { [`${side}Cookies`]: cookies } : {};
}
