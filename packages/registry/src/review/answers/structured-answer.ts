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
  const json = withoutFence(text);
  // Most answers are prose: the first and last characters decide without parsing.
  const isEnclosed =
    (json.startsWith('{') && json.endsWith('}')) || (json.startsWith('[') && json.endsWith(']'));
  if (!isEnclosed) return null;
  const parsed = parseJson(json);
  return 'problem' in parsed ? null : parsed.value;
}

/** A text without the marks of a Markdown code block around it. Linear, unlike a pattern for the end. */
export function withoutFence(text: string): string {
  const trimmed = text.trim();
  const isFenced = FENCE.test(trimmed) && trimmed.endsWith('```');
  return isFenced ? trimmed.replace(FENCE, '').slice(0, -3).trim() : trimmed;
}
