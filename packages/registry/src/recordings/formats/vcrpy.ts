import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { textIn } from '../documents/binary.js';
import { headersOf } from '../http/headers.js';
import { type HttpExchange, httpCalls } from '../http/http-call.js';
import { isObject, objectsAt } from '../json/json-value.js';
import type { RecordingFormat } from './format.js';
import { bookkeepingOf, type Interaction, partsOf, recordedBody, statusCodeOf } from './interaction.js';

/** Recorders of gRPC calls and of realtime sessions write other interactions into vcrpy's file. */
const OTHER_INTERACTIONS = ['request_sample', 'request_stream', 'direction'];

const READ = {
  request: ['method', 'uri', 'headers', 'body', 'parsed_body'],
  response: ['status', 'status_code', 'headers', 'body', 'parsed_body', 'content'],
};

/**
 * Cassettes of vcrpy, version 1: `{interactions: [{request, response}], version: 1}`, in YAML or JSON, and
 * langchain's `{requests: […], responses: […]}` of the same parts.
 */
export const vcrpy: RecordingFormat = {
  name: 'vcrpy',
  isCassette: true,

  matches({ value }) {
    if (!isObject(value)) return false;
    if (isListOfCalls(value)) return true;
    const interactions = value['interactions'];
    if (!Array.isArray(interactions)) return false;
    if (interactions.length === 0) return value['version'] === undefined || value['version'] === 1;
    return interactions.some(isCall) || interactions.every((one) => isOther(one, value['version'] === 1));
  },

  read({ value }) {
    const exchanges = interactionsIn(value as JsonObject).flatMap((one) => exchangeOf(one) ?? []);
    return httpCalls(exchanges);
  },

  otherInteractions({ value }) {
    const interactions = (value as JsonObject)['interactions'];
    return Array.isArray(interactions) ? interactions.filter((one) => !isCall(one)) : [];
  },

  hashesByVersion: () => [],
};

function isListOfCalls(value: JsonObject): boolean {
  const [requests, responses] = [value['requests'], value['responses']];
  return Array.isArray(requests) && Array.isArray(responses) && objectsAt(value, 'requests').every(hasUri);
}

function isCall(interaction: JsonValue): boolean {
  return isObject(interaction) && isObject(interaction['request']) && hasUri(interaction['request']);
}

/** Pact's contracts have interactions, too, with requests that have no `uri`. */
function isOther(interaction: JsonValue, isVersion1: boolean): boolean {
  if (!isObject(interaction) || 'request' in interaction) return false;
  return isVersion1 || OTHER_INTERACTIONS.some((field) => field in interaction);
}

function hasUri(request: JsonObject): boolean {
  return textIn(request['uri']) !== null;
}

function interactionsIn(value: JsonObject): Interaction[] {
  if (Array.isArray(value['interactions'])) {
    return objectsAt(value, 'interactions').flatMap((interaction) => partsOf(interaction) ?? []);
  }
  const responses = value['responses'] as JsonValue[];
  return (value['requests'] as JsonValue[]).flatMap((request, index) => {
    const response = responses[index];
    return isObject(request) && isObject(response) ? [{ interaction: {}, request, response }] : [];
  });
}

function exchangeOf(parts: Interaction): HttpExchange | null {
  const { request, response } = parts;
  const url = textIn(request['uri']);
  if (url === null) return null;
  const status = response['status'];
  return {
    method: textIn(request['method']) ?? '',
    url,
    requestHeaders: headersOf(request['headers']),
    requestBody: request['parsed_body'] ?? recordedBody(request['body']),
    status: statusCodeOf(status ?? response['status_code']),
    responseHeaders: headersOf(response['headers']),
    responseBody: response['parsed_body'] ?? recordedBody(response['body'] ?? response['content']),
    bookkeeping: bookkeepingOf(parts, READ),
  };
}
