import { parseJson } from '../../recordings/json/parse-json.js';
import type { JsonValue } from '../../vocabulary/recording.js';

const FENCE = /^```(?:json)?[ \t]*\r?\n/i;

/**
 * Parses the text of an answer that is one JSON object or list (JSON mode, structured outputs),
 * also inside a Markdown code block. Null for any other text, including a plain number, string or
 * word. Compare the values with `sameArguments`, which ignores only the order of keys. Linear in
 * the length of the text; never throws.
 */
export function parseStructuredAnswer(text: string): JsonValue | null {
  const trimmed = text.trim();
  const isFenced = FENCE.test(trimmed) && trimmed.endsWith('```');
  const json = isFenced ? trimmed.replace(FENCE, '').slice(0, -3).trim() : trimmed;
  // Most answers are prose: the first and last characters decide without parsing.
  const isEnclosed =
    (json.startsWith('{') && json.endsWith('}')) || (json.startsWith('[') && json.endsWith(']'));
  if (!isEnclosed) return null;
  const parsed = parseJson(json);
  return 'problem' in parsed ? null : parsed.value;
}
