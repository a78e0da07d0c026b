import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { integerAt, isObject, objectsAt } from '../../json/json-value.js';
import type { ApiFamily } from './api-family.js';

/**
 * Embeddings of OpenAI (`data`), Ollama and Titan (`embeddings`, `embedding`), Gemini (`embeddings[].values`,
 * `embedding.values`), Vertex AI (`predictions[].embeddings.values`), Nova (`embeddings[].embedding`) and Cohere
 * (`embeddings.float`).
 */
export const embeddings: ApiFamily = {
  shape: 'embeddings',
  isComplete: (body) =>
    objectsAt(body, 'data').some((item) => 'embedding' in item) ||
    isEmbedding(body['embedding'] ?? null) ||
    (body['embeddings'] !== undefined && isEmbeddings(body['embeddings'])) ||
    objectsAt(body, 'predictions').some((one) => isEmbedding(one['embeddings'] ?? null)),
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
  const { embedding, embeddings: several, predictions, ...rest } = body;
  if (Array.isArray(predictions)) {
    const vectors = objectsAt(body, 'predictions').map((one) => one['embeddings'] ?? null);
    return { ...rest, data: vectors.map((vector, index) => ({ ...embeddingOf(vector), index })) };
  }
  if (isObject(several)) return { ...rest, data: embeddingsByType(several) };
  const vectors = Array.isArray(several) ? several : [embedding ?? null];
  return { ...rest, data: vectors.map((vector, index) => ({ ...embeddingOf(vector), index })) };
}

/** A bare list of vectors, as Hugging Face returns them; null for any other list. */
export function embeddingsInList(list: JsonValue[]): JsonObject | null {
  if (isVector(list)) return toAnswerBody({ embedding: list });
  return list.length > 0 && list.every(isVector) ? toAnswerBody({ embeddings: list }) : null;
}

/** Cohere's vectors by number type. */
function embeddingsByType(byType: JsonObject): JsonObject[] {
  return Object.entries(byType).flatMap(([type, vectors]) =>
    Array.isArray(vectors) ? vectors.map((embedding, index) => ({ embedding, index, type })) : [],
  );
}

/** Gemini wraps each vector in an object with further fields. */
function embeddingOf(vector: JsonValue): JsonObject {
  if (!isObject(vector)) return { embedding: vector };
  const { values, embedding, ...rest } = vector;
  return { ...rest, embedding: values ?? embedding ?? null };
}

function isEmbedding(value: JsonValue): boolean {
  return isVector(value) || (isObject(value) && (isVector(value['values']) || isVector(value['embedding'])));
}

function isEmbeddings(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every(isEmbedding);
  return (
    isObject(value) &&
    Object.values(value).some((vectors) => Array.isArray(vectors) && vectors.some(isVector))
  );
}

function isVector(value: JsonValue | undefined): boolean {
  return Array.isArray(value) && value.length > 0 && typeof value[0] === 'number';
}
