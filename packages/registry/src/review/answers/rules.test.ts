import { describe, expect, it } from 'vitest';
import { type DriftLevel, rank } from '../../vocabulary/level.js';
import type { Answer, AnswerShape, JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { compareAnswers } from './compare-answers.js';
import { looksGenerated, shapePattern } from './find-rule.js';
import { RULES } from './rules.js';

function answer(shape: AnswerShape, body: JsonValue): Answer {
  return {
    shape,
    outcome: shape === 'exception' ? 'ERROR' : 'SUCCESS',
    isStreaming: false,
    status: null,
    body,
    text: null,
  };
}

/** The highest reason of the difference, and what it says. */
function verdict(shape: AnswerShape, before: JsonValue, after: JsonValue) {
  const { reasons } = compareAnswers(answer(shape, before), answer(shape, after));
  const highest = Math.max(...reasons.map((reason) => rank(reason.level)));
  return reasons.filter((reason) => rank(reason.level) === highest);
}

const message = (fields: JsonValue) => ({ choices: [{ message: fields }] });
const call = (fields: JsonValue) => message({ tool_calls: [fields] });
const weather = (city: string, id = 'call_1') => ({
  id,
  function: { name: 'get_weather', arguments: JSON.stringify({ city }) },
});

const output = (item: JsonValue) => ({ output: [item] });
const content = (block: JsonValue) => ({ content: [block] });
const part = (fields: JsonValue) => ({ candidates: [{ content: { parts: [fields] } }] });
const azure = (filter: JsonValue) => ({ choices: [{ content_filter_results: { hate: filter } }] });
const rating = (fields: JsonObject) => ({
  candidates: [{ safetyRatings: [{ category: 'HARM_CATEGORY_HATE_SPEECH', ...fields }] }],
});
const converse = (block: JsonValue) => ({ output: { message: { content: [block] } } });
const parts = (...list: JsonValue[]) => ({ candidates: [{ content: { parts: list } }] });
const redirect = (token: string) => `https://vertexaisearch.cloud.google.com/grounding-api-redirect/${token}`;

// [rule, shape, before, after, level, words]
// biome-ignore format: one row per example
const EXAMPLES: [string, AnswerShape, JsonValue, JsonValue, DriftLevel, string?][] = [
  ['serializer type', 'unknown', { a: { __type__: 'old.Thing' } }, { a: { __type__: 'new.Thing' } }, 'COSMETIC'],
  ['padding', 'chat', { obfuscation: 'aB3' }, { obfuscation: null }, 'COSMETIC'],
  ['exception type', 'exception', { type: 'BadRequestError' }, { type: 'NotFoundError' }, 'BEHAVIOUR', 'exception `BadRequestError` → `NotFoundError`'],
  ['exception status', 'exception', { status: 400 }, { status: 404 }, 'BEHAVIOUR', 'status `400` → `404`'],
  ['exception message', 'exception', { message: 'no such model' }, { message: 'no such tool' }, 'CONTENT', 'error message: `model` → `tool`'],
  ['exception request', 'exception', { data: { request_id: 'a' } }, { data: { request_id: 'b' } }, 'COSMETIC'],
  ['finish reason', 'chat', { choices: [{ finish_reason: 'stop' }] }, { choices: [{ finish_reason: 'length' }] }, 'BEHAVIOUR', 'finish reason `stop` → `length`'],
  ['finish reason', 'message', { stop_reason: 'end_turn' }, { stop_reason: 'max_tokens' }, 'BEHAVIOUR'],
  ['finish reason', 'gemini', { candidates: [{ finishReason: 'STOP' }] }, { candidates: [{ finishReason: 'SAFETY' }] }, 'BEHAVIOUR'],
  ['finish reason', 'ollama', { done_reason: 'stop' }, { done_reason: 'length' }, 'BEHAVIOUR'],
  ['response status', 'response', { status: 'completed' }, { status: 'incomplete' }, 'BEHAVIOUR'],
  ['error', 'unknown', {}, { error: { code: 1 } }, 'BEHAVIOUR'],
  ['refusal', 'chat', message({ refusal: null }), message({ refusal: 'I cannot do that' }), 'BEHAVIOUR', 'refusal added: `I cannot do that`'],
  ['number of answers', 'chat', { choices: [{ index: 0 }] }, { choices: [{ index: 0 }, { index: 1 }] }, 'BEHAVIOUR', '1 choice more'],
  ['role', 'chat', message({ role: 'assistant' }), message({ role: 'tool' }), 'BEHAVIOUR'],
  ['tool call id', 'chat', call(weather('Paris')), call(weather('Paris', 'call_2')), 'COSMETIC', 'ids'],
  ['tool call id', 'response', { output: [{ call_id: 'a' }] }, { output: [{ call_id: 'b' }] }, 'COSMETIC'],
  ['tool call', 'chat', call(weather('London')), call(weather('Paris')), 'BEHAVIOUR', 'calls `get_weather` with `city: "Paris"` instead of `"London"`'],
  ['tool call', 'response', { output: [{ type: 'function_call', name: 'a', arguments: '{}' }] }, { output: [{ type: 'function_call', name: 'b', arguments: '{}' }] }, 'BEHAVIOUR', 'calls `b` instead of `a`'],
  ['tool call', 'message', { content: [{ type: 'tool_use', name: 'a', input: { x: 1 } }] }, { content: [{ type: 'tool_use', name: 'a', input: { x: 2 } }] }, 'BEHAVIOUR', 'calls `a` with `x: 2` instead of `1`'],
  ['tool call', 'gemini', { candidates: [{ content: { parts: [{ functionCall: { name: 'a', args: {} } }] } }] }, { candidates: [{ content: { parts: [{ functionCall: { name: 'a', args: { x: 1 } } }] } }] }, 'BEHAVIOUR'],
  ['tool call', 'ollama', { message: { tool_calls: [{ function: { name: 'a', arguments: { x: 1 } } }] } }, { message: { tool_calls: [{ function: { name: 'a', arguments: { x: null } } }] } }, 'BEHAVIOUR'],
  ['tool name', 'response', { output: [{ name: 'a' }] }, { output: [{ name: 'b' }] }, 'BEHAVIOUR'],
  ['tool name', 'chat', call({ function: { name: 'a', arguments: null } }), call({ function: { arguments: null } }), 'BEHAVIOUR'],
  ['tool arguments', 'chat', call({ function: { name: 'a', arguments: '{"x": 1}' } }), call({ function: { name: 'a', arguments: '{"x":1}' } }), 'COSMETIC', 'white space in arguments'],
  ['tool arguments', 'response', { output: [{ arguments: '{"x":9007199254740993}' }] }, { output: [{ arguments: '{"x":9007199254740992}' }] }, 'BEHAVIOUR'],
  ['tool call', 'chat', call({ function: { name: 'a', arguments: '{"x": 1}' } }), call({ function: { name: 'a', arguments: '{"x": 1.0}' } }), 'BEHAVIOUR', 'calls `a` with `x: 1.0` instead of `1`'],
  ['tool call', 'chat', call({ function: { name: 'a', arguments: '{"x": [1]}' } }), call({ function: { name: 'a', arguments: '{"x": [1.0]}' } }), 'BEHAVIOUR', 'calls `a` with `x[0]: 1.0` instead of `1`'],
  ['tool arguments', 'chat', call({ function: { name: 'a', arguments: '{"x": 1.0}' } }), call({ function: { name: 'a', arguments: '{"x": 1.00}' } }), 'COSMETIC'],
  ['tool arguments', 'chat', call({ function: { name: 'a', arguments: '{"x": NaN}' } }), call({ function: { name: 'a', arguments: '{"x":NaN}' } }), 'COSMETIC'],
  ['text', 'chat', message({ content: 'red green blue' }), message({ content: 'red green black' }), 'CONTENT', 'answer: `blue` → `black`'],
  ['text', 'chat', message({ content: 'red  green' }), message({ content: 'red green' }), 'CONTENT', 'answer differs only in white space'],
  ['text', 'chat', message({ content: 'red' }), message({ content: ' ' }), 'BEHAVIOUR', 'answer is now empty'],
  ['text', 'chat', message({ content: 'red' }), message({ content: null }), 'BEHAVIOUR', 'answer is now empty'],
  ['text', 'chat', message({ content: '' }), message({ content: null }), 'METADATA'],
  ['text', 'completion', { choices: [{ text: 'a' }] }, { choices: [{ text: 'b' }] }, 'CONTENT'],
  ['text', 'message', { content: [{ type: 'text', text: 'a' }] }, { content: [{ type: 'text', text: 'b' }] }, 'CONTENT'],
  ['reasoning', 'chat', message({ reasoning_content: 'a' }), message({ reasoning_content: 'b' }), 'CONTENT', 'reasoning: `a` → `b`'],
  ['opaque value', 'message', { content: [{ type: 'thinking', signature: 'a' }] }, { content: [{ type: 'thinking', signature: 'b' }] }, 'COSMETIC'],
  ['embedding', 'embeddings', { data: [{ embedding: [1, 0] }] }, { data: [{ embedding: [0, 1] }] }, 'CONTENT', 'embedding changed (cosine below 0.9)'],
  ['context tokens', 'ollama', { response: 'a', context: [1, 2] }, { response: 'a', context: [1, 3, 4] }, 'METADATA'],
  ['opaque value', 'chat', message({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'a' }] }), message({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'b' }] }), 'COSMETIC'],
  ['reasoning', 'chat', message({ reasoning_details: [{ type: 'reasoning.text', text: 'a' }] }), message({ reasoning_details: [{ type: 'reasoning.text', text: 'b' }] }), 'CONTENT'],
  ['reasoning', 'chat', message({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'a' }] }] }), message({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'b' }] }] }), 'CONTENT'],
  ['tool call', 'gemini', { candidates: [{ content: { parts: [{ function_call: { name: 'a', args: { x: 1 } } }] } }] }, { candidates: [{ content: { parts: [{ function_call: { name: 'a', args: { x: 2 } } }] } }] }, 'BEHAVIOUR', 'calls `a` with `x: 2` instead of `1`'],
  ['embedding', 'embeddings', { data: [{ embedding: [1, 0.3] }] }, { data: [{ embedding: [1, 0.30000001] }] }, 'COSMETIC'],
  ['embedding', 'embeddings', { data: [{ embedding: [1, 0] }] }, { data: [{ embedding: [1, 0, 0] }] }, 'BEHAVIOUR', 'embedding has 3 dimensions instead of 2'],
  ['model list', 'models', { data: [{ id: 'a' }, { id: 'b' }] }, { data: [{ id: 'b' }, { id: 'c' }] }, 'CONTENT', '1 model removed (`a`), 1 added (`c`)'],
  ['model entry time', 'models', { data: [{ id: 'a', created: 1 }] }, { data: [{ id: 'a', created: 2 }] }, 'COSMETIC'],
  ['model entry', 'models', { data: [{ id: 'a', owned_by: 'x' }] }, { data: [{ id: 'a', owned_by: 'y' }] }, 'CONTENT'],
  ['tool failure', 'tool', { content: 'x' }, { content: 'x', error_message: 'gone' }, 'BEHAVIOUR', 'tool error added: `gone`'],
  ['tool result text', 'tool', 'sunny', 'rainy', 'CONTENT', 'tool result: `sunny` → `rainy`'],
  ['tool result', 'tool', { results: [1] }, { results: [1, 2] }, 'CONTENT'],
  ['log probabilities', 'chat', { choices: [{ logprobs: { content: [{ logprob: -0.1 }] } }] }, { choices: [{ logprobs: null }] }, 'METADATA'],
  ['usage time', 'chat', { usage: { total_time: 0.1 } }, { usage: { total_time: 0.2 } }, 'COSMETIC'],
  ['usage', 'chat', { usage: { total_tokens: 3 } }, { usage: { total_tokens: 4 } }, 'METADATA', 'token usage'],
  ['usage', 'chat', {}, { usage: { total_tokens: 4 } }, 'METADATA'],
  ['served model', 'chat', { model: 'm-1' }, { model: 'm-2' }, 'METADATA', 'served model `m-1` → `m-2`'],
  ['service tier', 'chat', { service_tier: 'default' }, { service_tier: 'flex' }, 'METADATA'],
  ['safety rating', 'chat', { prompt_filter_results: [{ a: 1 }] }, { prompt_filter_results: [{ a: 2 }] }, 'METADATA'],
  ['fingerprint', 'chat', { system_fingerprint: 'fp_1' }, { system_fingerprint: null }, 'COSMETIC', 'fingerprints removed'],
  ['id', 'chat', { id: 'chatcmpl-1' }, { id: 'chatcmpl-2' }, 'COSMETIC'],
  ['id', 'chat', { id: 'chatcmpl-1' }, {}, 'METADATA'],
  ['id', 'gemini', { responseId: 'a' }, { responseId: 'b' }, 'COSMETIC'],
  ['time', 'chat', { created: 1 }, { created: 2 }, 'COSMETIC'],
  ['duration', 'ollama', { eval_duration: 1 }, { eval_duration: 2 }, 'COSMETIC'],
  ['generated id', 'unknown', { id: 'vs_0123456789ab' }, { id: 'vs_ba9876543210' }, 'COSMETIC'],
  ['unknown field', 'unknown', { id: 'gpt-4o-2024-08-06' }, { id: 'gpt-4o-2024-11-20' }, 'CONTENT'],
  ['generated time', 'unknown', { created_at: 1759437798 }, { created_at: 1759437799 }, 'COSMETIC'],
  ['unknown field', 'unknown', { created_at: 3 }, { created_at: 4 }, 'CONTENT'],
  ['access token', 'unknown', { access_token: 'one', expires_in: 3599 }, { access_token: 'two', expires_in: 3580 }, 'COSMETIC', 'access tokens'],
  ['duration', 'unknown', { total_duration: 3 }, { total_duration: 4 }, 'COSMETIC'],
  ['unknown field', 'unknown', { a: 1 }, {}, 'BEHAVIOUR'],
  ['unknown field', 'chat', { citations: ['a'] }, {}, 'METADATA'],
  ['unknown field', 'chat', { citations: ['a'] }, { citations: ['b'] }, 'CONTENT'],
  ['unknown field', 'chat', message({ audio: { id: 'x' } }), message({}), 'BEHAVIOUR'],
  ['unknown field', 'chat', message({ annotations: [] }), message({}), 'METADATA'],

  // Graded too low before answers-v3.
  ['content filter', 'chat', azure({ filtered: false, severity: 'safe' }), azure({ filtered: true, severity: 'high' }), 'BEHAVIOUR', 'content filter `filtered` `false` → `true`'],
  ['safety rating', 'chat', azure({ filtered: false, severity: 'safe' }), azure({ filtered: false, severity: 'low' }), 'METADATA'],
  ['content filter', 'chat', azure({ filtered: false, detected: false }), azure({ filtered: false, detected: true }), 'BEHAVIOUR'],
  ['content filter', 'chat', { choices: [{ content_filter_results: {} }] }, azure({ filtered: true }), 'BEHAVIOUR'],
  ['safety rating', 'chat', { choices: [{ content_filter_results: {} }] }, azure({ filtered: false }), 'METADATA'],
  ['content filter', 'chat', { prompt_filter_results: [{ content_filter_results: { jailbreak: { filtered: false } } }] }, { prompt_filter_results: [{ content_filter_results: { jailbreak: { filtered: true } } }] }, 'BEHAVIOUR'],
  ['content filter', 'response', { content_filters: [{ blocked: false }] }, { content_filters: [{ blocked: true }] }, 'BEHAVIOUR'],
  ['content filter', 'exception', { data: { error: { innererror: { content_filter_result: { hate: { filtered: false } } } } } }, { data: { error: { innererror: { content_filter_result: { hate: { filtered: true } } } } } }, 'BEHAVIOUR'],
  ['content filter', 'gemini', rating({}), rating({ blocked: true }), 'BEHAVIOUR'],
  ['content filter', 'gemini', rating({ blocked: false }), rating({ blocked: true }), 'BEHAVIOUR'],
  ['safety rating', 'gemini', rating({}), rating({ blocked: false }), 'METADATA'],
  ['safety rating', 'gemini', rating({ probability: 'LOW' }), rating({ probability: 'HIGH' }), 'METADATA'],
  ['safety rating', 'gemini', rating({ severityScore: 0.1 }), rating({ severityScore: 0.2 }), 'METADATA', 'safety ratings'],
  ['safety rating', 'gemini', rating({ probability: 'LOW' }), { candidates: [{}] }, 'METADATA', 'safety ratings `safetyRatings` removed'],
  ['content filter', 'gemini', { promptFeedback: { safetyRatings: [{ probability: 'LOW' }] } }, { promptFeedback: { safetyRatings: [{ probability: 'LOW', blocked: true }] } }, 'BEHAVIOUR'],
  ['safety rating', 'gemini', { promptFeedback: { safetyRatings: [{ probability: 'LOW' }] } }, { promptFeedback: { safetyRatings: [{ probability: 'HIGH' }] } }, 'METADATA'],
  ['safety rating', 'gemini', {}, { promptFeedback: { safetyRatings: [{ probability: 'LOW' }] } }, 'METADATA'],
  ['content filter', 'gemini', {}, { promptFeedback: { blockReason: 'SAFETY' } }, 'BEHAVIOUR'],
  ['finish reason', 'gemini', { promptFeedback: { blockReason: 'SAFETY' } }, { promptFeedback: { blockReason: 'OTHER' } }, 'BEHAVIOUR'],
  ['response status', 'response', output({ type: 'file_search_call', status: 'completed' }), output({ type: 'file_search_call', status: 'failed' }), 'BEHAVIOUR'],
  ['response status', 'interaction', { status: 'completed' }, { status: 'requires_action' }, 'BEHAVIOUR', 'status `completed` → `requires_action`'],
  ['finish details', 'response', { incomplete_details: { reason: 'max_output_tokens' } }, { incomplete_details: { reason: 'content_filter' } }, 'BEHAVIOUR'],
  ['tool code', 'response', output({ type: 'code_interpreter_call', code: 'print(1)' }), output({ type: 'code_interpreter_call', code: 'print(2)' }), 'BEHAVIOUR', 'code `"print(1)"` → `"print(2)"`'],
  ['tool code', 'gemini', part({ executableCode: { code: 'a' } }), part({ executableCode: { code: 'b' } }), 'BEHAVIOUR'],
  ['tool code', 'gemini', part({ executable_code: { code: 'a' } }), part({ executable_code: { code: 'b' } }), 'BEHAVIOUR'],
  ['tool outcome', 'gemini', part({ codeExecutionResult: { outcome: 'OUTCOME_OK' } }), part({ codeExecutionResult: { outcome: 'OUTCOME_FAILED' } }), 'BEHAVIOUR'],
  ['tool output', 'gemini', part({ codeExecutionResult: { output: '1' } }), part({ codeExecutionResult: { output: '2' } }), 'CONTENT'],
  ['tool queries', 'response', output({ type: 'file_search_call', queries: ['refunds'] }), output({ type: 'file_search_call', queries: ['Rome'] }), 'BEHAVIOUR', 'queries `["refunds"]` → `["Rome"]`'],
  ['tool queries', 'gemini', { candidates: [{ groundingMetadata: { webSearchQueries: ['a'] } }] }, { candidates: [{ groundingMetadata: { webSearchQueries: ['a', 'b'] } }] }, 'BEHAVIOUR'],
  ['grounding', 'gemini', { candidates: [{}] }, { candidates: [{ groundingMetadata: { webSearchQueries: ['a'] } }] }, 'BEHAVIOUR'],
  ['tool arguments', 'gemini', part({ toolCall: { args: { queries: ['a'] } } }), part({ toolCall: { args: { queries: ['b'] } } }), 'BEHAVIOUR'],
  ['tool action', 'response', output({ type: 'computer_call', action: { x: 1, y: 2 } }), output({ type: 'computer_call', action: { x: 400, y: 2 } }), 'BEHAVIOUR'],
  ['tool action', 'response', output({ type: 'computer_call', actions: [{ type: 'click', x: 1 }] }), output({ type: 'computer_call', actions: [{ type: 'click', x: 400 }] }), 'BEHAVIOUR'],
  ['tool action', 'response', output({ type: 'shell_call', action: { commands: ['ls'] } }), output({ type: 'shell_call', action: { commands: ['ls', 'rm x'] } }), 'BEHAVIOUR'],
  ['tool action', 'response', output({ type: 'apply_patch_call', operation: { diff: '+a' } }), output({ type: 'apply_patch_call', operation: { diff: '+b' } }), 'BEHAVIOUR'],
  ['tool action', 'response', output({ type: 'web_search_call', action: { query: 'a', sources: [{ url: 'x' }] } }), output({ type: 'web_search_call', action: { query: 'b', sources: [{ url: 'x' }] } }), 'BEHAVIOUR'],
  ['search sources', 'response', output({ type: 'web_search_call', action: { query: 'a', sources: [{ url: 'x' }] } }), output({ type: 'web_search_call', action: { query: 'a', sources: [{ url: 'y' }, { url: 'z' }] } }), 'CONTENT'],
  ['tool options', 'response', output({ type: 'image_generation_call', revised_prompt: 'a cat' }), output({ type: 'image_generation_call', revised_prompt: 'a dog' }), 'BEHAVIOUR'],
  ['tool outcome', 'response', output({ type: 'shell_call_output', output: [{ outcome: { type: 'exit', exit_code: 0 } }] }), output({ type: 'shell_call_output', output: [{ outcome: { type: 'exit', exit_code: 1 } }] }), 'BEHAVIOUR'],
  ['tool outcome', 'response', output({ type: 'mcp_call', output: 'x', error: null }), output({ type: 'mcp_call', output: 'x', error: 'no' }), 'BEHAVIOUR'],
  ['tool output list', 'response', output({ type: 'file_search_call', results: [{ text: 'a' }] }), output({ type: 'file_search_call', results: [{ text: 'a' }, { text: 'b' }] }), 'CONTENT'],
  ['search score', 'response', output({ results: [{ score: 0.5 }] }), output({ results: [{ score: 0.6 }] }), 'METADATA'],
  ['tool output list', 'message', content({ type: 'web_search_tool_result', content: [{ title: 'a' }] }), content({ type: 'web_search_tool_result', content: [{ title: 'b' }] }), 'CONTENT'],
  ['tool output', 'message', content({ type: 'web_search_tool_result', content: [{ title: 'a' }] }), content({ type: 'web_search_tool_result', content: { error_code: 'unavailable' } }), 'BEHAVIOUR'],
  ['tool outcome', 'message', content({ content: { type: 'code_execution_result', return_code: 0 } }), content({ content: { type: 'code_execution_result', return_code: 1 } }), 'BEHAVIOUR'],
  ['page age', 'message', content({ content: [{ page_age: '1 day ago' }] }), content({ content: [{ page_age: '2 days ago' }] }), 'METADATA'],
  ['tool call', 'message', content({ type: 'server_tool_use', name: 'web_search', input: { query: 'a' } }), content({ type: 'server_tool_use', name: 'web_search', input: { query: 'b' } }), 'BEHAVIOUR'],
  ['tool arguments', 'chat', message({ executed_tools: [{ arguments: '{"query":"a"}' }] }), message({ executed_tools: [{ arguments: '{"query":"b"}' }] }), 'BEHAVIOUR'],
  ['tool arguments', 'chat', call({ type: 'custom', custom: { name: 'sql', input: 'SELECT 1' } }), call({ type: 'custom', custom: { name: 'sql', input: 'SELECT 2' } }), 'BEHAVIOUR'],
  ['tool call', 'unknown', converse({ toolUse: { name: 'a', input: { x: 1 } } }), converse({ toolUse: { name: 'a', input: { x: 2 } } }), 'BEHAVIOUR', 'calls `a` with `x: 2` instead of `1`'],
  ['finish reason', 'unknown', { stopReason: 'end_turn' }, { stopReason: 'max_tokens' }, 'BEHAVIOUR'],
  ['ambiguous call', 'chat', call({}), call({ ambiguous: 'shares its index with another call and has no id' }), 'BEHAVIOUR', 'ambiguous tool call added: `shares its index with another call and has no id`'],
  ['tool call', 'interaction', { outputs: [{ type: 'function_call', name: 'a', arguments: { x: 1 } }] }, { outputs: [{ type: 'function_call', name: 'a', arguments: { x: 2 } }] }, 'BEHAVIOUR', 'calls `a` with `x: 2` instead of `1`'],
  ['tool arguments', 'interaction', { steps: [{ type: 'google_search_call', arguments: { queries: ['a'] } }] }, { steps: [{ type: 'google_search_call', arguments: { queries: ['b'] } }] }, 'BEHAVIOUR'],
  ['text', 'interaction', { outputs: [{ type: 'text', text: 'a' }] }, { outputs: [{ type: 'text', text: 'b' }] }, 'CONTENT'],
  ['text', 'interaction', { steps: [{ content: [{ type: 'text', text: 'a' }] }] }, { steps: [{ content: [{ type: 'text', text: 'b' }] }] }, 'CONTENT'],
  ['reasoning', 'interaction', { steps: [{ type: 'thought', summary: [{ text: 'a' }] }] }, { steps: [{ type: 'thought', summary: [{ text: 'b' }] }] }, 'CONTENT'],

  // Graded too high before answers-v3.
  ['text', 'chat', message({ content: '{"a": 1, "b": [2]}' }), message({ content: '{"b":[2],"a":1}' }), 'COSMETIC'],
  ['text', 'chat', message({ content: '{"a": 1}' }), message({ content: '{"a": 1.0}' }), 'CONTENT'],
  ['text', 'chat', message({ content: '{"a": 1}' }), message({ content: '```json\n{"a": 1}\n```' }), 'CONTENT'],
  ['text', 'chat', message({ content: '{"a": 1, "b": 2}' }), message({ content: '{"a": 1, "b": 3}' }), 'CONTENT'],
  ['opaque value', 'gemini', part({ text: 'a', thoughtSignature: 'x' }), part({ text: 'a', thoughtSignature: 'y' }), 'COSMETIC'],
  ['opaque value', 'chat', call({ ...weather('Rome'), extra_content: { google: { thought_signature: 'x' } } }), call({ ...weather('Rome'), extra_content: { google: { thought_signature: 'y' } } }), 'COSMETIC', 'opaque values'],
  ['opaque value', 'chat', message({ thought_signature: 'x' }), message({ thought_signature: 'y' }), 'COSMETIC'],
  ['opaque value', 'chat', message({ provider_specific_fields: { thought_signatures: ['x'] } }), message({ provider_specific_fields: { thought_signatures: ['y'] } }), 'COSMETIC'],
  ['provider extras', 'chat', call(weather('Rome')), call({ ...weather('Rome'), extra_content: { google: { thought_signature: 'x' } } }), 'METADATA'],
  ['opaque value', 'response', output({ type: 'reasoning', encrypted_content: 'x' }), output({ type: 'reasoning', encrypted_content: 'y' }), 'COSMETIC'],
  ['opaque value', 'message', content({ content: [{ encrypted_content: 'x' }] }), content({ content: [{ encrypted_content: 'y' }] }), 'COSMETIC'],
  ['opaque value', 'message', content({ citations: [{ encrypted_index: 'x' }] }), content({ citations: [{ encrypted_index: 'y' }] }), 'COSMETIC'],
  ['opaque value', 'message', content({ type: 'redacted_thinking', data: 'x' }), content({ type: 'redacted_thinking', data: 'y' }), 'COSMETIC'],
  ['opaque value', 'unknown', converse({ reasoningContent: { reasoningText: { text: 'a', signature: 'x' } } }), converse({ reasoningContent: { reasoningText: { text: 'a', signature: 'y' } } }), 'COSMETIC'],
  ['opaque value', 'interaction', { steps: [{ type: 'thought', signature: 'x' }] }, { steps: [{ type: 'thought', signature: 'y' }] }, 'COSMETIC'],
  ['file id', 'response', output({ type: 'code_interpreter_call', container_id: 'cntr_a' }), output({ type: 'code_interpreter_call', container_id: 'cntr_b' }), 'COSMETIC'],
  ['file id', 'response', output({ content: [{ annotations: [{ type: 'file_citation', file_id: 'file-a' }] }] }), output({ content: [{ annotations: [{ type: 'file_citation', file_id: 'file-b' }] }] }), 'COSMETIC'],
  ['file id', 'message', { container: { id: 'a' } }, { container: { id: 'b' } }, 'COSMETIC'],
  ['expiry time', 'message', { container: { expires_at: 'a' } }, { container: { expires_at: 'b' } }, 'COSMETIC'],
  ['file id', 'chat', message({ audio: { id: 'a' } }), message({ audio: { id: 'b' } }), 'COSMETIC'],
  ['expiry time', 'chat', message({ audio: { expires_at: 1 } }), message({ audio: { expires_at: 2 } }), 'COSMETIC'],
  ['text', 'chat', message({ audio: { transcript: 'a' } }), message({ audio: { transcript: 'b' } }), 'CONTENT'],
  ['model permission', 'models', { data: [{ id: 'a', permission: [{ id: 'modelperm-1' }] }] }, { data: [{ id: 'a', permission: [{ id: 'modelperm-2' }] }] }, 'COSMETIC'],
  ['redirect link', 'gemini', { candidates: [{ groundingMetadata: { groundingChunks: [{ web: { uri: redirect('a') } }] } }] }, { candidates: [{ groundingMetadata: { groundingChunks: [{ web: { uri: redirect('b') } }] } }] }, 'COSMETIC'],
  ['unknown field', 'gemini', { candidates: [{ groundingMetadata: { groundingChunks: [{ web: { uri: 'http://a' } }] } }] }, { candidates: [{ groundingMetadata: { groundingChunks: [{ web: { uri: 'http://b' } }] } }] }, 'CONTENT'],
  ['search widget', 'gemini', { candidates: [{ groundingMetadata: { searchEntryPoint: { renderedContent: 'a' } } }] }, { candidates: [{ groundingMetadata: { searchEntryPoint: { renderedContent: 'b' } } }] }, 'METADATA'],
  ['http headers', 'gemini', { sdk_http_response: { headers: { date: 'a' } } }, { sdk_http_response: { headers: { date: 'b' } } }, 'COSMETIC'],
  ['seed', 'chat', { x_groq: { seed: 1 } }, { x_groq: { seed: 2 } }, 'COSMETIC'],
  ['call index', 'chat', call(weather('Rome')), call({ ...weather('Rome'), index: 0 }), 'METADATA'],
  ['served by', 'chat', { provider: 'xAI' }, { provider: 'Google' }, 'METADATA'],
  ['request echo', 'response', { temperature: 1 }, { temperature: 0.5 }, 'METADATA'],
  ['error message', 'chat', { error: { message: 'no such model' } }, { error: { message: 'no such tool' } }, 'CONTENT'],
  ['usage', 'interaction', { usage: { total_tokens: 1 } }, { usage: { total_tokens: 2 } }, 'METADATA'],
  ['time', 'interaction', { updated: 'a' }, { updated: 'b' }, 'COSMETIC'],
  ['id', 'interaction', { id: 'v1_a' }, { id: 'v1_b' }, 'COSMETIC'],

  // Services with a shape since answers-v4.
  ['access token', 'unknown', { access_token: 'a', expires_in: 1 }, { access_token: 'b', expires_in: 2 }, 'COSMETIC'],
  ['finish reason', 'converse', { stopReason: 'end_turn' }, { stopReason: 'max_tokens' }, 'BEHAVIOUR', 'finish reason `end_turn` → `max_tokens`'],
  ['finish reason', 'cohere', { finish_reason: 'COMPLETE' }, { finish_reason: 'MAX_TOKENS' }, 'BEHAVIOUR'],
  ['finish reason', 'generation', { results: [{ completionReason: 'FINISH' }] }, { results: [{ completionReason: 'LENGTH' }] }, 'BEHAVIOUR'],
  ['finish reason', 'generation', { completion: 'a', stopReason: 'end_turn' }, { completion: 'a' }, 'BEHAVIOUR'],
  ['error', 'converse', {}, { error: { type: 'throttlingException' } }, 'BEHAVIOUR'],
  ['error message', 'cohere', { error: { message: 'busy' } }, { error: { message: 'late' } }, 'CONTENT'],
  ['number of answers', 'generation', { generations: [{ text: 'a' }] }, { generations: [{ text: 'a' }, { text: 'b' }] }, 'BEHAVIOUR'],
  ['unknown field', 'gemini', parts({ text: 'Think', thought: true }, { text: 'Say' }), parts({ text: 'Say' }), 'BEHAVIOUR', 'reasoning removed'],
  ['unknown field', 'gemini', parts({ text: 'Say' }), parts({ functionCall: { name: 'go', args: {} } }), 'BEHAVIOUR', 'now calls `go()`'],
  ['unknown field', 'gemini', parts({ text: 'Say' }), parts({ executableCode: { code: '1' } }, { text: 'Say' }), 'BEHAVIOUR', 'code added'],
  ['unknown field', 'response', { output: [{ type: 'reasoning', summary: [] }] }, { output: [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'a' }] }] }, 'BEHAVIOUR', 'summary of the reasoning added'],
  ['role', 'converse', { output: { message: { role: 'assistant' } } }, { output: { message: { role: 'user' } } }, 'BEHAVIOUR'],
  ['tool call', 'converse', converse({ toolUse: { name: 'a', input: { x: 1 } } }), converse({ toolUse: { name: 'a', input: { x: 2 } } }), 'BEHAVIOUR', 'calls `a` with `x: 2` instead of `1`'],
  ['tool call', 'converse', converse({ toolUse: { name: 'a', input: {} } }), converse({ toolUse: { name: 'b', input: {} } }), 'BEHAVIOUR', 'calls `b` instead of `a`'],
  ['tool call id', 'converse', converse({ toolUse: { toolUseId: 'x', name: 'a', input: {} } }), converse({ toolUse: { toolUseId: 'y', name: 'a', input: {} } }), 'COSMETIC', 'ids'],
  ['tool call', 'cohere', { message: { tool_calls: [weather('Rome')] } }, { message: { tool_calls: [weather('Paris')] } }, 'BEHAVIOUR', 'calls `get_weather` with `city: "Paris"` instead of `"Rome"`'],
  ['tool call', 'cohere', { tool_calls: [{ name: 'a', parameters: { x: 1 } }] }, { tool_calls: [{ name: 'a', parameters: { x: 2 } }] }, 'BEHAVIOUR', 'calls `a` with `x: 2` instead of `1`'],
  ['tool call id', 'cohere', { message: { tool_calls: [weather('Rome')] } }, { message: { tool_calls: [weather('Rome', 'call_2')] } }, 'COSMETIC'],
  ['tool name', 'cohere', { tool_calls: [{ name: 'a' }] }, { tool_calls: [{ name: 'b' }] }, 'BEHAVIOUR'],
  ['tool queries', 'cohere', { search_queries: [{ text: 'a' }] }, { search_queries: [{ text: 'b' }] }, 'BEHAVIOUR'],
  ['tool outcome', 'converse', converse({ toolResult: { status: 'success' } }), converse({ toolResult: { status: 'error' } }), 'BEHAVIOUR'],
  ['tool output list', 'cohere', { documents: [{ id: 'a' }] }, { documents: [] }, 'CONTENT'],
  ['text', 'converse', converse({ text: 'red green' }), converse({ text: 'red blue' }), 'CONTENT', 'answer: `green` → `blue`'],
  ['text', 'converse', converse({ text: 'red' }), converse({ text: '' }), 'BEHAVIOUR', 'answer is now empty'],
  ['text', 'cohere', { message: { content: [{ type: 'text', text: 'a' }] } }, { message: { content: [{ type: 'text', text: 'b' }] } }, 'CONTENT'],
  ['text', 'cohere', { text: 'red green' }, { text: 'red blue' }, 'CONTENT', 'answer: `green` → `blue`'],
  ['text', 'generation', { results: [{ outputText: 'a' }] }, { results: [{ outputText: 'b' }] }, 'CONTENT'],
  ['text', 'generation', { generation: 'red green' }, { generation: 'red blue' }, 'CONTENT', 'answer: `green` → `blue`'],
  ['reasoning', 'converse', converse({ reasoningContent: { reasoningText: { text: 'a' } } }), converse({ reasoningContent: { reasoningText: { text: 'b' } } }), 'CONTENT'],
  ['reasoning', 'cohere', { message: { tool_plan: 'a' } }, { message: { tool_plan: 'b' } }, 'CONTENT'],
  ['opaque value', 'converse', converse({ reasoningContent: { reasoningText: { text: 'a', signature: 'x' } } }), converse({ reasoningContent: { reasoningText: { text: 'a', signature: 'y' } } }), 'COSMETIC'],
  ['usage', 'converse', { usage: { totalTokens: 1 } }, { usage: { totalTokens: 2 } }, 'METADATA', 'token usage'],
  ['usage', 'cohere', { meta: { billed_units: { output_tokens: 1 } } }, { meta: { billed_units: { output_tokens: 2 } } }, 'METADATA'],
  ['usage', 'generation', { inputTextTokenCount: 1 }, { inputTextTokenCount: 2 }, 'METADATA'],
  ['usage time', 'converse', { metrics: { latencyMs: 1 } }, { metrics: { latencyMs: 2 } }, 'COSMETIC'],
  ['served by', 'converse', {}, { trace: { guardrail: {} } }, 'METADATA'],
  ['served model', 'generation', { model: 'm-1' }, { model: 'm-2' }, 'METADATA'],
  ['id', 'cohere', { id: 'a' }, { id: 'b' }, 'COSMETIC'],
  ['id', 'generation', { generations: [{ id: 'a' }] }, { generations: [{ id: 'b' }] }, 'COSMETIC'],
  ['request echo', 'cohere', { chat_history: [{ message: 'a' }] }, { chat_history: [{ message: 'b' }] }, 'METADATA'],
  ['request echo', 'embeddings', { texts: ['a'] }, { texts: ['b'] }, 'METADATA'],
  ['log probabilities', 'generation', { details: { tokens: [{ logprob: -0.1 }] } }, { details: { tokens: [{ logprob: -0.2 }] } }, 'METADATA'],
  ['text', 'transcription', { text: 'red green' }, { text: 'red blue' }, 'CONTENT', 'transcript: `green` → `blue`'],
  ['text', 'transcription', { text: 'red' }, { text: '' }, 'BEHAVIOUR', 'transcript is now empty'],
  ['text', 'transcription', 'red green', 'red blue', 'CONTENT', 'transcript: `green` → `blue`'],
  ['transcript', 'transcription', { segments: [{ text: 'a' }] }, { segments: [{ text: 'b' }] }, 'CONTENT'],
  ['transcript timing', 'transcription', { segments: [{ start: 1 }] }, { segments: [{ start: 2 }] }, 'METADATA'],
  ['generated id', 'transcription', { metadata: { request_id: 'a' } }, { metadata: { request_id: 'b' } }, 'COSMETIC'],
  ['image', 'images', { data: [{ b64_json: 'AAAA' }] }, { data: [{ b64_json: 'BBBB' }] }, 'CONTENT'],
  ['number of answers', 'images', { data: [{ b64_json: 'AAAA' }, { b64_json: 'BBBB' }] }, { data: [{ b64_json: 'AAAA' }] }, 'BEHAVIOUR', '1 image fewer'],
  ['image prompt', 'images', { data: [{ revised_prompt: 'a cat' }] }, { data: [{ revised_prompt: 'a dog' }] }, 'CONTENT'],
  ['time', 'images', { created: 1 }, { created: 2 }, 'COSMETIC'],
  ['moderation', 'moderation', { results: [{ flagged: false }] }, { results: [{ flagged: true }] }, 'BEHAVIOUR'],
  ['moderation', 'moderation', { results: [{ categories: { hate: false } }] }, { results: [{ categories: { hate: true } }] }, 'BEHAVIOUR'],
  ['moderation score', 'moderation', { results: [{ category_scores: { hate: 0.1 } }] }, { results: [{ category_scores: { hate: 0.2 } }] }, 'METADATA'],
  ['rank', 'rerank', { results: [{ index: 0, relevance_score: 0.5 }] }, { results: [{ index: 1, relevance_score: 0.5 }] }, 'CONTENT'],
  ['search score', 'rerank', { results: [{ index: 0, relevance_score: 0.5 }] }, { results: [{ index: 0, relevance_score: 0.6 }] }, 'METADATA', 'relevance scores'],
  ['token count', 'token-count', { input_tokens: 1 }, { input_tokens: 2 }, 'CONTENT'],
  ['usage', 'token-count', { totalTokens: 1, cachedContentTokenCount: 1 }, { totalTokens: 1, cachedContentTokenCount: 2 }, 'METADATA'],
  ['http headers', 'token-count', { sdkHttpResponse: { headers: { date: 'a' } } }, { sdkHttpResponse: { headers: { date: 'b' } } }, 'COSMETIC'],
  ['response status', 'thread', { status: 'completed' }, { status: 'failed' }, 'BEHAVIOUR'],
  ['role', 'thread', { role: 'assistant' }, { role: 'user' }, 'BEHAVIOUR'],
  ['text', 'thread', { messages: [{ content: [{ text: { value: 'a' } }] }] }, { messages: [{ content: [{ text: { value: 'b' } }] }] }, 'CONTENT'],
  ['tool call', 'thread', { required_action: { submit_tool_outputs: { tool_calls: [weather('Rome')] } } }, { required_action: { submit_tool_outputs: { tool_calls: [weather('Paris')] } } }, 'BEHAVIOUR', 'calls `get_weather` with `city: "Paris"` instead of `"Rome"`'],
  ['id', 'thread', { id: 'run_1' }, { id: 'run_2' }, 'COSMETIC'],
  ['time', 'thread', { data: [{ created_at: 1 }] }, { data: [{ created_at: 2 }] }, 'COSMETIC'],
  ['request echo', 'thread', { instructions: 'a' }, { instructions: 'b' }, 'METADATA'],
  ['finish reason', 'language-model', { finishReason: 'stop' }, { finishReason: 'length' }, 'BEHAVIOUR'],
  ['text', 'language-model', content({ type: 'text', text: 'a' }), content({ type: 'text', text: 'b' }), 'CONTENT'],
  ['tool call', 'language-model', content({ type: 'tool-call', toolName: 'a', input: '{"x":1}' }), content({ type: 'tool-call', toolName: 'a', input: '{"x":2}' }), 'BEHAVIOUR', 'calls `a` with `x: 2` instead of `1`'],
  ['tool call', 'language-model', { toolCalls: [{ toolName: 'a', args: '{}' }] }, { toolCalls: [{ toolName: 'b', args: '{}' }] }, 'BEHAVIOUR', 'calls `b` instead of `a`'],
  ['tool call id', 'language-model', content({ type: 'tool-call', toolCallId: 'a', toolName: 'f', input: '{}' }), content({ type: 'tool-call', toolCallId: 'b', toolName: 'f', input: '{}' }), 'COSMETIC'],
  ['served model', 'language-model', { response: { modelId: 'a' } }, { response: { modelId: 'b' } }, 'METADATA'],
  ['usage', 'language-model', { usage: { totalTokens: 1 } }, { usage: { totalTokens: 2 } }, 'METADATA'],
];

describe('RULES', () => {
  it.each(EXAMPLES)('%s in %s: %j against %j is %s', (rule, shape, before, after, level, words) => {
    const reasons = verdict(shape, before, after);
    expect(reasons.map((reason) => reason.level)[0]).toBe(level);
    expect(reasons.map((reason) => reason.rule)).toContain(rule);
    if (words !== undefined) expect(reasons.map((reason) => reason.words)).toContain(words);
    // What changed one way changes the other way round just as much.
    expect(verdict(shape, after, before)[0]?.level).toBe(level);
  });

  it('has an example for every rule', () => {
    const shown = new Set(EXAMPLES.map(([rule]) => rule));
    expect([...new Set(RULES.map((rule) => rule.name))].filter((name) => !shown.has(name))).toEqual([]);
  });
});

describe('shapePattern', () => {
  it.each([
    ['a[].b', 'a[].b', true],
    ['a[].b', 'a[].b.c', false],
    ['a.**', 'a', true],
    ['a.**', 'a[].b', true],
    ['a.**', 'ab', false],
    ['**.id', 'id', true],
    ['**.id', 'a[].id', true],
    ['**.id', 'a.grid', false],
    ['x.*_time', 'x.total_time', true],
    ['x.*_time', 'x.a.total_time', false],
    ['**', 'anything[].at.all', true],
    ['', 'a', false],
  ])('%s on %s: %s', (pattern, place, fits) => {
    expect(shapePattern(pattern).test(place)).toBe(fits);
  });
});

describe('looksGenerated', () => {
  it.each([
    ['chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG', true],
    ['rec-54891641fed3', true],
    ['modelperm-6c0e2a9f4d1b48e5a7c3', true],
    ['file-2b6dRdmXnzSrqiEbhVJZRU', true],
    ['file-introduction', false],
    ['run-2024', false],
    ['5f2b7a52-9d3c-4f7e-8a55-0c2a8e1f9b11', true],
    ['gpt-4o-2024-08-06', false],
    ['llama3.2:3b-instruct-fp16', false],
    ['llama3instruct', false],
    ['user', false],
    [12, false],
  ])('%s: %s', (value, generated) => {
    expect(looksGenerated(value)).toBe(generated);
  });
});
