import type { JsonObject } from '../../vocabulary/recording.js';
import { isObject, objectAt, textAt } from '../json/json-value.js';
import { parseJson } from '../json/parse-json.js';

/**
 * The chunk of another API inside an event of Bedrock's `invoke-with-response-stream`: `{chunk: {bytes}}`, with
 * base64 of JSON. Any other event is returned as it is.
 */
export function unpackEvent(event: JsonObject): JsonObject {
  const chunk = objectAt(event, 'chunk');
  const encoded = chunk === null ? null : textAt(chunk, 'bytes');
  if (encoded === null) return event;
  const parsed = parseJson(Buffer.from(encoded, 'base64').toString('utf8'));
  return 'problem' in parsed || !isObject(parsed.value) ? event : parsed.value;
}
