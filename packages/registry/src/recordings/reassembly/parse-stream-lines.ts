import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { isObject } from '../json/json-value.js';
import { parseJson } from '../json/parse-json.js';

/**
 * Parses a stream that was recorded as text, in lines or in pieces split anywhere: server-sent
 * events (`data: {…}`) or one JSON object per line. Null for other text.
 */
export function parseStreamLines(recorded: string[]): JsonObject[] | null {
  // An HTTP client's line iterator removes line ends; pieces of a raw body still have them.
  const hasLineEnds = recorded.some((piece) => piece.includes('\n') || piece.includes('\r'));
  const lines = recorded.join(hasLineEnds ? '' : '\n').split(/\r\n|\n|\r/);
  const isEvents = lines.some((line) => line.startsWith('data:'));
  return isEvents ? serverSentEvents(lines) : objectLines(lines);
}

function serverSentEvents(lines: string[]): JsonObject[] {
  const events: JsonObject[] = [];
  let data: string[] = [];
  let name: string | null = null;
  const finish = () => {
    if (data.length > 0) addEvent(events, data.join('\n'), name);
    data = [];
    name = null;
  };
  for (const line of lines) {
    if (line.startsWith('data:')) {
      // Some recorders drop empty lines between events: a line of complete JSON then ends its
      // event.
      if (data.length === 1 && isComplete(data[0] ?? '')) finish();
      data.push(fieldValue(line, 'data:'));
    } else if (line.startsWith('event:')) {
      finish();
      name = fieldValue(line, 'event:');
    } else if (line === '') {
      finish();
    }
  }
  finish();
  return events;
}

/** An event without a `type` in its data gets the name of the event as its type. */
function addEvent(events: JsonObject[], data: string, name: string | null): void {
  const value = jsonOf(data);
  if (isObject(value)) events.push(name === null || name === 'message' ? value : { type: name, ...value });
}

function isComplete(data: string): boolean {
  return data === '[DONE]' || jsonOf(data) !== undefined;
}

function fieldValue(line: string, field: string): string {
  const value = line.slice(field.length);
  return value.startsWith(' ') ? value.slice(1) : value;
}

function objectLines(lines: string[]): JsonObject[] | null {
  const objects: JsonObject[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const value = jsonOf(line);
    if (!isObject(value)) return null;
    objects.push(value);
  }
  return objects.length > 0 ? objects : null;
}

function jsonOf(text: string): JsonValue | undefined {
  const parsed = parseJson(text);
  return 'problem' in parsed ? undefined : parsed.value;
}
