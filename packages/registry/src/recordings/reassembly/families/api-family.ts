import type { AnswerShape, JsonObject } from '../../../vocabulary/recording.js';

/** How one family of APIs responds. One file of this folder per family. */
export interface ApiFamily {
  shape: AnswerShape;
  /**
   * Whether the content is a complete response of this family. The endpoint of the request decides only where
   * the content of several APIs is alike.
   */
  isComplete(body: JsonObject, endpoint: string | null): boolean;
  /** Converts a complete response to the form of `Answer.body`. */
  toAnswerBody(body: JsonObject): JsonObject;
  /** How it streams; null when it never does. */
  stream: ApiStream | null;
  /** The text of the reassembled body; null when it has none. */
  textOf(body: JsonObject): string | null;
}

export interface ApiStream {
  /** Whether the content is a chunk of such a stream. */
  isChunk(chunk: JsonObject): boolean;
  /**
   * Reassembles chunks into what the same API returns without streaming, in the form of
   * `Answer.body`.
   */
  assemble(chunks: JsonObject[]): JsonObject;
}
