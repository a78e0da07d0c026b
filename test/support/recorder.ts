import { createHash } from 'node:crypto';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/**
 * The result from the provider or the tool: a response, a stream, or an exception of its client
 * library.
 */
export type Response =
  | { body: Json; is_streaming: boolean; status?: number }
  | {
      body: null;
      is_streaming: boolean;
      is_exception: true;
      exception_data: JsonObject;
      exception_message: string;
    };

/** One call in a test, with its result. */
export interface Call {
  /** The folder of the recording, without `recordings/`. */
  suite: string;
  /** Null: no test makes the call, as for the list of models that is read before the first test. */
  testId: string | null;
  request:
    | { kind: 'inference'; url: string; body: JsonObject }
    | { kind: 'tool'; provider: string; tool: string; arguments: JsonObject }
    | { kind: 'http'; url: string; payload: JsonObject };
  response: Response;
}

/**
 * Requests whose response may change while tests record, so that one request may have several
 * recordings.
 */
const MODEL_LISTS = ['/v1/models', '/api/tags'];

/**
 * A stand-in for the llama-stack/OGX test recorder. It computes the request hash independently to
 * verify the registry's implementation. Its requests contain nothing that the recorder would
 * normalize.
 */
export function requestHash({ testId, request }: Call): string {
  return sha256(pythonJson(hashedValue(testId, request)));
}

function hashedValue(testId: string | null, request: Call['request']): JsonObject {
  if (request.kind === 'tool')
    return { provider: request.provider, tool_name: request.tool, kwargs: request.arguments };
  if (request.kind === 'http')
    return { test_id: testId, url: request.url, method: 'POST', payload: request.payload };
  const endpoint = new URL(request.url).pathname;
  // Recorded without a test id, so that all tests share the response.
  if (MODEL_LISTS.includes(endpoint)) return { method: 'POST', endpoint, body: request.body };
  return { method: 'POST', endpoint, body: request.body, test_id: testId };
}

/** The path of a call's recording from the root of the repository, with `/`. */
export function recordingPath(call: Call): string {
  const hash = requestHash(call);
  const several = call.request.kind === 'inference' && isModelList(call.request.url);
  // Differs from Python's digest of a model list; it only needs to be different for each list.
  const name = several ? `models-${hash}-${sha256(pythonJson(call.response.body)).slice(0, 8)}` : hash;
  return `${call.suite}/recordings/${name}.json`;
}

/** The file as the recorder writes it: indented by two spaces, ASCII only, with a final newline. */
export function recordingText(call: Call): string {
  const { testId, response } = call;
  const recording = {
    test_id: testId,
    request: writtenRequest(call),
    response: { ...response, body: withoutChance(response.body, requestHash(call)) },
    id_normalization_mapping: {},
  };
  return `${asciiOnly(JSON.stringify(recording, null, 2))}\n`;
}

function writtenRequest({ testId, request }: Call): JsonObject {
  if (request.kind === 'tool') {
    const { provider, tool, arguments: kwargs } = request;
    return { test_id: testId, provider, tool_name: tool, kwargs };
  }
  if (request.kind === 'http')
    return { test_id: testId, url: request.url, method: 'POST', payload: request.payload };
  const { url, body } = request;
  return {
    method: 'POST',
    url,
    headers: {},
    body,
    endpoint: endpointOf(url),
    model: body['model'] ?? '',
  };
}

/** As the recorder stores responses of OpenAI's library: with a generated id and no time. */
function withoutChance(body: Json, hash: string): Json {
  if (Array.isArray(body)) return body.map((piece) => withoutChance(piece, hash));
  if (typeof body !== 'object' || body === null) return body;
  const { __type__: type, __data__: data } = body;
  if (typeof type !== 'string' || typeof data !== 'object' || data === null || Array.isArray(data))
    return body;
  const hasId = 'choices' in data;
  return { __type__: type, __data__: hasId ? { ...data, id: `rec-${hash.slice(0, 12)}`, created: 0 } : data };
}

/**
 * The base URL of the library and the endpoint combine to `/v1/v1/chat/completions`; the recorder
 * stores the endpoint.
 */
function endpointOf(url: string): string {
  return new URL(url).pathname.replace(/^\/v1(?=\/v1\/)/, '');
}

function isModelList(url: string): boolean {
  return MODEL_LISTS.includes(endpointOf(url));
}

/**
 * Python's `json.dumps(value, sort_keys=True)`. Numbers are the same unless they are very small,
 * very large or `1.0`.
 */
function pythonJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return asciiOnly(JSON.stringify(value));
  const members = Object.keys(value)
    .sort()
    .map((key) => `${asciiOnly(JSON.stringify(key))}: ${pythonJson(value[key] ?? null)}`);
  return `{${members.join(', ')}}`;
}

function asciiOnly(json: string): string {
  return json.replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
