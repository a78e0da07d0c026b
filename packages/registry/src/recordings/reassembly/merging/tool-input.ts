import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { setField } from '../../json/json-value.js';
import { parseJson } from '../../json/parse-json.js';

/** Collects the arguments of tool calls that arrive as pieces of JSON text. */
export class StreamedInputs {
  private readonly texts = new Map<JsonObject, string>();

  add(block: JsonObject, piece: string): void {
    this.texts.set(block, (this.texts.get(block) ?? '') + piece);
  }

  /**
   * Sets a field of each block to its arguments. No text is the empty object; truncated JSON stays
   * text.
   */
  finish(field: string): void {
    for (const [block, json] of this.texts) setField(block, field, inputOf(json));
  }
}

function inputOf(json: string): JsonValue {
  if (json === '') return {};
  const parsed = parseJson(json);
  return 'problem' in parsed ? json : parsed.value;
}
