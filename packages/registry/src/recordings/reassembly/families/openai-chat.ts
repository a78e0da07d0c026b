import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { integerAt, isObject, objectAt, objectsAt, textAt } from '../../json/json-value.js';
import { addTokenIds, appendLists, mergeFields } from '../merging/merge-fields.js';
import { StreamedMessage } from '../merging/streamed-message.js';
import type { ApiFamily } from './api-family.js';

/** OpenAI chat completions, and compatible APIs. */
export const openaiChat: ApiFamily = {
  shape: 'chat',
  isComplete: (body) =>
    body['object'] === 'chat.completion' ||
    objectsAt(body, 'choices').some((choice) => isObject(choice['message'])),
  toAnswerBody: (body) => body,
  stream: {
    isChunk: (chunk) =>
      chunk['object'] === 'chat.completion.chunk' ||
      objectsAt(chunk, 'choices').some((choice) => isObject(choice['delta'])),
    assemble,
  },
  textOf: (body) =>
    joined(objectsAt(body, 'choices').map((choice) => messageText(objectAt(choice, 'message') ?? {}))),
};

/** `obfuscation` pads chunks to equal length and is not part of the response. */
const CHUNK_FIELDS = new Set(['choices', 'object', 'obfuscation']);
const DELTA_FIELDS = new Set(['delta', 'index', 'logprobs', 'token_ids']);

interface OpenChoice {
  index: number;
  message: StreamedMessage;
  /** `finish_reason` and other fields next to the delta. */
  fields: JsonObject;
  logprobs: JsonObject | null;
}

function assemble(chunks: JsonObject[]): JsonObject {
  const body: JsonObject = {};
  const choices = new Map<number, OpenChoice>();
  for (const chunk of chunks) {
    mergeFields(body, chunk, CHUNK_FIELDS);
    for (const piece of objectsAt(chunk, 'choices')) addChoice(choices, piece);
  }
  const inOrder = [...choices.values()].sort((left, right) => left.index - right.index);
  return { ...body, object: 'chat.completion', choices: inOrder.map(finishChoice) };
}

function addChoice(choices: Map<number, OpenChoice>, piece: JsonObject): void {
  const index = integerAt(piece, 'index', 0);
  const choice = choices.get(index) ?? { index, message: new StreamedMessage(), fields: {}, logprobs: null };
  choices.set(index, choice);
  choice.message.add(objectAt(piece, 'delta') ?? {});
  mergeFields(choice.fields, piece, DELTA_FIELDS);
  addTokenIds(choice.fields, piece);
  const logprobs = objectAt(piece, 'logprobs');
  if (logprobs === null) return;
  choice.logprobs ??= {};
  appendLists(choice.logprobs, logprobs);
}

function finishChoice({ index, message, fields, logprobs }: OpenChoice): JsonObject {
  return { finish_reason: null, ...fields, index, logprobs, message: message.finish() };
}

function messageText(message: JsonObject): string | null {
  return textAt(message, 'content') ?? partsText(message['content']) ?? textAt(message, 'refusal');
}

function partsText(content: JsonValue | undefined): string | null {
  if (!Array.isArray(content)) return null;
  const text = content
    .filter(isObject)
    .map((part) => textAt(part, 'text') ?? '')
    .join('');
  return text === '' ? null : text;
}

function joined(texts: (string | null)[]): string | null {
  const present = texts.filter((text) => text !== null);
  return present.length > 0 ? present.join('\n') : null;
}
