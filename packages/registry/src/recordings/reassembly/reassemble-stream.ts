import type { AnswerShape, JsonObject, JsonValue } from '../../vocabulary/recording.js';
import type { ApiFamily } from './families/api-family.js';
import { FAMILIES } from './families/known-families.js';

/** A reassembled body and its detected shape. */
export interface RecognisedBody {
  shape: AnswerShape;
  body: JsonValue;
  text: string | null;
  /** Whether the recording holds it as chunks. */
  wasStream: boolean;
}

/**
 * Reassembles the chunks of a stream into the object that the same API returns without streaming.
 * Null when no chunk belongs to a known API. One known chunk is enough: error events and
 * keep-alives of any shape may come in between.
 */
export function reassembleStream(chunks: JsonObject[]): RecognisedBody | null {
  for (const family of FAMILIES) {
    if (family.stream === null || !chunks.some(family.stream.isChunk)) continue;
    return bodyOfFamily(family, family.stream.assemble(chunks), true);
  }
  return null;
}

/** Describes a reassembled body of a known API. */
export function bodyOfFamily(family: ApiFamily, body: JsonObject, wasStream: boolean): RecognisedBody {
  return { shape: family.shape, body, text: family.textOf(body), wasStream };
}
