import { objectAt, objectsAt, textAt } from '../../recordings/json/json-value.js';
import type { JsonObject } from '../../vocabulary/recording.js';

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
