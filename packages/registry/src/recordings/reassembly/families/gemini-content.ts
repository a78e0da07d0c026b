import type { JsonObject } from '../../../vocabulary/recording.js';
import { integerAt, isObject, objectAt, objectsAt, textAt } from '../../json/json-value.js';
import { listIn, mergeFields, objectIn } from '../merging/merge-fields.js';
import type { ApiFamily } from './api-family.js';
import { continueCall, startPart } from './gemini-partial-args.js';

/**
 * Gemini's GenerateContentResponse, with field names in camel case (REST) or snake case (Python).
 */
export const geminiContent: ApiFamily = {
  shape: 'gemini',
  isComplete: isResponse,
  toAnswerBody: (body) => body,
  stream: { isChunk: isResponse, assemble },
  textOf: (body) => {
    const texts = objectsAt(body, 'candidates').map(candidateText);
    const present = texts.filter((text) => text !== '');
    return present.length > 0 ? present.join('\n') : null;
  },
};

/** The APIs before Gemini have a plain text. */
function candidateText(candidate: JsonObject): string {
  return (
    textAt(candidate, 'content') ??
    textAt(candidate, 'output') ??
    objectsAt(objectAt(candidate, 'content') ?? {}, 'parts')
      .filter((part) => part['thought'] !== true)
      .map((part) => textAt(part, 'text') ?? '')
      .join('')
  );
}

/** Fields that are reassembled apart from the others, by level. */
const CHUNK_FIELDS = new Set(['candidates']);
const CANDIDATE_FIELDS = new Set(['content', 'index']);
const CONTENT_FIELDS = new Set(['parts']);

function isResponse(body: JsonObject): boolean {
  if (Array.isArray(body['candidates'])) return true;
  // A resource, such as a cached content, has the usage of its creation.
  if ('name' in body) return false;
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
    mergeFields(body, chunk, CHUNK_FIELDS);
    for (const piece of objectsAt(chunk, 'candidates')) {
      const index = integerAt(piece, 'index', 0);
      const candidate = candidates.get(index) ?? { index, content: { role: 'model', parts: [] } };
      candidates.set(index, candidate);
      mergeFields(candidate, piece, CANDIDATE_FIELDS);
      addContent(objectIn(candidate, 'content'), objectAt(piece, 'content') ?? {});
    }
  }
  const inOrder = [...candidates.entries()].sort(([left], [right]) => left - right);
  return { ...body, candidates: inOrder.map(([, candidate]) => candidate) };
}

function addContent(content: JsonObject, piece: JsonObject): void {
  mergeFields(content, piece, CONTENT_FIELDS);
  const parts = listIn(content, 'parts');
  for (const part of objectsAt(piece, 'parts')) {
    const last = parts.at(-1);
    if (isObject(last) && continues(last, part)) {
      const { text, thought: _thought, ...signature } = part;
      last['text'] = `${last['text']}${text}`;
      mergeFields(last, signature);
    } else if (isObject(last) && isBlank(part)) {
      const { text: _text, thought: _thought, ...signature } = part;
      mergeFields(last, signature);
    } else if (!isObject(last) || !continueCall(last, part)) parts.push(startPart(part));
  }
}

/**
 * Whether a part continues the last one: text after text, thought after thought. A signature, which
 * may come with an empty text, ends its part. A part with any other field is separate.
 */
function continues(last: JsonObject, part: JsonObject): boolean {
  return (
    isText(last, TEXT) &&
    isText(part, SIGNED_TEXT) &&
    (last['thought'] === true) === (part['thought'] === true)
  );
}

const TEXT = new Set(['text', 'thought']);
const SIGNED_TEXT = new Set([...TEXT, 'thoughtSignature', 'thought_signature']);

/** An empty text that ends a stream, often with the signature of the part before it, is no part. */
function isBlank(part: JsonObject): boolean {
  return part['text'] === '' && isText(part, SIGNED_TEXT);
}

function isText(part: JsonObject, fields: ReadonlySet<string>): boolean {
  return (
    typeof part['text'] === 'string' &&
    Object.entries(part).every(([key, value]) => fields.has(key) || value === null)
  );
}
