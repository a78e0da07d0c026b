import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';

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
  /** Lists of values by lower-case name; null when the format records none. */
  headers: JsonObject | null;
  exception: RecordedException | null;
}

/** One recorded call, independent of the file format. */
export interface RecordedCall {
  testId: string | null;
  model: string | null;
  endpoint: string | null;
  /** Upper case; empty for a call that is no HTTP request. */
  method: string;
  /** As recorded; empty for a call that is no HTTP request. */
  url: string;
  /** Whether a tool ran in the process of the test; its result is not a response of a provider. */
  isTool: boolean;
  /** For HTTP `{method, url, headers, body}`, with the body parsed where it is JSON. */
  request: JsonObject;
  response: RecordedResponse;
  /** Other fields, which only the recorder reads. */
  bookkeeping: JsonObject;
}
