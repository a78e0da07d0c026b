import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { bytesIn } from '../documents/binary.js';
import { isObject, objectAt, objectsAt, textAt } from '../json/json-value.js';
import { headerOf } from './headers.js';
import { modelInForm } from './model-in-form.js';
import { modelInUrl } from './model-in-url.js';

/** Where a JSON body names its model. */
const FIELDS = ['model', 'modelId', 'model_id', 'modelName', 'deployment'];

/** Prefixes of a full resource name, which the path of a URL has apart from the model. */
const RESOURCE = /^(?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/[^/]+\/)?models\//;

/** Where Vercel's gateway has the model. */
const HEADERS = ['ai-language-model-id', 'ai-embedding-model-id', 'ai-image-model-id', 'ai-model-id'];

/**
 * The model that a request names: in its body (JSON, a form, or the requests of a batch that agree), else in
 * its URL, else in a header; null when it names none. The response does not count: it names the model that
 * served the request.
 */
export function modelOf(url: string, body: JsonValue, headers: JsonObject | null): string | null {
  const named = modelInBody(body)?.replace(RESOURCE, '') ?? modelInUrl(url);
  return named ?? HEADERS.map((name) => headerOf(headers, name)).find(Boolean) ?? null;
}

function modelInBody(body: JsonValue): string | null {
  if (isObject(body)) {
    const bytes = bytesIn(body);
    // A form with a file is no text; its names and short values are ASCII.
    return bytes === null ? modelInJson(body) : modelInForm(bytes.toString('latin1'));
  }
  return typeof body === 'string' ? modelInForm(body) : null;
}

function modelInJson(body: JsonObject): string | null {
  for (const field of FIELDS) {
    const named = textAt(body, field)?.trim();
    if (named) return named;
  }
  const inBatch = objectsAt(body, 'requests').map((request) =>
    textAt(objectAt(request, 'params') ?? {}, 'model'),
  );
  const [first = null] = inBatch;
  return inBatch.every((model) => model === first) ? first : null;
}
