import { objectAt, objectsAt } from '../../json/json-value.js';
import type { ApiFamily } from './api-family.js';

/** Moderations of OpenAI and Mistral: categories with scores for each input. */
export const moderation: ApiFamily = {
  shape: 'moderation',
  isComplete: (body) =>
    objectsAt(body, 'results').some(
      (result) => objectAt(result, 'categories') !== null && objectAt(result, 'category_scores') !== null,
    ),
  toAnswerBody: (body) => body,
  stream: null,
  textOf: () => null,
};
