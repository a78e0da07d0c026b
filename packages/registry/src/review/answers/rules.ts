import type { DriftLevel } from '../../vocabulary/level.js';
import type { AnswerShape } from '../../vocabulary/recording.js';

/** How a rule compares two values, when equality is not enough. */
export type Comparison = 'text' | 'arguments' | 'embedding' | 'models';

/**
 * What both values must look like for a rule to apply; otherwise, the next matching rule applies.
 */
export type Condition = 'generated id' | 'time';

export interface Rule {
  name: string;
  shapes: readonly AnswerShape[] | 'any';
  /**
   * Patterns for `Place.shape`: `[]` is any element, `*` any one field, `**` any number of levels.
   */
  paths: readonly string[];
  /** The level of a changed value. */
  level: DriftLevel;
  /**
   * The level of a value that is added, is removed, or changes its type. Default: see
   * `presenceLevel`.
   */
  presence?: DriftLevel;
  /** The name of the value in reports. */
  word: string;
  compare?: Comparison;
  when?: Condition;
}

/**
 * Version of the rules. Increase it with every change to them, so that a verdict says which rules
 * decided it.
 */
export const RULES_VERSION = 'answers-v2';

/**
 * What each field of a reassembled response means to a test. The first matching rule decides.
 * Without a rule, a changed value is `CONTENT`; one that is added, is removed or changes its type
 * is `BEHAVIOUR` inside the answer itself (`ANSWER_FIELDS`) and `METADATA` elsewhere. When in
 * doubt, use the higher level: too low hides a change.
 */
// biome-ignore format: one row per rule
export const RULES: readonly Rule[] = [
  // Never seen by tests.
  { name: 'serializer type', shapes: 'any', paths: ['**.__type__'], level: 'COSMETIC', presence: 'COSMETIC', word: 'type names' },
  { name: 'padding', shapes: 'any', paths: ['**.obfuscation'], level: 'COSMETIC', presence: 'COSMETIC', word: 'padding' },

  // Exceptions: tests expect the type; the message is text.
  { name: 'exception type', shapes: ['exception'], paths: ['type'], level: 'BEHAVIOUR', word: 'exception' },
  { name: 'exception status', shapes: ['exception'], paths: ['status', 'status_code', 'data.status', 'data.status_code', 'data.code', 'code'], level: 'BEHAVIOUR', word: 'status' },
  { name: 'exception message', shapes: ['exception'], paths: ['message', 'data.message', 'data.error.message'], level: 'CONTENT', presence: 'CONTENT', word: 'error message', compare: 'text' },
  { name: 'exception request', shapes: ['exception'], paths: ['**.request_id'], level: 'COSMETIC', word: 'ids' },

  // Finish reasons, errors and refusals.
  { name: 'finish reason', shapes: ['chat', 'completion'], paths: ['choices[].finish_reason', 'choices[].stop_reason'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'finish reason' },
  { name: 'finish reason', shapes: ['message'], paths: ['stop_reason', 'stop_sequence'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'finish reason' },
  { name: 'finish reason', shapes: ['gemini'], paths: ['candidates[].finishReason', 'candidates[].finish_reason', 'promptFeedback.**', 'prompt_feedback.**'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'finish reason' },
  { name: 'finish reason', shapes: ['ollama'], paths: ['done', 'done_reason'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'finish reason' },
  { name: 'response status', shapes: ['response'], paths: ['status', 'output[].status', 'incomplete_details.**', 'error.code', 'error.type'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'status' },
  { name: 'error', shapes: ['chat', 'completion', 'response', 'message', 'gemini', 'ollama', 'embeddings', 'models', 'unknown'], paths: ['error', 'error.code', 'error.type', 'error.status'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'error' },
  { name: 'refusal', shapes: ['chat', 'response'], paths: ['choices[].message.refusal', 'output[].content[].refusal'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'refusal' },
  { name: 'number of answers', shapes: ['chat', 'completion', 'gemini'], paths: ['choices', 'choices[]', 'candidates', 'candidates[]'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'choice' },
  { name: 'role', shapes: ['chat', 'response', 'message', 'gemini', 'ollama'], paths: ['choices[].message.role', 'output[].role', 'role', 'candidates[].content.role', 'message.role'], level: 'BEHAVIOUR', word: 'role' },

  // Tool calls: name and arguments. The id of a call is generated.
  { name: 'tool call id', shapes: ['chat', 'ollama'], paths: ['choices[].message.tool_calls[].id', 'message.tool_calls[].id'], level: 'COSMETIC', word: 'ids' },
  { name: 'tool call id', shapes: ['response', 'message', 'gemini'], paths: ['output[].call_id', 'output[].id', 'content[].id', 'content[].tool_use_id', 'candidates[].content.parts[].functionCall.id', 'candidates[].content.parts[].function_call.id'], level: 'COSMETIC', word: 'ids' },
  { name: 'tool name', shapes: ['chat', 'ollama'], paths: ['choices[].message.tool_calls[].function.name', 'choices[].message.function_call.name', 'message.tool_calls[].function.name'], level: 'BEHAVIOUR', word: 'tool' },
  { name: 'tool name', shapes: ['response', 'message', 'gemini'], paths: ['output[].name', 'output[].server_label', 'content[].name', 'candidates[].content.parts[].functionCall.name', 'candidates[].content.parts[].function_call.name'], level: 'BEHAVIOUR', word: 'tool' },
  { name: 'tool arguments', shapes: ['chat', 'ollama'], paths: ['choices[].message.tool_calls[].function.arguments', 'choices[].message.function_call.arguments', 'message.tool_calls[].function.arguments'], level: 'BEHAVIOUR', word: 'tool arguments', compare: 'arguments' },
  { name: 'tool arguments', shapes: ['response', 'message', 'gemini'], paths: ['output[].arguments', 'output[].action', 'output[].input', 'content[].input', 'candidates[].content.parts[].functionCall.args', 'candidates[].content.parts[].function_call.args'], level: 'BEHAVIOUR', word: 'tool arguments', compare: 'arguments' },

  // Content of the answer.
  { name: 'text', shapes: ['chat'], paths: ['choices[].message.content', 'choices[].message.content[].text'], level: 'CONTENT', word: 'answer', compare: 'text' },
  { name: 'text', shapes: ['completion', 'ollama'], paths: ['choices[].text', 'message.content', 'response'], level: 'CONTENT', word: 'answer', compare: 'text' },
  { name: 'text', shapes: ['response', 'message', 'gemini'], paths: ['output[].content[].text', 'output_text', 'content[].text', 'candidates[].content.parts[].text'], level: 'CONTENT', word: 'answer', compare: 'text' },
  { name: 'reasoning', shapes: ['chat', 'response', 'message', 'ollama'], paths: ['choices[].message.reasoning_content', 'choices[].message.reasoning', 'choices[].message.reasoning_details[].text', 'choices[].message.reasoning_details[].summary', 'choices[].message.thinking_blocks[].thinking', 'choices[].message.content[].thinking[].text', 'output[].summary[].text', 'content[].thinking', 'message.thinking', 'thinking'], level: 'CONTENT', word: 'reasoning', compare: 'text' },
  { name: 'signature', shapes: ['chat', 'message', 'gemini', 'response'], paths: ['content[].signature', 'candidates[].content.parts[].thoughtSignature', 'candidates[].content.parts[].thought_signature', 'output[].encrypted_content', 'choices[].message.reasoning_details[].signature', 'choices[].message.reasoning_details[].data', 'choices[].message.reasoning_details[].id', 'choices[].message.thinking_blocks[].signature'], level: 'COSMETIC', word: 'signatures' },
  { name: 'embedding', shapes: ['embeddings'], paths: ['data[].embedding', 'embeddings[]', 'embedding'], level: 'CONTENT', word: 'embedding', compare: 'embedding' },
  { name: 'model list', shapes: ['models'], paths: ['data', 'models'], level: 'CONTENT', word: 'model list', compare: 'models' },
  { name: 'model entry time', shapes: ['models'], paths: ['data[].created', 'data[].created_at', 'data[].modified_at', 'data[].expires_at', 'models[].modified_at', 'models[].expires_at'], level: 'COSMETIC', presence: 'COSMETIC', word: 'timestamps' },
  { name: 'model entry', shapes: ['models'], paths: ['data[].**', 'models[].**'], level: 'CONTENT', presence: 'CONTENT', word: 'model entry' },
  { name: 'tool failure', shapes: ['tool'], paths: ['error', 'error_code', 'error_message', 'is_error', 'isError'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'tool error' },
  { name: 'tool result text', shapes: ['tool'], paths: ['', 'content', '**.text', '**.content'], level: 'CONTENT', word: 'tool result', compare: 'text' },
  { name: 'tool result', shapes: ['tool'], paths: ['**[]'], level: 'CONTENT', presence: 'CONTENT', word: 'tool result' },

  // Metadata of the provider.
  { name: 'log probabilities', shapes: ['chat', 'completion', 'response', 'gemini'], paths: ['choices[].logprobs.**', 'output[].content[].logprobs.**', 'candidates[].avgLogprobs', 'candidates[].avg_logprobs', 'candidates[].logprobsResult.**', 'candidates[].logprobs_result.**', 'prompt_logprobs.**', 'choices[].prompt_logprobs.**', 'choices[].token_ids.**', 'choices[].prompt_token_ids.**', 'prompt_token_ids.**'], level: 'METADATA', presence: 'METADATA', word: 'log probabilities' },
  { name: 'context tokens', shapes: ['ollama'], paths: ['context.**'], level: 'METADATA', presence: 'METADATA', word: 'context tokens' },
  { name: 'usage time', shapes: ['chat', 'completion', 'response', 'message', 'gemini', 'ollama', 'embeddings'], paths: ['usage.queue_time', 'usage.prompt_time', 'usage.completion_time', 'usage.total_time', 'timings.**', 'time_info.**', 'x_groq.id', 'x_groq.usage.*_time'], level: 'COSMETIC', presence: 'COSMETIC', word: 'durations' },
  { name: 'usage', shapes: ['chat', 'completion', 'response', 'message', 'gemini', 'ollama', 'embeddings'], paths: ['usage.**', 'usageMetadata.**', 'usage_metadata.**', 'prompt_eval_count', 'eval_count', 'x_groq.usage.**'], level: 'METADATA', presence: 'METADATA', word: 'token usage' },
  { name: 'served model', shapes: ['chat', 'completion', 'response', 'message', 'gemini', 'ollama', 'embeddings'], paths: ['model', 'modelVersion', 'model_version'], level: 'METADATA', word: 'served model' },
  { name: 'service tier', shapes: 'any', paths: ['service_tier', 'serviceTier', 'usage.service_tier'], level: 'METADATA', presence: 'METADATA', word: 'service tier' },
  { name: 'content filter', shapes: ['chat', 'completion'], paths: ['prompt_filter_results.**', 'choices[].content_filter_results.**'], level: 'METADATA', word: 'content filter' },

  // Generated for every response.
  { name: 'fingerprint', shapes: ['chat', 'completion', 'response', 'embeddings'], paths: ['system_fingerprint'], level: 'COSMETIC', presence: 'COSMETIC', word: 'fingerprints' },
  { name: 'id', shapes: ['chat', 'completion', 'message', 'embeddings'], paths: ['id', 'request_id', '_request_id'], level: 'COSMETIC', word: 'ids' },
  { name: 'id', shapes: ['gemini', 'response'], paths: ['responseId', 'response_id', 'id', 'previous_response_id', 'conversation.id', '**.item_id'], level: 'COSMETIC', word: 'ids' },
  { name: 'time', shapes: ['chat', 'completion', 'response', 'message', 'gemini', 'ollama', 'embeddings'], paths: ['created', 'created_at', 'createTime', 'create_time', 'completed_at'], level: 'COSMETIC', presence: 'COSMETIC', word: 'timestamps' },
  { name: 'duration', shapes: ['ollama', 'chat', 'completion', 'embeddings'], paths: ['total_duration', 'load_duration', 'prompt_eval_duration', 'eval_duration'], level: 'COSMETIC', presence: 'COSMETIC', word: 'durations' },

  // Responses of unknown shape: only values with the name and the format of an id or a timestamp.
  { name: 'generated id', shapes: ['unknown', 'tool', 'response', 'exception'], paths: ['**.id', '**.*_id', '**.*Id'], level: 'COSMETIC', word: 'ids', when: 'generated id' },
  { name: 'generated time', shapes: ['unknown', 'tool', 'response'], paths: ['**.created', '**.created_at', '**.updated_at', '**.completed_at', '**.modified_at', '**.expires_at', '**.last_active_at', '**.timestamp'], level: 'COSMETIC', word: 'timestamps', when: 'time' },
  { name: 'duration', shapes: ['unknown'], paths: ['**.total_duration', '**.load_duration', '**.prompt_eval_duration', '**.eval_duration'], level: 'COSMETIC', presence: 'COSMETIC', word: 'durations' },
];

/** The fields of the answer itself, by shape: tests see whether they are present. */
export const ANSWER_FIELDS: Record<AnswerShape, readonly string[]> = {
  chat: ['choices[].message.**', 'choices[].delta.**'],
  completion: ['choices[].text'],
  response: ['output.**', 'output_text'],
  message: ['content.**'],
  gemini: ['candidates[].content.**'],
  interaction: ['outputs.**', 'steps.**'],
  ollama: ['message.**', 'response', 'thinking'],
  embeddings: ['data.**', 'embeddings.**', 'embedding.**'],
  models: ['data', 'models'],
  tool: ['**'],
  exception: ['**'],
  unknown: ['**'],
};
