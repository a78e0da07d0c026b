import type { DriftLevel } from '../../vocabulary/level.js';
import type { AnswerShape } from '../../vocabulary/recording.js';

/** How a rule looks at the two values, where comparing them as they are is not enough. */
export type Comparison = 'text' | 'arguments' | 'embedding' | 'models';

/** What must be true of both values for a rule to hold; otherwise the next rule that fits decides. */
export type Condition = 'generated id' | 'time';

export interface Rule {
  name: string;
  shapes: readonly AnswerShape[] | 'any';
  /** Places by shape: `[]` any element, `*` any one field, `**` any way down, also none. */
  paths: readonly string[];
  /** The level when the value is another. */
  level: DriftLevel;
  /** The level when it appears, vanishes or changes its type; by default see `presenceLevel`. */
  presence?: DriftLevel;
  /** What a report calls it. */
  word: string;
  compare?: Comparison;
  when?: Condition;
}

/** Version of the table; raised with every change to it, so that a stored verdict tells which rules gave it. */
export const RULES_VERSION = 'answers-v2';

/**
 * What each part of a reassembled answer means to a test. The first rule that fits decides. What no rule names is
 * `CONTENT` when its value changes; when it appears, vanishes or changes type it is `BEHAVIOUR` inside the answer
 * itself (`ANSWER_FIELDS`) and `METADATA` elsewhere. Doubt goes to the higher level: nothing may be told lower
 * than it is.
 */
// biome-ignore format: a table is read by its rows
export const RULES: readonly Rule[] = [
  // What no test sees.
  { name: 'serializer type', shapes: 'any', paths: ['**.__type__'], level: 'COSMETIC', presence: 'COSMETIC', word: 'type names' },
  { name: 'padding', shapes: 'any', paths: ['**.obfuscation'], level: 'COSMETIC', presence: 'COSMETIC', word: 'padding' },

  // Exceptions: the type is what a test expects, the message is text.
  { name: 'exception type', shapes: ['exception'], paths: ['type'], level: 'BEHAVIOUR', word: 'exception' },
  { name: 'exception status', shapes: ['exception'], paths: ['status', 'status_code', 'data.status', 'data.status_code', 'data.code', 'code'], level: 'BEHAVIOUR', word: 'status' },
  { name: 'exception message', shapes: ['exception'], paths: ['message', 'data.message', 'data.error.message'], level: 'CONTENT', presence: 'CONTENT', word: 'error message', compare: 'text' },
  { name: 'exception request', shapes: ['exception'], paths: ['**.request_id'], level: 'COSMETIC', word: 'ids' },

  // How an answer ends, and whether it is one.
  { name: 'finish reason', shapes: ['chat', 'completion'], paths: ['choices[].finish_reason', 'choices[].stop_reason'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'finish reason' },
  { name: 'finish reason', shapes: ['message'], paths: ['stop_reason', 'stop_sequence'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'finish reason' },
  { name: 'finish reason', shapes: ['gemini'], paths: ['candidates[].finishReason', 'candidates[].finish_reason', 'promptFeedback.**', 'prompt_feedback.**'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'finish reason' },
  { name: 'finish reason', shapes: ['ollama'], paths: ['done', 'done_reason'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'finish reason' },
  { name: 'response status', shapes: ['response'], paths: ['status', 'output[].status', 'incomplete_details.**', 'error.code', 'error.type'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'status' },
  { name: 'error', shapes: ['chat', 'completion', 'response', 'message', 'gemini', 'ollama', 'embeddings', 'models', 'unknown'], paths: ['error', 'error.code', 'error.type', 'error.status'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'error' },
  { name: 'refusal', shapes: ['chat', 'response'], paths: ['choices[].message.refusal', 'output[].content[].refusal'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'refusal' },
  { name: 'number of answers', shapes: ['chat', 'completion', 'gemini'], paths: ['choices', 'choices[]', 'candidates', 'candidates[]'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'choice' },
  { name: 'role', shapes: ['chat', 'response', 'message', 'gemini', 'ollama'], paths: ['choices[].message.role', 'output[].role', 'role', 'candidates[].content.role', 'message.role'], level: 'BEHAVIOUR', word: 'role' },

  // Tools: what is called, with what; the id of a call is made up anew each time.
  { name: 'tool call id', shapes: ['chat', 'ollama'], paths: ['choices[].message.tool_calls[].id', 'message.tool_calls[].id'], level: 'COSMETIC', word: 'ids' },
  { name: 'tool call id', shapes: ['response', 'message', 'gemini'], paths: ['output[].call_id', 'output[].id', 'content[].id', 'content[].tool_use_id', 'candidates[].content.parts[].functionCall.id', 'candidates[].content.parts[].function_call.id'], level: 'COSMETIC', word: 'ids' },
  { name: 'tool name', shapes: ['chat', 'ollama'], paths: ['choices[].message.tool_calls[].function.name', 'choices[].message.function_call.name', 'message.tool_calls[].function.name'], level: 'BEHAVIOUR', word: 'tool' },
  { name: 'tool name', shapes: ['response', 'message', 'gemini'], paths: ['output[].name', 'output[].server_label', 'content[].name', 'candidates[].content.parts[].functionCall.name', 'candidates[].content.parts[].function_call.name'], level: 'BEHAVIOUR', word: 'tool' },
  { name: 'tool arguments', shapes: ['chat', 'ollama'], paths: ['choices[].message.tool_calls[].function.arguments', 'choices[].message.function_call.arguments', 'message.tool_calls[].function.arguments'], level: 'BEHAVIOUR', word: 'tool arguments', compare: 'arguments' },
  { name: 'tool arguments', shapes: ['response', 'message', 'gemini'], paths: ['output[].arguments', 'output[].action', 'output[].input', 'content[].input', 'candidates[].content.parts[].functionCall.args', 'candidates[].content.parts[].function_call.args'], level: 'BEHAVIOUR', word: 'tool arguments', compare: 'arguments' },

  // What the answer says.
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

  // What a provider says about how it made the answer.
  { name: 'log probabilities', shapes: ['chat', 'completion', 'response', 'gemini'], paths: ['choices[].logprobs.**', 'output[].content[].logprobs.**', 'candidates[].avgLogprobs', 'candidates[].avg_logprobs', 'candidates[].logprobsResult.**', 'candidates[].logprobs_result.**', 'prompt_logprobs.**', 'choices[].prompt_logprobs.**', 'choices[].token_ids.**', 'choices[].prompt_token_ids.**', 'prompt_token_ids.**'], level: 'METADATA', presence: 'METADATA', word: 'log probabilities' },
  { name: 'context tokens', shapes: ['ollama'], paths: ['context.**'], level: 'METADATA', presence: 'METADATA', word: 'context tokens' },
  { name: 'usage time', shapes: ['chat', 'completion', 'response', 'message', 'gemini', 'ollama', 'embeddings'], paths: ['usage.queue_time', 'usage.prompt_time', 'usage.completion_time', 'usage.total_time', 'timings.**', 'time_info.**', 'x_groq.id', 'x_groq.usage.*_time'], level: 'COSMETIC', presence: 'COSMETIC', word: 'durations' },
  { name: 'usage', shapes: ['chat', 'completion', 'response', 'message', 'gemini', 'ollama', 'embeddings'], paths: ['usage.**', 'usageMetadata.**', 'usage_metadata.**', 'prompt_eval_count', 'eval_count', 'x_groq.usage.**'], level: 'METADATA', presence: 'METADATA', word: 'token usage' },
  { name: 'served model', shapes: ['chat', 'completion', 'response', 'message', 'gemini', 'ollama', 'embeddings'], paths: ['model', 'modelVersion', 'model_version'], level: 'METADATA', word: 'served model' },
  { name: 'service tier', shapes: 'any', paths: ['service_tier', 'serviceTier', 'usage.service_tier'], level: 'METADATA', presence: 'METADATA', word: 'service tier' },
  { name: 'content filter', shapes: ['chat', 'completion'], paths: ['prompt_filter_results.**', 'choices[].content_filter_results.**'], level: 'METADATA', word: 'content filter' },

  // What is made up anew for every answer.
  { name: 'fingerprint', shapes: ['chat', 'completion', 'response', 'embeddings'], paths: ['system_fingerprint'], level: 'COSMETIC', presence: 'COSMETIC', word: 'fingerprints' },
  { name: 'id', shapes: ['chat', 'completion', 'message', 'embeddings'], paths: ['id', 'request_id', '_request_id'], level: 'COSMETIC', word: 'ids' },
  { name: 'id', shapes: ['gemini', 'response'], paths: ['responseId', 'response_id', 'id', 'previous_response_id', 'conversation.id', '**.item_id'], level: 'COSMETIC', word: 'ids' },
  { name: 'time', shapes: ['chat', 'completion', 'response', 'message', 'gemini', 'ollama', 'embeddings'], paths: ['created', 'created_at', 'createTime', 'create_time', 'completed_at'], level: 'COSMETIC', presence: 'COSMETIC', word: 'timestamps' },
  { name: 'duration', shapes: ['ollama', 'chat', 'completion', 'embeddings'], paths: ['total_duration', 'load_duration', 'prompt_eval_duration', 'eval_duration'], level: 'COSMETIC', presence: 'COSMETIC', word: 'durations' },

  // Answers of unknown shape: only what has the name and the look of an id or a time.
  { name: 'generated id', shapes: ['unknown', 'tool', 'response', 'exception'], paths: ['**.id', '**.*_id', '**.*Id'], level: 'COSMETIC', word: 'ids', when: 'generated id' },
  { name: 'generated time', shapes: ['unknown', 'tool', 'response'], paths: ['**.created', '**.created_at', '**.updated_at', '**.completed_at', '**.modified_at', '**.expires_at', '**.last_active_at', '**.timestamp'], level: 'COSMETIC', word: 'timestamps', when: 'time' },
  { name: 'duration', shapes: ['unknown'], paths: ['**.total_duration', '**.load_duration', '**.prompt_eval_duration', '**.eval_duration'], level: 'COSMETIC', presence: 'COSMETIC', word: 'durations' },
];

/** Where the answer itself is, by shape; what appears or vanishes there is seen by tests. */
export const ANSWER_FIELDS: Record<AnswerShape, readonly string[]> = {
  chat: ['choices[].message.**', 'choices[].delta.**'],
  completion: ['choices[].text'],
  response: ['output.**', 'output_text'],
  message: ['content.**'],
  gemini: ['candidates[].content.**'],
  ollama: ['message.**', 'response', 'thinking'],
  embeddings: ['data.**', 'embeddings.**', 'embedding.**'],
  models: ['data', 'models'],
  tool: ['**'],
  exception: ['**'],
  unknown: ['**'],
};
