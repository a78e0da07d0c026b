import { isObject, textAt } from '../../recordings/json/json-value.js';
import { parseJson } from '../../recordings/json/parse-json.js';
import { toolResultText } from '../../recordings/reassembly/tool-result-text.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { errorMessage } from './error-message.js';
import { readsAsError } from './error-phrases.js';

/** The result of a tool, wherever a recording holds it. */
export interface ToolResult {
  /** Name of the tool; null when unknown. */
  tool: string | null;
  /** The result, or the item that holds it. */
  value: JsonValue;
  /** Whether the API marks the result as a failure. */
  isMarked: boolean;
}

/** The message of a tool result that is an error; null when it is none. */
export function toolError({ value, isMarked }: ToolResult): string | null {
  const text = resultText(value);
  if (isMarked) return (isObject(value) ? markedMessage(value) : null) ?? text ?? '';
  if (isObject(value)) {
    const message = markedError(value);
    if (message !== null) return message === '' ? (text ?? '') : message;
  }
  if (text === null) return null;
  const structured = structuredError(text);
  return structured ?? (readsAsError(text) ? text : null);
}

/** The message of an object that says that it is an error; empty when it has no message. */
function markedError(value: JsonObject): string | null {
  const { error, error_code: code } = value;
  const isFlagged = value['is_error'] === true || value['isError'] === true;
  const hasCode = typeof code === 'string' ? code !== '' : typeof code === 'number' && isErrorCode(code);
  const hasError = typeof error === 'string' ? error.trim() !== '' : error === true || hasMembers(error);
  if (!isFlagged && !hasCode && !hasError && textAt(value, 'error_message') === null) return null;
  return markedMessage(value) ?? '';
}

function markedMessage(value: JsonObject): string | null {
  const { error } = value;
  const message =
    textAt(value, 'error_message') ?? (hasMembers(error) ? errorMessage(error) : textAt(value, 'error'));
  return message ?? resultText(value) ?? textAt(value, 'error_code');
}

/** Some tools put an HTTP status here, also for success. */
function isErrorCode(code: number): boolean {
  return code !== 0 && !(code >= 200 && code < 300);
}

function hasMembers(value: JsonValue | undefined): value is JsonObject {
  return isObject(value) && Object.values(value).some((member) => member !== null && member !== '');
}

/** A text that is JSON with an error as its content. */
function structuredError(text: string): string | null {
  if (!/^\s*\{/.test(text) || text.length > 20_000) return null;
  const parsed = parseJson(text);
  if ('problem' in parsed || !isObject(parsed.value)) return null;
  const { value } = parsed;
  const isFailed = value['status'] === 'error' || value['success'] === false || value['type'] === 'error';
  const message = markedError(value);
  if (message !== null) return message === '' ? text : message;
  return isFailed ? (errorMessage(value) ?? text) : null;
}

/** The text of a tool result in any shape; null when it has none. */
export function resultText(value: JsonValue): string | null {
  const text = toolResultText(value);
  if (text === null) return isObject(value) ? (textAt(value, 'output') ?? textAt(value, 'result')) : null;
  // Some recorders write a list of text parts as JSON.
  if (!/^\s*\[\s*\{\s*"(?:type|text)"/.test(text)) return text;
  const parsed = parseJson(text);
  return 'problem' in parsed ? text : (toolResultText(parsed.value) ?? text);
}
