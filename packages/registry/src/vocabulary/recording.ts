/** Any value that JSON can hold. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/**
 * Whether the recorded call succeeded, or ended in an exception or an HTTP status of 400 and above.
 */
export type Outcome = 'SUCCESS' | 'ERROR';

/** Whether a recorder finds the recording by its file name. */
export type HashStatus = 'VERIFIED' | 'MISMATCHED' | 'UNKNOWN';

/**
 * Whether the newest recorder that a repository uses finds a recording at its path. `OUTDATED`: only an older
 * recorder computes the hash in its name; `MISNAMED`: none does; `MISPLACED`: the name is right, but the
 * recorder does not search its folder for this test; `UNKNOWN`: the format does not say.
 */
export type Playable = 'YES' | 'OUTDATED' | 'MISNAMED' | 'MISPLACED' | 'UNKNOWN';

/**
 * What the registry read from one content. It depends only on the bytes, so it is stored once per
 * digest; `identify` adds what depends on the path.
 */
export interface Reading {
  /** Name of the format; `opaque` when it is unknown. */
  format: string;
  testId: string | null;
  model: string | null;
  endpoint: string | null;
  isStreaming: boolean | null;
  outcome: Outcome | null;
  /** Text of the reassembled response, at most 65,536 UTF-16 units; null when it has none. */
  responseText: string | null;
  /**
   * The hash (64 hex digits) by each known recorder version, newest first; empty when none applies.
   */
  requestHashes: string[];
  /**
   * For each of `requestHashes`, the recorder versions that compute it: version `v` is bit `v - 1`.
   */
  hashVersions: number[];
  /**
   * The calls of a cassette, in the order of the file. Empty for a format with one call per file, whose
   * reading is that call. For a cassette, `model`, `endpoint` and `isStreaming` are null unless all its calls
   * agree; `outcome` is `ERROR` when one call is an error, and `responseText` joins the texts of all calls.
   */
  exchanges: ExchangeReading[];
  /** Why the content could not be parsed, or only ambiguously; null without a problem. */
  problem: string | null;
}

/** What the registry read from one call of a cassette. */
export interface ExchangeReading {
  /** Its place in the file, from 0. */
  position: number;
  /** The sha256 of method and normalised URL, as 64 hex digits; see `exchangeKey`. */
  key: string;
  /** Counts the calls with the same key in the file, from 0. */
  occurrence: number;
  method: string;
  url: string;
  model: string | null;
  endpoint: string | null;
  isStreaming: boolean | null;
  /** HTTP status, where recorded. */
  status: number | null;
  outcome: Outcome;
  /** As in `Reading`. */
  responseText: string | null;
}

/** What the path of a recording and its content together say. */
export interface Identity {
  /** The test of the file's content, else the one that its path says; see `testIdOfPath`. */
  testId: string | null;
  /** The hash in the file name, by which recorders look up a recording. */
  hash: string | null;
  /** Whether it matches the request. */
  hashStatus: HashStatus;
}

/** The kind of a response, which selects the rules that compare it. */
export type AnswerShape =
  | 'chat'
  | 'completion'
  | 'response'
  | 'message'
  | 'gemini'
  | 'interaction'
  | 'ollama'
  | 'converse'
  | 'cohere'
  | 'generation'
  | 'thread'
  | 'language-model'
  | 'embeddings'
  | 'models'
  | 'transcription'
  | 'rerank'
  | 'images'
  | 'moderation'
  | 'token-count'
  | 'tool'
  | 'exception'
  | 'unknown';

/**
 * A response as a test sees it: a stream is reassembled into the object that the same API returns
 * without streaming, and wrappers (`{__type__, __data__}`) are removed, so that streamed and other
 * responses can be compared.
 */
export interface Answer {
  shape: AnswerShape;
  outcome: Outcome;
  isStreaming: boolean;
  /** HTTP status, where recorded. */
  status: number | null;
  /**
   * The reassembled body. By shape: `chat` an OpenAI chat.completion (`choices[].message`,
   * `finish_reason`, `usage`, …); `completion` an OpenAI text completion; `response` an OpenAI
   * Response; `message` an Anthropic message; `gemini` a GenerateContentResponse; `interaction` a
   * Gemini interaction with `outputs` or `steps`; `ollama` a chat or generate response; `converse` a Bedrock
   * Converse response (`output.message`, `stopReason`, `usage`); `cohere` a Cohere chat, with `message` (version 2)
   * or `text` (1); `generation` a response of an API that returns only text, where that API has it; `thread` a message
   * or a run of OpenAI's assistants, with `messages` when streamed; `language-model` a response of Vercel's AI SDK
   * (`content`, or `text` and `toolCalls`); `embeddings` `{data: [{embedding, index}], …}`; `models` `{data: [model, …]}` sorted by id; `transcription` text from audio
   * (`text`) or pages; `rerank` `{results: [{index, relevance_score}], …}`; `images` generated images;
   * `moderation` `{results: [{categories, category_scores}]}`; `token-count` a number of tokens; `tool` the
   * tool's result; `exception` `{type, message, status?, data?}`; `unknown` the recorded value (a list of
   * chunks stays a list).
   */
  body: JsonValue;
  /** Its text; null when it has none. */
  text: string | null;
}

/** One recorded call, parsed for comparison. */
export interface Exchange {
  format: string;
  /** As in `ExchangeReading`. */
  position: number;
  key: string;
  occurrence: number;
  method: string;
  url: string;
  testId: string | null;
  model: string | null;
  endpoint: string | null;
  /** The request as recorded, parsed. */
  request: JsonObject;
  answer: Answer;
  /** Headers of the response: lists of values by lower-case name; null when the format records none. */
  responseHeaders: JsonObject | null;
  /** Top-level fields other than test id, request and response, which only the recorder reads. */
  bookkeeping: JsonObject;
}
