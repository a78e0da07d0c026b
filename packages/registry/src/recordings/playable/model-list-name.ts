import { createHash } from 'node:crypto';
import type { JsonValue } from '../../vocabulary/recording.js';
import { isObject } from '../json/json-value.js';

/**
 * The endpoints whose responses a recorder merges from several files, one for each set of models. It looks
 * them up as `models-<hash>-<digest>.json`, with any digest.
 */
export const MODEL_LIST_ENDPOINTS: readonly string[] = ['/api/tags', '/v1/models', '/v1/openai/v1/models'];

const DIGEST_DIGITS = 8;

/** Whether a recorder treats the endpoint of a recording as a list of models. */
export function isModelListEndpoint(endpoint: string | null): boolean {
  return endpoint !== null && MODEL_LIST_ENDPOINTS.includes(endpoint);
}

/**
 * The file name under which the newest recorder stores and looks up a recording.
 *
 * @param hash the newest hash of the request, as 64 hex digits
 * @param response the recorded response body; used for model lists only
 * @returns null for a model list whose response has no list of models
 */
export function recorderFileName(endpoint: string | null, hash: string, response: JsonValue): string | null {
  if (!isModelListEndpoint(endpoint)) return `${hash}.json`;
  const names = modelNames(response);
  return names && `models-${hash}-${modelListDigest(names)}.json`;
}

/** The digest that tells the model lists of one request apart: 8 hex digits. */
export function modelListDigest(names: readonly string[]): string {
  // The order of UTF-8 bytes is that of code points, by which Python sorts.
  const sorted = [...new Set(names)].map((name) => Buffer.from(name)).sort(Buffer.compare);
  const joined = sorted.map(String).join('|');
  return createHash('sha256').update(joined).digest('hex').slice(0, DIGEST_DIGITS);
}

/** The names in a recorded model list: of a list of models, or of `{models: […]}` as Ollama returns it. */
function modelNames(response: JsonValue): string[] | null {
  const body = unwrapped(response);
  const listed = isObject(body) ? (body['models'] ?? body['data']) : body;
  const list = unwrapped(listed ?? null);
  if (!Array.isArray(list)) return null;
  const names = list.map((item) => {
    const model = unwrapped(item);
    return isObject(model) ? (model['id'] ?? model['model'] ?? null) : null;
  });
  return names.every((name) => typeof name === 'string') ? names : null;
}

/** The value inside `{__type__, __data__}`, in which the recorder stores objects. */
function unwrapped(value: JsonValue): JsonValue {
  return isObject(value) && '__type__' in value && '__data__' in value ? (value['__data__'] ?? null) : value;
}
