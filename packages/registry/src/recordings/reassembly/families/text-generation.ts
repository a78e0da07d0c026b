import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { isObject, objectAt, objectsAt, textAt } from '../../json/json-value.js';
import type { ApiFamily } from './api-family.js';
import { assembleText, isTextPiece } from './text-generation-streams.js';

/**
 * APIs that return only text: Bedrock's invoke of Titan, Llama and Mistral, Cohere's generate, Anthropic's and
 * Sourcegraph's completions, Hugging Face, Replicate, watsonx, AI21, Aleph Alpha and predictions of Vertex AI.
 */
export const textGeneration: ApiFamily = {
  shape: 'generation',
  isComplete: (body) => textsIn(body).some((text) => typeof text === 'string'),
  toAnswerBody: (body) => body,
  stream: { isChunk: isTextPiece, assemble: assembleText },
  textOf: (body) => {
    const texts = textsIn(body).filter((text) => typeof text === 'string' && text !== '');
    return texts.length > 0 ? texts.join('\n') : null;
  },
};

/** Whether every element of a bare list is a text, as Hugging Face returns them. */
export function isTextList(list: JsonValue[]): list is JsonObject[] {
  return list.length > 0 && list.every((item) => isObject(item) && taskTexts(item).length > 0);
}

/** The values at the places of each API's text. */
function textsIn(body: JsonObject): JsonValue[] {
  const isEnded = ['stop_reason', 'stopReason', 'generation_token_count'].some((key) => key in body);
  return [
    ...(isEnded || body['type'] === 'completion' ? present(body, 'completion', 'generation') : []),
    ...taskTexts(body),
    ...objectsAt(body, 'generations').flatMap((one) => [...present(one, 'text'), ...taskTexts(one)]),
    ...objectsAt(body, 'results').flatMap((one) => present(one, 'outputText', 'generated_text')),
    ...objectsAt(body, 'outputs').flatMap((one) => ('stop_reason' in one ? present(one, 'text') : [])),
    ...objectsAt(body, 'completions').flatMap((one) => [
      ...present(one, 'completion'),
      ...present(objectAt(one, 'data') ?? {}, 'text'),
    ]),
    ...replicateTexts(body),
    ...objectsAt(body, 'predictions').flatMap((one) => [
      ...present(one, 'content'),
      ...objectsAt(one, 'candidates').flatMap((candidate) => present(candidate, 'content')),
    ]),
  ];
}

/** The output of a prediction of Replicate is a text or its pieces. */
function replicateTexts({ output, urls, version }: JsonObject): JsonValue[] {
  if (!isObject(urls) || version === undefined) return [];
  const pieces = Array.isArray(output) ? output : [output];
  return pieces.length > 0 && pieces.every((piece) => typeof piece === 'string') ? [pieces.join('')] : [];
}

/** The text of Hugging Face's tasks. */
function taskTexts(item: JsonObject): JsonValue[] {
  return present(item, 'generated_text', 'summary_text', 'translation_text');
}

function present(object: JsonObject, ...keys: string[]): JsonValue[] {
  return keys.flatMap((key) => (typeof object[key] === 'string' ? (textAt(object, key) ?? '') : []));
}
