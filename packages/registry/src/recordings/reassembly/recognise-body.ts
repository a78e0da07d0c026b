import type { AnswerShape, JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { isObject, textAt } from '../json/json-value.js';
import type { ApiFamily } from './families/api-family.js';
import { FAMILIES, familyOfEndpoint } from './families/known-families.js';
import { isModelList, modelList } from './families/model-list.js';
import { parseStreamLines } from './parse-stream-lines.js';

/** A body put together, and what it turned out to be. */
export interface RecognisedBody {
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
export function recogniseBody(body: JsonValue, endpoint: string | null): RecognisedBody {
  if (typeof body === 'string') return recogniseText(body);
  if (Array.isArray(body)) return recogniseList(body, endpoint) ?? unknown(body);
  if (isObject(body)) return recogniseObject(body, endpoint) ?? unknown(body);
  return unknown(body);
}

function recogniseText(body: string): RecognisedBody {
  const chunks = /^\s*(?:data:|event:|id:|retry:|:)/.test(body) ? parseStreamLines([body]) : null;
  return (chunks === null ? null : recogniseStream(chunks)) ?? unknown(body);
}

function recogniseList(body: JsonValue[], endpoint: string | null): RecognisedBody | null {
  if (body.length === 0) return emptyAnswer({ data: [] }, familyOfEndpoint(endpoint));
  if (body.every((item) => typeof item === 'string')) {
    const chunks = parseStreamLines(body);
    return chunks === null ? null : recogniseStream(chunks);
  }
  if (isModelList(body)) return recognised(modelList, modelList.toAnswerBody({ data: body }), false);
  return body.every(isObject) ? recogniseStream(body) : null;
}

/** One known piece is enough: error events and keep-alives of any shape may stand between. */
function recogniseStream(chunks: JsonObject[]): RecognisedBody | null {
  for (const family of FAMILIES) {
    if (family.stream === null || !chunks.some(family.stream.isChunk)) continue;
    return recognised(family, family.stream.assemble(chunks), true);
  }
  return null;
}

function recogniseObject(body: JsonObject, endpoint: string | null): RecognisedBody | null {
  const family = FAMILIES.find((candidate) => candidate.isComplete(body));
  if (family !== undefined) return recognised(family, family.toAnswerBody(body), false);
  const list = body['data'] ?? body['models'];
  if (!Array.isArray(list) || list.length > 0) return recogniseStream([body]);
  const asked = familyOfEndpoint(endpoint);
  return asked?.stream === null ? emptyAnswer(body, asked) : null;
}

/** A stream that ended before its first piece, or a list without items, is still an answer of the API that was asked. */
function emptyAnswer(body: JsonObject, family: ApiFamily | null): RecognisedBody | null {
  if (family === null) return null;
  return family.stream === null
    ? recognised(family, family.toAnswerBody(body), false)
    : recognised(family, family.stream.assemble([]), true);
}

function recognised(family: ApiFamily, body: JsonObject, wasStream: boolean): RecognisedBody {
  return { shape: family.shape, body, text: family.textOf(body), wasStream };
}

function unknown(body: JsonValue): RecognisedBody {
  return { shape: 'unknown', body, text: plainText(body), wasStream: false };
}

/** Text is text; of an error body, what it says. */
function plainText(body: JsonValue): string | null {
  if (typeof body === 'string') return body === '' ? null : body;
  if (!isObject(body)) return null;
  const error = body['error'];
  return isObject(error) ? textAt(error, 'message') : textAt(body, 'error');
}
