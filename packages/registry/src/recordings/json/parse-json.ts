import type { JsonValue } from '../../vocabulary/recording.js';
import { JsonParser, type ReadNumber } from './json-parser.js';
import { JsonError } from './json-problem.js';

/** JSON text as Python's `json.load` parses it. */
export interface ParsedJson<Value = JsonValue> {
  value: Value;
  /**
   * For each member of the outermost object, the position of its value in the text: [start, end).
   */
  members: Map<string, [start: number, end: number]>;
  /** Ambiguities that the parser resolved: duplicate keys, NUL characters, unpaired surrogates. */
  warnings: string[];
}

/** Why the text cannot be parsed, and the position of the first invalid character. */
export interface JsonProblem {
  problem: string;
  position: number;
}

/**
 * Parses JSON with Python's semantics: the last of duplicate keys wins, `NaN` and the infinities
 * are numbers. `JSON.parse` is not enough: a recording's hash needs numbers as written, and a
 * problem its position. Never throws.
 */
export function parseJson(text: string): ParsedJson | JsonProblem {
  return parse<JsonValue>(text, Number);
}

/** As `parseJson`, with numbers made by `readNumber`; the caller names the resulting type. */
export function parseJsonWith<Value>(text: string, readNumber: ReadNumber): ParsedJson<Value> | JsonProblem {
  return parse<Value>(text, readNumber);
}

function parse<Value>(text: string, readNumber: ReadNumber): ParsedJson<Value> | JsonProblem {
  const parser = new JsonParser(text, readNumber);
  try {
    const value = parser.document() as Value;
    return { value, members: parser.members, warnings: parser.describeWarnings() };
  } catch (error) {
    if (error instanceof JsonError) return { problem: error.message, position: error.position };
    throw error;
  }
}
