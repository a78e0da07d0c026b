import type { JsonObject } from '../../../vocabulary/recording.js';
import { objectsAt } from '../../json/json-value.js';
import type { ApiFamily } from './api-family.js';

/** Documents by relevance: Cohere, Jina, Together and Bedrock (`results`), Voyage (`data`). */
export const rerank: ApiFamily = {
  shape: 'rerank',
  isComplete: (body) => hasScores(body, 'results') || hasScores(body, 'data'),
  toAnswerBody: (body) => {
    if (!hasScores(body, 'data')) return body;
    const { data, ...rest } = body;
    return { ...rest, results: data ?? null };
  },
  stream: null,
  textOf: () => null,
};

function hasScores(body: JsonObject, key: string): boolean {
  const items = objectsAt(body, key);
  return (
    items.length > 0 &&
    items.every((item) => typeof (item['relevance_score'] ?? item['relevanceScore']) === 'number')
  );
}
