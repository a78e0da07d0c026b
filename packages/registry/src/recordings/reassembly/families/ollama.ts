import type { JsonObject } from '../../../vocabulary/recording.js';
import { objectAt, textAt } from '../../json/json-value.js';
import { addDelta } from '../merging/add-delta.js';
import { append, listIn, mergeFields, objectIn } from '../merging/merge-fields.js';
import type { ApiFamily } from './api-family.js';

/**
 * Ollama's native chat and generate calls: every chunk has the shape of the response, and the last
 * has `done`.
 */
export const ollama: ApiFamily = {
  shape: 'ollama',
  isComplete: isResponse,
  toAnswerBody: (body) => body,
  stream: { isChunk: isResponse, assemble },
  textOf: (body) => textAt(body, 'response') ?? textAt(objectAt(body, 'message') ?? {}, 'content'),
};

const GROWING = new Set(['response', 'thinking', 'message', 'logprobs']);

function isResponse(body: JsonObject): boolean {
  const hasAnswer = typeof body['response'] === 'string' || objectAt(body, 'message') !== null;
  return hasAnswer && ('done' in body || 'created_at' in body);
}

function assemble(chunks: JsonObject[]): JsonObject {
  const body: JsonObject = {};
  for (const chunk of chunks) {
    mergeFields(body, chunk, GROWING);
    for (const key of ['response', 'thinking']) {
      const piece = chunk[key];
      if (typeof piece === 'string') body[key] = (textAt(body, key) ?? '') + piece;
    }
    const logprobs = chunk['logprobs'];
    if (Array.isArray(logprobs)) append(listIn(body, 'logprobs'), logprobs);
    const message = objectAt(chunk, 'message');
    // Ollama sends each tool call complete, so the lists only grow.
    if (message !== null) addDelta(objectIn(body, 'message'), message);
  }
  return body;
}
