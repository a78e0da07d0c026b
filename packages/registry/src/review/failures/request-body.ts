import { objectAt } from '../../recordings/json/json-value.js';
import type { JsonObject } from '../../vocabulary/recording.js';

/** The body of a recorded request; empty when it has none. */
export function requestBody(request: JsonObject): JsonObject {
  return objectAt(request, 'body') ?? objectAt(request, 'payload') ?? {};
}
