/** Any value that JSON can hold. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Whether the recorded call succeeded, or ended in an exception or an HTTP status of 400 and above. */
export type Outcome = 'SUCCESS' | 'ERROR';

/** Whether a recorder would find the recording under the name its file has. */
export type HashStatus = 'VERIFIED' | 'MISMATCHED' | 'UNKNOWN';

/**
 * What the registry understood of one content. It depends on the bytes alone, so it is stored once per digest;
 * what depends on the path too is decided by `identify`.
 */
export interface Reading {
  /** Name of the format, or `opaque` when none fits. */
  format: string;
  testId: string | null;
  model: string | null;
  endpoint: string | null;
  isStreaming: boolean | null;
  outcome: Outcome | null;
  /** The text that the response amounts to, streams reassembled; null when it has none. At most 64 Ki characters. */
  responseText: string | null;
  /** Every hash (64 hex digits) that a known version of the recorder gives the request; newest version first. */
  requestHashes: string[];
  /** Why the content could not be read, or only in part; null when all is well. */
  problem: string | null;
}

/** What a path and a reading together say: the key under which the recorder looks the recording up. */
export interface Identity {
  hash: string | null;
  hashStatus: HashStatus;
}

/** What kind of answer a response is; decides which rules compare it. */
export type AnswerShape =
  | 'chat'
  | 'completion'
  | 'response'
  | 'message'
  | 'gemini'
  | 'ollama'
  | 'embeddings'
  | 'models'
  | 'tool'
  | 'exception'
  | 'unknown';

/**
 * A response as a test would see it. A stream is put together into the object that the same API returns when it
 * does not stream, wrappers (`{__type__, __data__}`) are taken off, so that a streamed and a plain answer compare.
 */
export interface Answer {
  shape: AnswerShape;
  outcome: Outcome;
  isStreaming: boolean;
  /** HTTP status, where recorded. */
  status: number | null;
  /**
   * The reassembled body. By shape: `chat` an OpenAI chat.completion (`choices[].message`, `finish_reason`, `usage`, …);
   * `completion` an OpenAI text completion; `response` an OpenAI Response; `message` an Anthropic message; `gemini` a
   * GenerateContentResponse; `ollama` a chat or generate response; `embeddings` `{data: [{embedding, index}], …}`;
   * `models` `{data: [model, …]}` sorted by id; `tool` the tool's result; `exception` `{type, message, status?, data?}`;
   * `unknown` whatever was recorded (a list of chunks stays a list).
   */
  body: JsonValue;
  /** The text it amounts to, null when it has none. */
  text: string | null;
}

/** One recorded call, parsed for comparison. */
export interface Exchange {
  format: string;
  testId: string | null;
  model: string | null;
  endpoint: string | null;
  /** The request as recorded, parsed. */
  request: JsonObject;
  answer: Answer;
  /** Top-level fields that are neither test id, request nor response: the recorder's own bookkeeping. */
  bookkeeping: JsonObject;
}
