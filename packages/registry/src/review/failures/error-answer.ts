import { isObject, objectAt, objectsAt, textAt } from '../../recordings/json/json-value.js';
import { parseJson } from '../../recordings/json/parse-json.js';
import { parseStreamLines } from '../../recordings/reassembly/parse-stream-lines.js';
import type { Answer, JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { finishReasons } from './cut-off-answer.js';
import { errorMessage } from './error-message.js';

/** An error response: its HTTP status where recorded, and its message, empty when it has none. */
export interface ErrorFound {
  status: number | null;
  message: string;
}

/**
 * Finds an error in a response: an exception, a status of 400 or above, or an error as body, which providers
 * also send with status 200 and in the middle of a stream. Null when the response is not an error.
 */
export function findError(answer: Answer): ErrorFound | null {
  const { body, status } = answer;
  if (answer.outcome === 'ERROR')
    return { status: status ?? codeIn(body), message: errorMessage(body) ?? answer.text ?? '' };
  // The result of a tool is judged as a tool result.
  if (answer.shape === 'tool') return null;
  for (const part of parts(body)) {
    const message = errorIn(part);
    if (message !== null) return { status: codeIn(part) ?? errorStatus(status), message };
  }
  return null;
}

/** The body, or the chunks of a stream that is not reassembled. */
function parts(body: JsonValue): JsonObject[] {
  if (isObject(body)) return [body];
  if (Array.isArray(body)) {
    const texts = body.filter((item) => typeof item === 'string');
    const lines = texts.length > 0 ? (parseStreamLines(texts) ?? []) : [];
    return [...body.filter(isObject), ...lines];
  }
  if (typeof body !== 'string') return [];
  const text = body.trim();
  if (!text.startsWith('{')) return /^(?:data|event):/.test(text) ? (parseStreamLines([text]) ?? []) : [];
  const parsed = parseJson(text);
  return 'problem' in parsed || !isObject(parsed.value) ? [] : [parsed.value];
}

const FAILED_STATUS = new Set(['failed', 'blocked']);

function errorIn(body: JsonObject): string | null {
  const { error } = body;
  if (hasContent(error)) return errorMessage({ error: error ?? null }) ?? '';
  if (body['type'] === 'error' || body['object'] === 'error') return errorMessage(body) ?? '';
  const blocked = blockReason(body);
  if (blocked !== null) return `prompt blocked: ${blocked}`;
  const isFailed = FAILED_STATUS.has(textAt(body, 'status') ?? '');
  if (isFailed && isModelResponse(body)) return errorMessage(body) ?? `status: ${textAt(body, 'status')}`;
  if (body['success'] === false && hasContent(body['errors'])) return errorMessage(body) ?? '';
  if (Object.keys(body).join() === 'detail' && hasContent(body['detail'])) return errorMessage(body) ?? '';
  const finish = finishReasons(body).find((reason) => ERROR_FINISH.test(reason));
  return finish === undefined ? null : `finish reason: ${finish}`;
}

/** Finish reasons with which providers say that the answer is not usable. */
const ERROR_FINISH = /^(?:error|malformed_function_call|unexpected_tool_call|too_many_tool_calls)$/i;

function isModelResponse(body: JsonObject): boolean {
  return body['object'] === 'response' || isInteraction(body);
}

/** Whether a body is one of Gemini's Interactions API. */
export function isInteraction(body: JsonObject): boolean {
  const hasOutput = Array.isArray(body['outputs']) || Array.isArray(body['steps']);
  return body['object'] === 'interaction' || (hasOutput && textAt(body, 'status') !== null);
}

/** Why Gemini refused the prompt. */
function blockReason(body: JsonObject): string | null {
  const feedback = objectAt(body, 'promptFeedback') ?? objectAt(body, 'prompt_feedback');
  const reason = feedback && (textAt(feedback, 'blockReason') ?? textAt(feedback, 'block_reason'));
  if (!reason || objectsAt(body, 'candidates').some((candidate) => objectAt(candidate, 'content')?.['parts']))
    return null;
  return reason;
}

/** Some APIs always send the field, with null members for "no error". */
function hasContent(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  if (Array.isArray(value)) return value.some(hasContent);
  if (isObject(value)) return Object.values(value).some((member) => hasContent(member) || isNumber(member));
  return value === true;
}

function isNumber(value: JsonValue): boolean {
  return typeof value === 'number' && value !== 0;
}

/** The HTTP status that the body of an error repeats. */
function codeIn(body: JsonValue): number | null {
  if (!isObject(body)) return null;
  const inner = objectAt(body, 'error') ?? objectAt(body, 'data') ?? {};
  for (const value of [inner['code'], inner['status'], inner['status_code'], body['code'], body['status']])
    if (errorStatus(value) !== null) return errorStatus(value);
  return null;
}

function errorStatus(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 400 && value < 600 ? value : null;
}
