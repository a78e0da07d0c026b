import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import type { Document } from '../json/open-document.js';

/** An exception that the recorder wrote down instead of, or after, a response. */
export interface RecordedException {
  type: string;
  message: string;
  status: number | null;
  /** What the provider said: the error's body, whatever its shape. */
  data: JsonValue;
}

/** The response side of a recorded call, as recorded: wrappers and stream chunks still in place. */
export interface RecordedResponse {
  body: JsonValue;
  /** null when the recording does not say. */
  isStreaming: boolean | null;
  status: number | null;
  exception: RecordedException | null;
}

/** One recorded call, taken out of whatever file a recorder writes. */
export interface RecordedCall {
  testId: string | null;
  model: string | null;
  endpoint: string | null;
  /** A tool ran in the test's own process; its result is no provider's answer. */
  isTool: boolean;
  request: JsonObject;
  response: RecordedResponse;
  /** What the recorder noted for itself. */
  bookkeeping: JsonObject;
}

/** A recorder's way of writing files. One file here per format; everything else works on `RecordedCall`. */
export interface RecordingFormat {
  name: string;
  matches(document: Document): boolean;
  read(document: Document): RecordedCall;
  /** Every hash under which a known version of the recorder looks the call up; newest version first. */
  requestHashes(document: Document): string[];
}
