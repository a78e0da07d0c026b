import { isObject, objectAt, objectsAt, textAt } from '../../recordings/json/json-value.js';
import type { Answer, JsonObject } from '../../vocabulary/recording.js';

/**
 * Finds the finish reason of a response that ended early: a limit of tokens or a content filter. Null when it
 * ended by itself, or does not say. A limit that the test asks for counts as well: the recording cannot say
 * whether the test expects the cut.
 */
export function findCutOff(answer: Answer): string | null {
  if (answer.shape === 'tool' || answer.shape === 'exception' || !isObject(answer.body)) return null;
  return finishReasons(answer.body).find((reason) => isTokenLimit(reason) || isFilter(reason)) ?? null;
}

const TOKEN_LIMIT =
  /^(?:(?:model_|max_)?length|max_(?:output_|completion_)?tokens?|token_limit|model_context_window_exceeded)$/i;

/** Whether a finish reason means that the response reached a limit of tokens. */
export function isTokenLimit(reason: string): boolean {
  return TOKEN_LIMIT.test(reason) || reason === 'incomplete';
}

const FILTER =
  /^(?:content_filter(?:ed)?|guardrail_intervened|(?:image_)?(?:safety|recitation|prohibited_content)|blocklist|spii|language)$/i;

function isFilter(reason: string): boolean {
  return FILTER.test(reason);
}

/** Why a response ended, as its provider calls it: one entry for each choice or candidate that says so. */
export function finishReasons(body: JsonObject): string[] {
  const holders = [body, ...objectsAt(body, 'choices'), ...objectsAt(body, 'candidates')];
  return holders.flatMap(reasonsAt).concat(incompleteReason(body) ?? []);
}

const FIELDS = ['finish_reason', 'finishReason', 'stop_reason', 'stopReason', 'done_reason'];

function reasonsAt(holder: JsonObject): string[] {
  return FIELDS.map((field) => textAt(holder, field)).filter((reason) => reason !== null);
}

/** Responses and interactions say `status: incomplete`, and why in a field of its own. */
function incompleteReason(body: JsonObject): string | null {
  if (body['status'] !== 'incomplete') return null;
  return textAt(objectAt(body, 'incomplete_details') ?? {}, 'reason') ?? 'incomplete';
}
