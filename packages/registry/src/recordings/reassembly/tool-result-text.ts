import type { JsonValue } from '../../vocabulary/recording.js';
import { isObject, textAt } from '../json/json-value.js';

/**
 * The text of a tool result: the result itself, or its `content` as a string or as a list of text
 * parts.
 */
export function toolResultText(result: JsonValue): string | null {
  if (typeof result === 'string') return result === '' ? null : result;
  if (Array.isArray(result)) return partsText(result);
  if (!isObject(result)) return null;
  const content = result['content'];
  return textAt(result, 'content') ?? (Array.isArray(content) ? partsText(content) : null);
}

function partsText(parts: JsonValue[]): string | null {
  const texts = parts
    .map((part) => (isObject(part) ? textAt(part, 'text') : null))
    .filter((text) => text !== null);
  return texts.length > 0 ? texts.join('\n') : null;
}
