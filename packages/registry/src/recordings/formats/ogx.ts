import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import type { RecordedCall, RecordedException, RecordedResponse } from '../call/recorded-call.js';
import { urlParts } from '../hash/python-url.js';
import { hashesByVersion } from '../hash/request-hash.js';
import { isObject, objectAt, textAt } from '../json/json-value.js';
import type { RecordingFormat } from './format.js';

/**
 * The format of the llama-stack/OGX test recorder:
 * `{test_id?, request, response: {body, is_streaming, …} | {is_exception, …}, …bookkeeping}`.
 */
export const ogx: RecordingFormat = {
  name: 'ogx',
  isCassette: false,

  matches({ value }) {
    if (!isObject(value) || !isObject(value['request'])) return false;
    const response = value['response'];
    return isObject(response) && ('body' in response || 'is_exception' in response);
  },

  read({ value }) {
    const document = value as JsonObject;
    const { test_id: _testId, request: _request, response: _response, ...bookkeeping } = document;
    const request = objectAt(document, 'request') ?? {};
    const call: RecordedCall = {
      testId: textAt(document, 'test_id') ?? textAt(request, 'test_id'),
      model: modelOf(request),
      endpoint: endpointOf(request),
      method: textAt(request, 'method')?.toUpperCase() ?? '',
      url: textAt(request, 'url') ?? '',
      isTool: 'tool_name' in request,
      request,
      response: responseOf(objectAt(document, 'response') ?? {}),
      bookkeeping,
    };
    return [call];
  },

  hashesByVersion,
};

function modelOf(request: JsonObject): string | null {
  const body = objectAt(request, 'body') ?? objectAt(request, 'payload') ?? {};
  return textAt(request, 'model') ?? textAt(body, 'model');
}

function endpointOf(request: JsonObject): string | null {
  const url = textAt(request, 'url');
  return textAt(request, 'endpoint') ?? (url === null ? null : urlParts(url).path || null);
}

function responseOf(response: JsonObject): RecordedResponse {
  const streaming = response['is_streaming'];
  return {
    body: response['body'] ?? null,
    isStreaming: typeof streaming === 'boolean' ? streaming : null,
    status: statusOf(response['status']),
    headers: null,
    exception: response['is_exception'] === true ? exceptionOf(response) : null,
  };
}

function exceptionOf(response: JsonObject): RecordedException {
  const data = objectAt(response, 'exception_data') ?? {};
  return {
    type: textAt(data, 'type') ?? textAt(response, 'exception_type') ?? 'Exception',
    message: textAt(data, 'message') ?? textAt(response, 'exception_message') ?? '',
    status: statusOf(data['status_code']),
    data: data['body'] ?? null,
  };
}

function statusOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) ? value : null;
}
