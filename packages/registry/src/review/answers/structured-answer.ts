import { parseJson } from '../../recordings/json/parse-json.js';
import type { JsonValue } from '../../vocabulary/recording.js';

/** An answer whose text is JSON (JSON mode, structured outputs). */
export interface StructuredAnswer {
  /** An object or a list. Compare with `sameArguments`, which ignores only the order of keys. */
  value: JsonValue;
  /** Whether the JSON is inside a Markdown code block: code that parses the text directly fails. */
  isFenced: boolean;
}

const FENCE = /^```(?:json)?[ \t]*\r?\n/i;

/**
 * Parses the text of an answer that is one JSON object or list, also inside a Markdown code block. Null for
 * any other text, including a plain number, string or word. Never throws.
 */
export function parseStructuredAnswer(text: string): StructuredAnswer | null {
  const trimmed = text.trim();
  const isFenced = FENCE.test(trimmed) && trimmed.endsWith('```');
  const json = isFenced ? trimmed.replace(FENCE, '').slice(0, -3).trim() : trimmed;
  // Most answers are prose: the first and last characters decide without parsing.
  const isEnclosed =
    (json.startsWith('{') && json.endsWith('}')) || (json.startsWith('[') && json.endsWith(']'));
  if (!isEnclosed) return null;
  const parsed = parseJson(json);
  return 'problem' in parsed ? null : { value: parsed.value, isFenced };
}
