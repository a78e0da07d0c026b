import type { Answer } from '../../vocabulary/recording.js';
import type { RecordedCall } from '../call/recorded-call.js';
import { isObject, textAt } from '../json/json-value.js';

/** Where responses name the model that answered. */
const FIELDS = ['model', 'modelVersion', 'model_version'];

/**
 * The call with the model that its response names, when the recorder kept no body of the request: without it
 * nobody could search for the call. A request that was recorded and names no model stays without one.
 */
export function withServedModel(call: RecordedCall, answer: Answer): RecordedCall {
  const isRecorded = (call.request['body'] ?? null) !== null;
  if (call.model !== null || call.method !== 'POST' || isRecorded || !isObject(answer.body)) return call;
  const { body } = answer;
  const model = FIELDS.map((field) => textAt(body, field)).find((name) => name !== null) ?? null;
  return { ...call, model };
}
