import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { integerAt, isObject, objectsAt } from '../../json/json-value.js';
import type { ApiFamily } from './api-family.js';

/**
 * Embeddings of OpenAI (`data`), Ollama (`embeddings`, `embedding`) and Gemini
 * (`embeddings[].values`, `embedding.values`).
 */
export const embeddings: ApiFamily = {
  shape: 'embeddings',
  isComplete: (body) =>
    objectsAt(body, 'data').some((item) => 'embedding' in item) ||
    isEmbedding(body['embedding'] ?? null) ||
    (Array.isArray(body['embeddings']) &&
      body['embeddings'].length > 0 &&
      body['embeddings'].every(isEmbedding)),
  toAnswerBody,
  stream: null,
  textOf: () => null,
};

function toAnswerBody(body: JsonObject): JsonObject {
  if (Array.isArray(body['data'])) {
    const data = objectsAt(body, 'data').sort(
      (left, right) => integerAt(left, 'index', 0) - integerAt(right, 'index', 0),
    );
    return { ...body, data };
  }
  const { embedding, embeddings: several, ...rest } = body;
  const vectors = Array.isArray(several) ? several : [embedding ?? null];
  return { ...rest, data: vectors.map((vector, index) => ({ ...embeddingOf(vector), index })) };
}

/** Gemini wraps each vector in an object with further fields. */
function embeddingOf(vector: JsonValue): JsonObject {
  if (!isObject(vector)) return { embedding: vector };
  const { values, ...rest } = vector;
  return { ...rest, embedding: values ?? null };
}

function isEmbedding(value: JsonValue): boolean {
  return isVector(value) || (isObject(value) && isVector(value['values']));
}

function isVector(value: JsonValue | undefined): boolean {
  return Array.isArray(value) && value.length > 0 && typeof value[0] === 'number';
}
