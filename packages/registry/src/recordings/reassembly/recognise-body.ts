import type { AnswerShape, JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { isObject, textAt } from '../json/json-value.js';
import type { AnswerFamily } from './families/api-family.js';
import { FAMILIES, familyOfEndpoint } from './families/known-families.js';
import { isModelList, modelList } from './families/model-list.js';
import { chunksOfLines } from './parse-stream-lines.js';

/** A body put together, and what it turned out to be. */
export interface Recognised {
  shape: AnswerShape;
  body: JsonValue;
  text: string | null;
  /** Whether it came in pieces. */
  wasStream: boolean;
}

/**
 * Recognises a body without wrappers by its content, and puts a stream together. The endpoint that was asked helps where
 * the content does not tell, as for an empty list. Never fails: the rest is `unknown`.
 */
export function recognise(body: JsonValue, endpoint: string | null): Recognised {
  if (typeof body === 'string') return recogniseText(body);
  if (Array.isArray(body)) return recogniseList(body, endpoint) ?? unknown(body);
  if (isObject(body)) return recogniseObject(body, endpoint) ?? unknown(body);
  return unknown(body);
}

function recogniseText(body: string): Recognised {
  const chunks = /^\s*(?:data:|event:|id:|retry:|:)/.test(body) ? chunksOfLines([body]) : null;
  return (chunks === null ? null : recogniseStream(chunks)) ?? unknown(body);
}

function recogniseList(body: JsonValue[], endpoint: string | null): Recognised | null {
  if (body.length === 0) return emptyAnswer({ data: [] }, familyOfEndpoint(endpoint));
  if (body.every((item) => typeof item === 'string')) {
    const chunks = chunksOfLines(body);
    return chunks === null ? null : recogniseStream(chunks);
  }
  if (isModelList(body)) return recognised(modelList, modelList.whole({ data: body }), false);
  return body.every(isObject) ? recogniseStream(body) : null;
}

/** One known piece is enough: error events and keep-alives of any shape may stand between. */
function recogniseStream(chunks: JsonObject[]): Recognised | null {
  for (const family of FAMILIES) {
    if (family.stream === null || !chunks.some(family.stream.isChunk)) continue;
    return recognised(family, family.stream.assemble(chunks), true);
  }
  return null;
}

function recogniseObject(body: JsonObject, endpoint: string | null): Recognised | null {
  const family = FAMILIES.find((candidate) => candidate.isWhole(body));
  if (family !== undefined) return recognised(family, family.whole(body), false);
  const list = body['data'] ?? body['models'];
  if (!Array.isArray(list) || list.length > 0) return recogniseStream([body]);
  const asked = familyOfEndpoint(endpoint);
  return asked?.stream === null ? emptyAnswer(body, asked) : null;
}

/** A stream that ended before its first piece, or a list without items, is still an answer of the API that was asked. */
function emptyAnswer(body: JsonObject, family: AnswerFamily | null): Recognised | null {
  if (family === null) return null;
  return family.stream === null
    ? recognised(family, family.whole(body), false)
    : recognised(family, family.stream.assemble([]), true);
}

function recognised(family: AnswerFamily, body: JsonObject, wasStream: boolean): Recognised {
  return { shape: family.shape, body, text: family.textOf(body), wasStream };
}

function unknown(body: JsonValue): Recognised {
  return { shape: 'unknown', body, text: plainText(body), wasStream: false };
}

/** Text is text; of an error body, what it says. */
function plainText(body: JsonValue): string | null {
  if (typeof body === 'string') return body === '' ? null : body;
  if (!isObject(body)) return null;
  const error = body['error'];
  return isObject(error) ? textAt(error, 'message') : textAt(body, 'error');
}
