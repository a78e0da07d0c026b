import { isObject } from '../../recordings/json/json-value.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';

/** Real recordings nest less, and a hostile one must not exhaust the stack. */
const MAXIMUM_DEPTH = 100;

/** Calls a function for every object inside a value, from the outside in. */
export function visitObjects(value: JsonValue, visit: (object: JsonObject) => void, depth = 0): void {
  if (depth > MAXIMUM_DEPTH) return;
  if (Array.isArray(value)) for (const item of value) visitObjects(item, visit, depth + 1);
  else if (isObject(value)) {
    visit(value);
    for (const member of Object.values(value)) visitObjects(member, visit, depth + 1);
  }
}
