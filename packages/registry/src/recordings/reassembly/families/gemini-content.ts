import type { JsonObject } from '../../../vocabulary/recording.js';
import { integerAt, isObject, objectAt, objectsAt, textAt } from '../../json/json-value.js';
import { listIn, mergeFields, objectIn, ownCopy } from '../merging/merge-fields.js';
import type { ApiFamily } from './api-family.js';

/** Gemini's GenerateContentResponse, in its own spelling (`usageMetadata`) or Python's (`usage_metadata`). */
export const geminiContent: ApiFamily = {
  shape: 'gemini',
  isComplete: isResponse,
  toAnswerBody: (body) => body,
  stream: { isChunk: isResponse, assemble },
  textOf: (body) => {
    const texts = objectsAt(body, 'candidates').map((candidate) =>
      objectsAt(objectAt(candidate, 'content') ?? {}, 'parts')
        .filter((part) => part['thought'] !== true)
        .map((part) => textAt(part, 'text') ?? '')
        .join(''),
    );
    const present = texts.filter((text) => text !== '');
    return present.length > 0 ? present.join('\n') : null;
  },
};

const OF_THE_CHUNK = new Set(['candidates']);
const OF_THE_CANDIDATE = new Set(['content', 'index']);
const OF_THE_CONTENT = new Set(['parts']);

function isResponse(body: JsonObject): boolean {
  if (Array.isArray(body['candidates'])) return true;
  return (
    'usageMetadata' in body ||
    'usage_metadata' in body ||
    'promptFeedback' in body ||
    'prompt_feedback' in body
  );
}

function assemble(chunks: JsonObject[]): JsonObject {
  const body: JsonObject = {};
  const candidates = new Map<number, JsonObject>();
  for (const chunk of chunks) {
    mergeFields(body, chunk, OF_THE_CHUNK);
    for (const piece of objectsAt(chunk, 'candidates')) {
      const index = integerAt(piece, 'index', 0);
      const candidate = candidates.get(index) ?? { index, content: { role: 'model', parts: [] } };
      candidates.set(index, candidate);
      mergeFields(candidate, piece, OF_THE_CANDIDATE);
      addContent(objectIn(candidate, 'content'), objectAt(piece, 'content') ?? {});
    }
  }
  const inOrder = [...candidates.entries()].sort(([left], [right]) => left - right);
  return { ...body, candidates: inOrder.map(([, candidate]) => candidate) };
}

function addContent(content: JsonObject, piece: JsonObject): void {
  mergeFields(content, piece, OF_THE_CONTENT);
  const parts = listIn(content, 'parts');
  for (const part of objectsAt(piece, 'parts')) {
    const last = parts.at(-1);
    if (isObject(last) && goesOn(last, part)) {
      const { text, thought: _thought, ...signature } = part;
      last['text'] = `${last['text']}${text}`;
      mergeFields(last, signature);
    } else parts.push(ownCopy(part));
  }
}

/**
 * Plain text goes on with plain text, a thought with a thought; a signature, which may come with an empty text at the end,
 * closes its part. A part that says anything more stands alone.
 */
function goesOn(last: JsonObject, part: JsonObject): boolean {
  return (
    isText(last, TEXT) &&
    isText(part, SIGNED_TEXT) &&
    (last['thought'] === true) === (part['thought'] === true)
  );
}

const TEXT = new Set(['text', 'thought']);
const SIGNED_TEXT = new Set([...TEXT, 'thoughtSignature', 'thought_signature']);

function isText(part: JsonObject, fields: ReadonlySet<string>): boolean {
  return (
    typeof part['text'] === 'string' &&
    Object.entries(part).every(([key, value]) => fields.has(key) || value === null)
  );
}
