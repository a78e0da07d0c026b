import type { AnswerShape } from '../../vocabulary/recording.js';
import type { Rule } from './rule.js';

/** Models at Bedrock and Cohere, assistants, Vercel's gateway, and APIs that return only text. */
const CHATS: readonly AnswerShape[] = ['converse', 'cohere', 'generation', 'thread', 'language-model'];

/** APIs that do one task, whose response is no conversation. */
const TASKS: readonly AnswerShape[] = ['transcription', 'rerank', 'images', 'moderation', 'token-count'];

/** What the fields of these APIs mean to a test, as in `RULES`. */
// biome-ignore format: one row per rule
export const SERVICE_RULES: readonly Rule[] = [
  { name: 'finish reason', shapes: ['converse'], paths: ['stopReason'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'finish reason' },
  { name: 'finish reason', shapes: ['cohere', 'transcription'], paths: ['finish_reason'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'finish reason' },
  { name: 'finish reason', shapes: ['generation'], paths: ['stop_reason', 'stopReason', 'stop', 'finish_reason', 'results[].completionReason', 'results[].stop_reason', 'generations[].finish_reason', 'outputs[].stop_reason', 'completions[].finish_reason', 'completions[].finishReason.**', 'details.finish_reason', 'generations[].details.finish_reason'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'finish reason' },
  { name: 'finish reason', shapes: ['images'], paths: ['artifacts[].finishReason', 'predictions[].raiFilteredReason'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'finish reason' },
  { name: 'finish reason', shapes: ['language-model'], paths: ['finishReason', 'finishReason.**'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'finish reason' },
  { name: 'response status', shapes: ['thread'], paths: ['status', 'data[].status', 'messages[].status', 'steps[].status', 'incomplete_details.**', 'last_error.**'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'status' },
  { name: 'role', shapes: ['thread'], paths: ['role', 'data[].role', 'messages[].role'], level: 'BEHAVIOUR', word: 'role' },
  { name: 'error', shapes: [...CHATS, ...TASKS], paths: ['error', 'error.code', 'error.type', 'error.status', 'error.status_code'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'error' },
  { name: 'moderation', shapes: ['moderation'], paths: ['results[].flagged', 'results[].categories.**'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'moderation' },
  { name: 'number of answers', shapes: ['generation'], paths: ['results', 'results[]', 'generations', 'generations[]', 'outputs', 'outputs[]', 'completions', 'completions[]', 'predictions', 'predictions[]'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'choice' },
  { name: 'number of answers', shapes: ['images'], paths: ['data', 'data[]', 'predictions', 'predictions[]', 'artifacts', 'artifacts[]'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'image' },

  { name: 'tool call id', shapes: ['converse', 'cohere'], paths: ['output.message.content[].toolUse.toolUseId', 'output.message.content[].toolResult.toolUseId', 'message.tool_calls[].id'], level: 'COSMETIC', word: 'ids' },
  { name: 'tool name', shapes: ['converse', 'cohere'], paths: ['output.message.content[].toolUse.name', 'message.tool_calls[].function.name', 'tool_calls[].name'], level: 'BEHAVIOUR', word: 'tool' },
  { name: 'tool arguments', shapes: ['converse', 'cohere'], paths: ['output.message.content[].toolUse.input', 'message.tool_calls[].function.arguments', 'tool_calls[].parameters'], level: 'BEHAVIOUR', word: 'tool arguments', compare: 'arguments' },
  { name: 'tool call id', shapes: ['thread', 'language-model'], paths: ['required_action.submit_tool_outputs.tool_calls[].id', 'content[].toolCallId', 'toolCalls[].toolCallId', 'content[].id'], level: 'COSMETIC', word: 'ids' },
  { name: 'tool name', shapes: ['thread', 'language-model'], paths: ['required_action.submit_tool_outputs.tool_calls[].function.name', 'content[].toolName', 'toolCalls[].toolName'], level: 'BEHAVIOUR', word: 'tool' },
  { name: 'tool arguments', shapes: ['thread', 'language-model'], paths: ['required_action.submit_tool_outputs.tool_calls[].function.arguments', 'content[].input', 'toolCalls[].args'], level: 'BEHAVIOUR', word: 'tool arguments', compare: 'arguments' },
  { name: 'tool output list', shapes: ['thread', 'language-model'], paths: ['steps[].step_details.**', 'content[].result.**', 'content[].output.**'], level: 'CONTENT', presence: 'CONTENT', word: 'tool result' },
  { name: 'tool queries', shapes: ['cohere'], paths: ['search_queries[].text', 'is_search_required'], level: 'BEHAVIOUR', word: 'queries' },
  { name: 'tool outcome', shapes: ['converse'], paths: ['output.message.content[].toolResult.status'], level: 'BEHAVIOUR', presence: 'BEHAVIOUR', word: 'tool outcome' },
  { name: 'tool output list', shapes: ['converse', 'cohere'], paths: ['output.message.content[].toolResult.content.**', 'search_results.**', 'documents.**'], level: 'CONTENT', presence: 'CONTENT', word: 'tool result' },

  { name: 'text', shapes: ['converse', 'cohere'], paths: ['output.message.content[].text', 'output.message.content[].citationsContent.content[].text', 'message.content[].text', 'text'], level: 'CONTENT', word: 'answer', compare: 'text' },
  { name: 'text', shapes: ['generation'], paths: ['completion', 'generation', 'generated_text', 'output', 'output[]', 'results[].outputText', 'results[].generated_text', 'generations[].text', 'generations[].generated_text', 'generations[].summary_text', 'generations[].translation_text', 'outputs[].text', 'completions[].completion', 'completions[].data.text', 'predictions[].content', 'predictions[].candidates[].content'], level: 'CONTENT', word: 'answer', compare: 'text' },
  { name: 'text', shapes: ['thread', 'language-model'], paths: ['content[].text', 'content[].text.value', 'data[].content[].text.value', 'messages[].content[].text.value', 'text'], level: 'CONTENT', word: 'answer', compare: 'text' },
  { name: 'reasoning', shapes: ['converse', 'cohere'], paths: ['output.message.content[].reasoningContent.reasoningText.text', 'message.content[].thinking', 'message.tool_plan'], level: 'CONTENT', word: 'reasoning', compare: 'text' },
  { name: 'text', shapes: ['transcription'], paths: ['', 'text', 'pages[].markdown', 'results.channels[].alternatives[].transcript'], level: 'CONTENT', word: 'transcript', compare: 'text' },
  { name: 'transcript', shapes: ['transcription'], paths: ['segments[].text', 'words[].word', 'results.utterances[].transcript'], level: 'CONTENT', word: 'transcript', compare: 'text' },
  { name: 'image', shapes: ['images'], paths: ['data[].b64_json', 'data[].url', 'predictions[].bytesBase64Encoded', 'artifacts[].base64', 'images[]'], level: 'CONTENT', word: 'image' },
  { name: 'image prompt', shapes: ['images'], paths: ['data[].revised_prompt', 'predictions[].prompt'], level: 'CONTENT', presence: 'CONTENT', word: 'prompt', compare: 'text' },
  { name: 'rank', shapes: ['rerank'], paths: ['results[].index', 'results[].document.**'], level: 'CONTENT', word: 'ranking' },
  { name: 'token count', shapes: ['token-count'], paths: ['input_tokens', 'inputTokens', 'totalTokens', 'total_tokens'], level: 'CONTENT', word: 'token count' },

  { name: 'search score', shapes: ['rerank'], paths: ['results[].relevance_score', 'results[].relevanceScore'], level: 'METADATA', presence: 'METADATA', word: 'relevance scores' },
  { name: 'moderation score', shapes: ['moderation'], paths: ['results[].category_scores.**', 'results[].category_applied_input_types.**'], level: 'METADATA', presence: 'METADATA', word: 'moderation scores' },
  { name: 'log probabilities', shapes: ['generation', 'cohere'], paths: ['generations[].likelihood', 'generations[].token_likelihoods.**', 'details.tokens.**', 'details.prefill.**', 'details.seed', 'generations[].details.tokens.**', 'generations[].details.prefill.**', 'completions[].data.tokens.**', 'message.logprobs.**', 'logprobs.**'], level: 'METADATA', presence: 'METADATA', word: 'log probabilities' },
  { name: 'transcript timing', shapes: ['transcription'], paths: ['duration', 'segments[].*', 'segments[].tokens.**', 'words[].*', 'logprobs.**', 'results.channels[].alternatives[].confidence', 'results.channels[].alternatives[].words.**', 'results.utterances[].words.**', 'results.utterances[].*', 'pages[].dimensions.**'], level: 'METADATA', presence: 'METADATA', word: 'timing' },
  { name: 'generated id', shapes: ['transcription'], paths: ['metadata.request_id', 'metadata.transaction_key', 'metadata.sha256', 'metadata.created'], level: 'COSMETIC', presence: 'COSMETIC', word: 'ids' },
  { name: 'served by', shapes: [...TASKS, 'converse'], paths: ['provider', 'metadata.**', 'trace.**', 'performanceConfig.**', 'context_management.**'], level: 'METADATA', presence: 'METADATA', word: 'provider' },
  { name: 'request echo', shapes: ['cohere', 'generation', 'embeddings'], paths: ['chat_history.**', 'prompt.**', 'texts.**', 'message.tool_calls[].index'], level: 'METADATA', presence: 'METADATA', word: 'request settings' },
  { name: 'usage', shapes: TASKS, paths: ['usage.**', 'usage_info.**', 'promptTokensDetails.**', 'prompt_tokens_details.**', 'cachedContentTokenCount', 'cacheTokensDetails.**', 'totalBillableCharacters'], level: 'METADATA', presence: 'METADATA', word: 'token usage' },
  { name: 'usage', shapes: [...CHATS, 'rerank', 'embeddings'], paths: ['meta.**', 'prompt_token_count', 'generation_token_count', 'results[].tokenCount', 'results[].generated_token_count', 'results[].input_token_count', 'details.generated_tokens', 'generations[].details.generated_tokens', 'amazon-bedrock-invocationMetrics.**', 'data[].statistics.**'], level: 'METADATA', presence: 'METADATA', word: 'token usage' },
  { name: 'request echo', shapes: ['thread', 'language-model'], paths: ['instructions', 'tools.**', 'tool_choice.**', 'tool_resources.**', 'response_format.**', 'metadata.**', 'data[].metadata.**', 'messages[].metadata.**', 'temperature', 'top_p', 'max_completion_tokens', 'max_prompt_tokens', 'truncation_strategy.**', 'parallel_tool_calls', 'reasoning_effort', 'rawCall.**', 'request.**'], level: 'METADATA', presence: 'METADATA', word: 'request settings' },
  { name: 'http headers', shapes: ['language-model'], paths: ['response.headers.**', 'response.body.**', 'rawResponse.**'], level: 'COSMETIC', presence: 'COSMETIC', word: 'HTTP headers' },
  { name: 'served model', shapes: ['language-model'], paths: ['response.modelId'], level: 'METADATA', presence: 'METADATA', word: 'served model' },
  { name: 'provider extras', shapes: ['language-model'], paths: ['providerMetadata.**', 'content[].providerMetadata.**', 'warnings.**', 'usage.raw.**'], level: 'METADATA', presence: 'METADATA', word: 'provider extras' },
  { name: 'id', shapes: ['thread', 'language-model'], paths: ['id', '**.id', '**.assistant_id', '**.thread_id', '**.run_id', '**.message_id', 'first_id', 'last_id', 'response.id'], level: 'COSMETIC', word: 'ids' },
  { name: 'time', shapes: ['thread', 'language-model'], paths: ['**.created_at', '**.started_at', '**.completed_at', '**.failed_at', '**.cancelled_at', '**.incomplete_at', '**.expires_at', '**.expired_at', 'response.timestamp'], level: 'COSMETIC', presence: 'COSMETIC', word: 'timestamps' },
  { name: 'usage', shapes: ['thread'], paths: ['steps[].usage.**'], level: 'METADATA', presence: 'METADATA', word: 'token usage' },
  { name: 'served model', shapes: TASKS, paths: ['model', 'model_version'], level: 'METADATA', presence: 'METADATA', word: 'served model' },
  { name: 'id', shapes: ['cohere', 'generation', ...TASKS], paths: ['id', 'generation_id', 'urls.**', 'response_id', 'log_id', 'generations[].id', 'completions[].id'], level: 'COSMETIC', word: 'ids' },
  { name: 'time', shapes: TASKS, paths: ['created', 'created_at'], level: 'COSMETIC', presence: 'COSMETIC', word: 'timestamps' },
  { name: 'http headers', shapes: ['token-count'], paths: ['sdkHttpResponse.**', 'sdk_http_response.**'], level: 'COSMETIC', presence: 'COSMETIC', word: 'HTTP headers' },
];
