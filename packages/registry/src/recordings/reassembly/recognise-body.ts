import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { isObject, textAt } from '../json/json-value.js';
import { parseJson } from '../json/parse-json.js';
import type { ApiFamily } from './families/api-family.js';
import { embeddings, embeddingsInList } from './families/embeddings.js';
import { FAMILIES, familyOfEndpoint } from './families/known-families.js';
import { isModelList, modelList } from './families/model-list.js';
import { isTextList, textGeneration } from './families/text-generation.js';
import { TRANSCRIPTION_ENDPOINT } from './families/transcription.js';
import { parseStreamLines } from './parse-stream-lines.js';
import { bodyOfFamily, type RecognisedBody, reassembleStream } from './reassemble-stream.js';

/**
 * Recognises an unwrapped body by its content and reassembles a stream. The request's endpoint
 * decides where the content is ambiguous, such as an empty list. Never throws: anything else has
 * the shape `unknown`.
 */
export function recogniseBody(body: JsonValue, endpoint: string | null): RecognisedBody {
  if (typeof body === 'string') return recogniseText(body, endpoint) ?? unknownBody(body);
  if (Array.isArray(body)) return recogniseList(body, endpoint) ?? unknownBody(body);
  if (isObject(body)) return recogniseObject(body, endpoint) ?? unknownBody(body);
  return unknownBody(body);
}

/**
 * A body that was recorded as text: server-sent events, a JSON value, or one JSON object per line.
 */
function recogniseText(body: string, endpoint: string | null): RecognisedBody | null {
  if (/^\s*(?:data:|event:|id:|retry:|:)/.test(body)) return reassembleLines([body]);
  if (TRANSCRIPTION_ENDPOINT.test(endpoint ?? '') && body !== '' && !/^\s*[[{<]/.test(body))
    return { shape: 'transcription', body, text: body, wasStream: false };
  if (!/^\s*[[{]/.test(body)) return null;
  const parsed = parseJson(body);
  if ('problem' in parsed) return reassembleLines([body]);
  const { value } = parsed;
  if (isObject(value)) return recogniseObject(value, endpoint);
  return Array.isArray(value) && value.some(isObject) ? recogniseList(value, endpoint) : null;
}

function reassembleLines(recorded: string[]): RecognisedBody | null {
  const chunks = parseStreamLines(recorded);
  return chunks === null ? null : reassembleStream(chunks);
}

function recogniseList(body: JsonValue[], endpoint: string | null): RecognisedBody | null {
  if (body.length === 0) return emptyBody({ data: [] }, familyOfEndpoint(endpoint));
  if (body.every((item) => typeof item === 'string')) {
    // Pieces of one JSON value are not lines.
    return reassembleLines(body) ?? recogniseText(body.join(''), endpoint);
  }
  if (isModelList(body)) return bodyOfFamily(modelList, modelList.toAnswerBody({ data: body }), false);
  if (isTextList(body)) return bodyOfFamily(textGeneration, { generations: body }, false);
  const vectors = embeddingsInList(body);
  if (vectors !== null && EMBEDDING_ENDPOINT.test(endpoint ?? ''))
    return bodyOfFamily(embeddings, vectors, false);
  return body.every(isObject) ? reassembleStream(body) : null;
}

/** Endpoints whose bare lists of numbers are vectors. */
const EMBEDDING_ENDPOINT = /\/embed(?:dings)?(?:_all)?$|\/feature-extraction(?:\/|$)/;

function recogniseObject(body: JsonObject, endpoint: string | null): RecognisedBody | null {
  const family = FAMILIES.find((candidate) => candidate.isComplete(body, endpoint));
  if (family !== undefined) return bodyOfFamily(family, family.toAnswerBody(body), false);
  const list = body['data'] ?? body['models'];
  if (!Array.isArray(list) || list.length > 0) return reassembleStream([body]);
  const requested = familyOfEndpoint(endpoint);
  return requested?.stream === null ? emptyBody(body, requested) : null;
}

/**
 * A stream that ended before its first chunk, or an empty list, is still a response of the
 * requested API.
 */
function emptyBody(body: JsonObject, family: ApiFamily | null): RecognisedBody | null {
  if (family === null) return null;
  return family.stream === null
    ? bodyOfFamily(family, family.toAnswerBody(body), false)
    : bodyOfFamily(family, family.stream.assemble([]), true);
}

function unknownBody(body: JsonValue): RecognisedBody {
  return { shape: 'unknown', body, text: plainText(body), wasStream: false };
}

/** The text of a body of unknown shape: a string itself, or the message of an error. */
function plainText(body: JsonValue): string | null {
  if (typeof body === 'string') return body === '' ? null : body;
  if (!isObject(body)) return null;
  const error = body['error'];
  return isObject(error) ? textAt(error, 'message') : textAt(body, 'error');
}
