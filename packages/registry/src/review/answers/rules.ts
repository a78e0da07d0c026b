import type { AnswerShape } from '../../vocabulary/recording.js';
import type { Rule } from './rule.js';
import { SERVICE_RULES } from './service-rules.js';

/**
 * Version of the rules. Increase it with every change to them, so that a verdict says which rules
 * decided it.
 */
export const RULES_VERSION = 'answers-v4';

/** Responses of a model. */
const MODEL: readonly AnswerShape[] = [
  'chat',
  'completion',
  'response',
  'message',
  'gemini',
  'interaction',
  'ollama',
  'converse',
  'cohere',
  'generation',
  'thread',
  'language-model',
];
/** Responses of a model, also of an API without a shape here. */
const ANY_MODEL: readonly AnswerShape[] = [...MODEL, 'unknown'];

/** Safety ratings and content filters of Azure and Gemini. */
const SAFETY = [
  'prompt_filter_results.**',
  'content_filters.**',
  '**.content_filter_results.**',
  '**.content_filter_result.**',
  '**.safetyRatings.**',
  '**.safety_ratings.**',
  'promptFeedback',
  'prompt_feedback',
];

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

  // Safety: a verdict decides what a test gets; probabilities and severities only explain it.
  { name: 'content filter', shapes: [...ANY_MODEL, 'exception'], paths: SAFETY, level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'content filter', when: 'verdict' },
  { name: 'safety rating', shapes: [...ANY_MODEL, 'exception'], paths: SAFETY, level: 'METADATA', presence: 'METADATA', word: 'safety ratings' },

  // Opaque values: only the API that made them reads them.
  { name: 'opaque value', shapes: ANY_MODEL, paths: ['**.thoughtSignature', '**.thought_signature', '**.thoughtSignatures.**', '**.thought_signatures.**', '**.encrypted_content', '**.encryptedContent', '**.encrypted_index', '**.encrypted_stdout', '**.encrypted_reasoning', '**.reasoning_opaque', '**.redactedContent', '**.redacted_content', '**.reasoningText.signature', 'kv_transfer_params.**'], level: 'COSMETIC', presence: 'METADATA', word: 'opaque values' },
  { name: 'opaque value', shapes: ['message'], paths: ['content[].signature', 'content[].data'], level: 'COSMETIC', presence: 'METADATA', word: 'opaque values' },
  { name: 'opaque value', shapes: ['chat', 'response', 'ollama'], paths: ['choices[].message.signature', 'choices[].message.reasoning_signature', 'choices[].message.content[].signature', 'choices[].message.content[].data', 'choices[].message.reasoning_details[].signature', 'choices[].message.reasoning_details[].data', 'choices[].message.reasoning_details[].id', 'choices[].message.thinking_blocks[].signature', 'choices[].message.thinking_blocks[].data', 'choices[].message.provider_specific_fields.**.signature', 'choices[].message.provider_specific_fields.**.data', 'output[].signature', 'message.signature'], level: 'COSMETIC', presence: 'METADATA', word: 'opaque values' },
  { name: 'opaque value', shapes: ['interaction'], paths: ['outputs[].signature', 'steps[].signature', 'steps[].content[].signature'], level: 'COSMETIC', presence: 'METADATA', word: 'opaque values' },
  { name: 'file id', shapes: MODEL, paths: ['**.file_id', '**.file_ids.**', '**.fileId', '**.container_id', '**.vector_store_id', '**.vector_store_ids.**', 'container.id', 'choices[].message.audio.id'], level: 'COSMETIC', presence: 'METADATA', word: 'ids' },
  { name: 'expiry time', shapes: MODEL, paths: ['**.expires_at', '**.expiresAt', 'expireTime', 'expire_time', 'updateTime', 'update_time', 'content[].content.retrieved_at'], level: 'COSMETIC', presence: 'COSMETIC', word: 'timestamps' },
  { name: 'redirect link', shapes: ['gemini', 'interaction'], paths: ['**.uri', '**.url', '**.source'], level: 'COSMETIC', word: 'redirect links', when: 'redirect' },
  { name: 'provider extras', shapes: MODEL, paths: ['**.extra_content', '**.extra_content.google', '**.provider_specific_fields'], level: 'METADATA', presence: 'METADATA', word: 'provider extras' },

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
  { name: 'finish details', shapes: ['message', 'response'], paths: ['stop_details.**', 'incomplete_details.**'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'finish details' },
  { name: 'finish reason', shapes: ['unknown'], paths: ['stopReason', 'stop_reason', 'finish_reason', 'finishReason'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'finish reason' },
  { name: 'response status', shapes: ['response', 'interaction', 'unknown'], paths: ['status', 'output[].status', 'outputs[].status', 'steps[].status', 'error.code', 'error.type'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'status' },
  { name: 'error', shapes: ['chat', 'completion', 'response', 'message', 'gemini', 'ollama', 'interaction', 'embeddings', 'models', 'unknown'], paths: ['error', 'error.code', 'error.type', 'error.status', 'error.status_code', 'x_groq.error'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'error' },
  { name: 'error message', shapes: 'any', paths: ['error.message', 'error.failed_generation', 'error.metadata.raw'], level: 'CONTENT', presence: 'CONTENT', word: 'error message', compare: 'text' },
  { name: 'refusal', shapes: ['chat', 'response'], paths: ['choices[].message.refusal', 'output[].content[].refusal'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'refusal' },
  { name: 'number of answers', shapes: ['chat', 'completion', 'gemini'], paths: ['choices', 'choices[]', 'candidates', 'candidates[]'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'choice' },
  { name: 'role', shapes: ANY_MODEL, paths: ['choices[].message.role', 'output[].role', 'role', 'candidates[].content.role', 'message.role', 'output.message.role'], level: 'BEHAVIOUR', word: 'role' },

  // Tool calls: name and arguments. The id of a call is generated.
  { name: 'tool call id', shapes: ['chat', 'ollama'], paths: ['choices[].message.tool_calls[].id', 'message.tool_calls[].id'], level: 'COSMETIC', word: 'ids' },
  { name: 'tool call id', shapes: ['response', 'message'], paths: ['output[].call_id', 'output[].id', 'output[].approval_request_id', 'output[].pending_safety_checks[].id', 'output[].acknowledged_safety_checks[].id', 'content[].id', 'content[].tool_use_id', 'content[].caller.tool_id'], level: 'COSMETIC', word: 'ids' },
  { name: 'tool call id', shapes: ['gemini', 'interaction'], paths: ['candidates[].content.parts[].*.id', 'outputs[].id', 'outputs[].call_id', 'steps[].id', 'steps[].call_id'], level: 'COSMETIC', presence: 'METADATA', word: 'ids' },
  { name: 'tool call id', shapes: ['unknown'], paths: ['output.message.content[].toolUse.toolUseId', 'message.tool_calls[].id'], level: 'COSMETIC', word: 'ids' },
  { name: 'call index', shapes: ['chat', 'ollama'], paths: ['choices[].message.tool_calls[].index', 'message.tool_calls[].index', 'message.tool_calls[].function.index'], level: 'METADATA', presence: 'METADATA', word: 'call index' },
  { name: 'ambiguous call', shapes: ['chat'], paths: ['choices[].message.tool_calls[].ambiguous'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'ambiguous tool call' },
  { name: 'tool name', shapes: ['chat', 'ollama'], paths: ['choices[].message.tool_calls[].function.name', 'choices[].message.function_call.name', 'choices[].message.tool_calls[].custom.name', 'choices[].message.executed_tools[].name', 'choices[].message.executed_tools[].type', 'message.tool_calls[].function.name'], level: 'BEHAVIOUR', word: 'tool' },
  { name: 'tool name', shapes: ['response', 'message', 'gemini'], paths: ['output[].name', 'output[].server_label', 'output[].namespace', 'content[].name', 'content[].server_name', 'candidates[].content.parts[].functionCall.name', 'candidates[].content.parts[].function_call.name', 'candidates[].content.parts[].toolCall.toolType', 'candidates[].content.parts[].tool_call.tool_type'], level: 'BEHAVIOUR', word: 'tool' },
  { name: 'tool name', shapes: ['interaction', 'unknown'], paths: ['outputs[].name', 'outputs[].server_name', 'steps[].name', 'steps[].server_name', 'output.message.content[].toolUse.name', 'message.tool_calls[].function.name'], level: 'BEHAVIOUR', word: 'tool' },
  { name: 'tool arguments', shapes: ['chat', 'ollama'], paths: ['choices[].message.tool_calls[].function.arguments', 'choices[].message.function_call.arguments', 'choices[].message.tool_calls[].custom.input', 'choices[].message.executed_tools[].arguments', 'choices[].message.context.intent', 'message.tool_calls[].function.arguments'], level: 'BEHAVIOUR', word: 'tool arguments', compare: 'arguments' },
  { name: 'tool arguments', shapes: ['response', 'message', 'gemini'], paths: ['output[].arguments', 'output[].input', 'content[].input', 'candidates[].content.parts[].functionCall.args', 'candidates[].content.parts[].function_call.args', 'candidates[].content.parts[].toolCall.args', 'candidates[].content.parts[].tool_call.args'], level: 'BEHAVIOUR', word: 'tool arguments', compare: 'arguments' },
  { name: 'tool arguments', shapes: ['interaction', 'unknown'], paths: ['outputs[].arguments', 'steps[].arguments', 'output.message.content[].toolUse.input', 'message.tool_calls[].function.arguments'], level: 'BEHAVIOUR', word: 'tool arguments', compare: 'arguments' },

  // Tools that the provider runs: what the model asks of them, and what came of it.
  { name: 'tool code', shapes: ['response', 'gemini'], paths: ['output[].code', 'candidates[].content.parts[].executableCode.code', 'candidates[].content.parts[].executable_code.code', 'candidates[].content.parts[].executableCode.language', 'candidates[].content.parts[].executable_code.language'], level: 'BEHAVIOUR', word: 'code' },
  { name: 'tool queries', shapes: ['response', 'gemini'], paths: ['output[].queries', 'candidates[].groundingMetadata.webSearchQueries', 'candidates[].groundingMetadata.imageSearchQueries', 'candidates[].groundingMetadata.retrievalQueries', 'candidates[].grounding_metadata.web_search_queries', 'candidates[].grounding_metadata.image_search_queries', 'candidates[].grounding_metadata.retrieval_queries'], level: 'BEHAVIOUR', word: 'queries', compare: 'arguments' },
  { name: 'tool action', shapes: ['response'], paths: ['output[].action', 'output[].actions', 'output[].operation'], level: 'BEHAVIOUR', word: 'action', compare: 'arguments', when: 'no sources' },
  { name: 'search sources', shapes: ['response'], paths: ['output[].action.sources.**'], level: 'CONTENT', presence: 'CONTENT', word: 'search sources' },
  { name: 'tool action', shapes: ['response'], paths: ['output[].action.**', 'output[].pending_safety_checks.**'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'action' },
  { name: 'tool options', shapes: ['response'], paths: ['output[].revised_prompt', 'output[].size', 'output[].quality', 'output[].background', 'output[].output_format', 'output[].execution', 'output[].max_output_length', 'output[].tool'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'tool options' },
  { name: 'tool outcome', shapes: ['response', 'message', 'gemini', 'interaction'], paths: ['output[].error.**', 'output[].output[].outcome.**', 'content[].is_error', 'content[].content.type', 'content[].content.error_code', 'content[].content.return_code', 'candidates[].content.parts[].codeExecutionResult.outcome', 'candidates[].content.parts[].code_execution_result.outcome', 'candidates[].urlContextMetadata.urlMetadata[].urlRetrievalStatus', 'candidates[].url_context_metadata.url_metadata[].url_retrieval_status', 'outputs[].is_error', 'steps[].is_error'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'tool outcome' },
  { name: 'search score', shapes: ['chat', 'response'], paths: ['output[].results[].score', 'choices[].message.executed_tools[].search_results.results[].score'], level: 'METADATA', presence: 'METADATA', word: 'search scores' },
  { name: 'page age', shapes: ['message'], paths: ['content[].content[].page_age'], level: 'METADATA', presence: 'METADATA', word: 'page age' },
  { name: 'tool output', shapes: ['chat', 'response', 'message', 'gemini', 'interaction'], paths: ['output[].output', 'output[].outputs[].logs', 'output[].output[].stdout', 'output[].output[].stderr', 'content[].content', 'content[].content[].text', 'content[].content.content', 'content[].content.stdout', 'content[].content.stderr', 'candidates[].content.parts[].codeExecutionResult.output', 'candidates[].content.parts[].code_execution_result.output', 'choices[].message.executed_tools[].output', 'outputs[].result', 'steps[].result'], level: 'CONTENT', word: 'tool result', compare: 'text' },

  { name: 'tool output list', shapes: ['chat', 'response', 'message', 'gemini', 'interaction'], paths: ['output[].outputs.**', 'output[].output.**', 'output[].results.**', 'output[].tools.**', 'content[].content.**', 'candidates[].content.parts[].toolResponse.response.**', 'candidates[].content.parts[].tool_response.response.**', 'choices[].message.executed_tools[].search_results.**', 'outputs[].result.**', 'steps[].result.**'], level: 'CONTENT', presence: 'CONTENT', word: 'tool result' },
  { name: 'grounding', shapes: ['gemini'], paths: ['candidates[].groundingMetadata', 'candidates[].grounding_metadata', 'candidates[].urlContextMetadata', 'candidates[].url_context_metadata'], level: 'CONTENT', presence: 'BEHAVIOUR', word: 'grounding' },

  // Content of the answer.
  { name: 'text', shapes: ['chat'], paths: ['choices[].message.content', 'choices[].message.content[].text', 'choices[].message.audio.transcript'], level: 'CONTENT', word: 'answer', compare: 'text' },
  { name: 'text', shapes: ['completion', 'ollama'], paths: ['choices[].text', 'message.content', 'response'], level: 'CONTENT', word: 'answer', compare: 'text' },
  { name: 'text', shapes: ['response', 'message', 'gemini'], paths: ['output[].content[].text', 'output_text', 'content[].text', 'candidates[].content.parts[].text'], level: 'CONTENT', word: 'answer', compare: 'text' },
  { name: 'text', shapes: ['interaction', 'unknown'], paths: ['outputs[].text', 'steps[].content[].text', 'output.message.content[].text', 'message.content[].text'], level: 'CONTENT', word: 'answer', compare: 'text' },
  { name: 'reasoning', shapes: ['chat', 'response', 'message', 'ollama'], paths: ['choices[].message.reasoning_content', 'choices[].message.reasoning', 'choices[].message.reasoning_details[].text', 'choices[].message.reasoning_details[].summary', 'choices[].message.thinking_blocks[].thinking', 'choices[].message.content[].thinking[].text', 'output[].summary[].text', 'content[].thinking', 'message.thinking', 'thinking'], level: 'CONTENT', word: 'reasoning', compare: 'text' },
  { name: 'reasoning', shapes: ['interaction', 'unknown'], paths: ['outputs[].summary[].text', 'steps[].summary[].text', 'output.message.content[].reasoningContent.reasoningText.text'], level: 'CONTENT', word: 'reasoning', compare: 'text' },
  { name: 'embedding', shapes: ['embeddings'], paths: ['data[].embedding', 'embeddings[]', 'embedding'], level: 'CONTENT', word: 'embedding', compare: 'embedding' },
  { name: 'model list', shapes: ['models'], paths: ['data', 'models'], level: 'CONTENT', word: 'model list', compare: 'models' },
  { name: 'model entry time', shapes: ['models'], paths: ['data[].created', 'data[].created_at', 'data[].modified_at', 'data[].expires_at', 'models[].modified_at', 'models[].expires_at'], level: 'COSMETIC', presence: 'COSMETIC', word: 'timestamps' },
  { name: 'model permission', shapes: ['models'], paths: ['data[].permission[].id', 'data[].permission[].created'], level: 'COSMETIC', presence: 'COSMETIC', word: 'ids' },
  { name: 'model entry', shapes: ['models'], paths: ['data[].**', 'models[].**'], level: 'CONTENT', presence: 'CONTENT', word: 'model entry' },
  { name: 'tool failure', shapes: ['tool'], paths: ['error', 'error_code', 'error_message', 'is_error', 'isError'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'tool error' },
  { name: 'tool result text', shapes: ['tool'], paths: ['', 'content', '**.text', '**.content'], level: 'CONTENT', word: 'tool result', compare: 'text' },
  { name: 'tool result', shapes: ['tool'], paths: ['**[]'], level: 'CONTENT', presence: 'CONTENT', word: 'tool result' },

  ...SERVICE_RULES,

  // Metadata of the provider.
  { name: 'log probabilities', shapes: ['chat', 'completion', 'response', 'gemini'], paths: ['choices[].logprobs.**', 'output[].content[].logprobs.**', 'candidates[].avgLogprobs', 'candidates[].avg_logprobs', 'candidates[].logprobsResult.**', 'candidates[].logprobs_result.**', 'prompt_logprobs.**', 'choices[].prompt_logprobs.**', 'choices[].token_ids.**', 'choices[].prompt_token_ids.**', 'prompt_token_ids.**'], level: 'METADATA', presence: 'METADATA', word: 'log probabilities' },
  { name: 'context tokens', shapes: ['ollama'], paths: ['context.**'], level: 'METADATA', presence: 'METADATA', word: 'context tokens' },
  { name: 'usage time', shapes: [...ANY_MODEL, 'embeddings'], paths: ['usage.queue_time', 'usage.prompt_time', 'usage.completion_time', 'usage.total_time', 'timings.**', 'time_info.**', 'x_groq.id', 'x_groq.usage.*_time', 'x_groq.usage_breakdown.**.*_time', 'usage_breakdown.**.*_time', 'metrics.latencyMs', 'response_time'], level: 'COSMETIC', presence: 'COSMETIC', word: 'durations' },
  { name: 'usage', shapes: [...ANY_MODEL, 'embeddings'], paths: ['usage.**', 'usageMetadata.**', 'usage_metadata.**', 'prompt_eval_count', 'eval_count', 'x_groq.usage.**', 'x_groq.usage_breakdown.**', 'usage_breakdown.**', 'candidates[].tokenCount', 'candidates[].token_count', 'inputTextTokenCount', 'meta.billed_units.**'], level: 'METADATA', presence: 'METADATA', word: 'token usage' },
  { name: 'served model', shapes: [...MODEL, 'embeddings'], paths: ['model', 'modelVersion', 'model_version', 'agent', 'remote_model'], level: 'METADATA', word: 'served model' },
  { name: 'served by', shapes: MODEL, paths: ['provider', 'remote_host', 'metadata.weight_version', 'choices[].native_finish_reason', 'choices[].matched_stop'], level: 'METADATA', presence: 'METADATA', word: 'provider' },
  { name: 'request echo', shapes: ['response', 'interaction'], paths: ['tools.**', 'tool_choice.**', 'instructions.**', 'system_instruction.**', 'input.**', 'prompt.**', 'text.**', 'reasoning.**', 'generation_config.**', 'response_format.**', 'response_modalities.**', 'include.**', 'metadata.**', 'billing.**', 'temperature', 'top_p', 'top_logprobs', 'frequency_penalty', 'presence_penalty', 'truncation', 'store', 'background', 'parallel_tool_calls', 'max_output_tokens', 'max_tool_calls', 'prompt_cache_key', 'prompt_cache_retention', 'safety_identifier', 'user'], level: 'METADATA', presence: 'METADATA', word: 'request settings' },
  { name: 'search widget', shapes: ['gemini', 'interaction'], paths: ['**.searchEntryPoint.**', '**.search_entry_point.**', '**.search_suggestions', '**.rendered_content'], level: 'METADATA', presence: 'METADATA', word: 'search suggestions' },
  { name: 'service tier', shapes: 'any', paths: ['service_tier', 'serviceTier', 'usage.service_tier'], level: 'METADATA', presence: 'METADATA', word: 'service tier' },

  // Generated for every response.
  { name: 'fingerprint', shapes: ['chat', 'completion', 'response', 'embeddings'], paths: ['system_fingerprint'], level: 'COSMETIC', presence: 'COSMETIC', word: 'fingerprints' },
  { name: 'id', shapes: ['chat', 'completion', 'message', 'embeddings'], paths: ['id', 'request_id', '_request_id'], level: 'COSMETIC', word: 'ids' },
  { name: 'id', shapes: ['gemini', 'response', 'interaction'], paths: ['responseId', 'response_id', 'id', 'previous_response_id', 'previous_interaction_id', 'environment_id', 'conversation.id', '**.item_id'], level: 'COSMETIC', word: 'ids' },
  { name: 'time', shapes: [...MODEL, 'embeddings'], paths: ['created', 'updated', 'created_at', 'updated_at', 'createTime', 'create_time', 'completed_at'], level: 'COSMETIC', presence: 'COSMETIC', word: 'timestamps' },
  { name: 'seed', shapes: ['chat', 'completion'], paths: ['choices[].seed', 'x_groq.seed', 'seed'], level: 'COSMETIC', presence: 'METADATA', word: 'seeds' },
  { name: 'http headers', shapes: MODEL, paths: ['sdkHttpResponse.**', 'sdk_http_response.**', '_response_headers.**'], level: 'COSMETIC', presence: 'COSMETIC', word: 'HTTP headers' },
  { name: 'duration', shapes: ['ollama', 'chat', 'completion', 'embeddings'], paths: ['total_duration', 'load_duration', 'prompt_eval_duration', 'eval_duration'], level: 'COSMETIC', presence: 'COSMETIC', word: 'durations' },

  // Responses of unknown shape: only values with the name and the format of an id or a timestamp.
  { name: 'generated id', shapes: [...ANY_MODEL, 'tool', 'exception'], paths: ['**.id', '**.*_id', '**.*Id'], level: 'COSMETIC', word: 'ids', when: 'generated id' },
  { name: 'access token', shapes: ['unknown'], paths: ['access_token', 'refresh_token', 'id_token', 'expires_in', 'expires_on', 'ext_expires_in', 'not_before'], level: 'COSMETIC', word: 'access tokens' },
  { name: 'generated time', shapes: ['unknown', 'tool', 'response', 'interaction'], paths: ['**.created', '**.created_at', '**.updated_at', '**.completed_at', '**.modified_at', '**.expires_at', '**.last_active_at', '**.timestamp'], level: 'COSMETIC', word: 'timestamps', when: 'time' },
  { name: 'duration', shapes: ['unknown'], paths: ['**.total_duration', '**.load_duration', '**.prompt_eval_duration', '**.eval_duration'], level: 'COSMETIC', presence: 'COSMETIC', word: 'durations' },
];

/** The fields of the answer itself, by shape: tests see whether they are present. */
// biome-ignore format: one row per shape
export const ANSWER_FIELDS: Record<AnswerShape, readonly string[]> = {
  chat: ['choices[].message.**', 'choices[].delta.**'],
  completion: ['choices[].text'],
  response: ['output.**', 'output_text'],
  message: ['content.**'],
  gemini: ['candidates[].content.**'],
  interaction: ['outputs.**', 'steps.**'],
  ollama: ['message.**', 'response', 'thinking'],
  converse: ['output.**'],
  cohere: ['message.**', 'text', 'tool_calls.**'],
  generation: ['completion', 'generation', 'generated_text', 'results.**', 'generations.**', 'outputs.**', 'completions.**', 'predictions.**', 'output'],
  embeddings: ['data.**', 'embeddings.**', 'embedding.**'],
  models: ['data', 'models'],
  thread: ['content.**', 'data.**', 'messages.**', 'required_action.**'],
  'language-model': ['content.**', 'text', 'toolCalls.**'],
  transcription: ['', 'text', 'segments.**', 'words.**', 'pages.**', 'results.**'],
  rerank: ['results.**'],
  images: ['data.**', 'predictions.**', 'artifacts.**', 'images.**'],
  moderation: ['results.**'],
  'token-count': ['**'],
  tool: ['**'],
  exception: ['**'],
  unknown: ['**'],
};
