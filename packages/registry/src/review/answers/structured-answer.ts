import { parseJson } from '../../recordings/json/parse-json.js';
import type { JsonValue } from '../../vocabulary/recording.js';

/**
 * The JSON object or list that a text consists of, also between ```` ```json ```` marks, as models write in
 * JSON mode; null for any other text.
 */
export function parseStructuredAnswer(text: string): JsonValue | null {
  const fenced = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?\s*```\s*$/.exec(text)?.[1];
  const json = fenced ?? text;
  if (!/^\s*[[{]/.test(json)) return null;
  const parsed = parseJson(json);
  return 'problem' in parsed ? null : parsed.value;
}
