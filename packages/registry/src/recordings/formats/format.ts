import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import type { RequestHash } from '../hash/request-hash.js';
import type { Document } from '../json/open-document.js';

/** An exception that was recorded instead of a response, or after part of one. */
export interface RecordedException {
  type: string;
  message: string;
  status: number | null;
  /** The body of the provider's error, in any shape. */
  data: JsonValue;
}

/** The response of a recorded call as recorded: with wrappers and stream chunks. */
export interface RecordedResponse {
  body: JsonValue;
  /** Null when the recording does not say. */
  isStreaming: boolean | null;
  status: number | null;
  exception: RecordedException | null;
}

/** One recorded call, independent of the file format. */
export interface RecordedCall {
  testId: string | null;
  model: string | null;
  endpoint: string | null;
  /** Whether a tool ran in the process of the test; its result is not a response of a provider. */
  isTool: boolean;
  request: JsonObject;
  response: RecordedResponse;
  /** Other top-level fields, which only the recorder reads. */
  bookkeeping: JsonObject;
}

/**
 * A file format of a recorder. One file of this folder per format; everything else uses
 * `RecordedCall`.
 */
export interface RecordingFormat {
  name: string;
  matches(document: Document): boolean;
  read(document: Document): RecordedCall;
  /**
   * The hashes by which the known versions of the recorder look up the call, of the recorded test or another
   * one; newest version first.
   */
  hashesByVersion(document: Document, testId?: string | null): RequestHash[];
}
