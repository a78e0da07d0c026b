import type { AnswerShape, JsonObject } from '../../../vocabulary/recording.js';

/** How one family of APIs answers. One file here per family. */
export interface ApiFamily {
  shape: AnswerShape;
  /** Whether this is a complete answer, told by its content. */
  isComplete(body: JsonObject): boolean;
  /** The complete answer in the form that `Answer.body` promises. */
  toAnswerBody(body: JsonObject): JsonObject;
  /** How it streams; null when it never does. */
  stream: ApiStream | null;
  /** The text that the assembled body amounts to; null when it has none. */
  textOf(body: JsonObject): string | null;
}

export interface ApiStream {
  /** Whether this is a piece of such a stream, told by its content. */
  isChunk(chunk: JsonObject): boolean;
  /** Puts the pieces together into what the same API returns when it does not stream; the answer is whole already. */
  assemble(chunks: JsonObject[]): JsonObject;
}
