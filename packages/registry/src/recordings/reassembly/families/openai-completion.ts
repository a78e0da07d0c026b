import type { JsonObject } from '../../../vocabulary/recording.js';
import { integerAt, objectAt, objectsAt, textAt } from '../../json/json-value.js';
import { addTokenIds, appendLists, mergeFields, objectIn } from '../merging/merge-fields.js';
import type { ApiFamily } from './api-family.js';

/** OpenAI text completions: a chunk has the shape of the response, with a part of the text. */
export const openaiCompletion: ApiFamily = {
  shape: 'completion',
  isComplete: isCompletion,
  toAnswerBody: (body) => body,
  stream: { isChunk: isCompletion, assemble },
  textOf: (body) => {
    const texts = objectsAt(body, 'choices').map((choice) => textAt(choice, 'text'));
    const present = texts.filter((text) => text !== null);
    return present.length > 0 ? present.join('\n') : null;
  },
};

const CHUNK_FIELDS = new Set(['choices', 'obfuscation']);
const CHOICE_FIELDS = new Set(['text', 'index', 'logprobs', 'token_ids']);

function isCompletion(body: JsonObject): boolean {
  if (body['object'] === 'text_completion') return true;
  return objectsAt(body, 'choices').some((choice) => typeof choice['text'] === 'string');
}

function assemble(chunks: JsonObject[]): JsonObject {
  const body: JsonObject = {};
  const choices = new Map<number, JsonObject>();
  for (const chunk of chunks) {
    mergeFields(body, chunk, CHUNK_FIELDS);
    for (const piece of objectsAt(chunk, 'choices')) {
      const index = integerAt(piece, 'index', 0);
      const choice = choices.get(index) ?? { index, text: '', logprobs: null };
      choices.set(index, choice);
      addPiece(choice, piece);
    }
  }
  const inOrder = [...choices.entries()].sort(([left], [right]) => left - right);
  return { ...body, choices: inOrder.map(([, choice]) => choice) };
}

function addPiece(choice: JsonObject, piece: JsonObject): void {
  mergeFields(choice, piece, CHOICE_FIELDS);
  choice['text'] = (textAt(choice, 'text') ?? '') + (textAt(piece, 'text') ?? '');
  addTokenIds(choice, piece);
  const logprobs = objectAt(piece, 'logprobs');
  if (logprobs !== null) appendLists(objectIn(choice, 'logprobs'), logprobs);
}
