import type { JsonValue } from '../../../vocabulary/recording.js';

/** Shorter texts cannot contain two chunks of a key. */
const SHORTEST = 24;

/** Whether a text starts like JSON or lines of JSON. */
export function mayBeJson(text: string): boolean {
  return text.length >= SHORTEST && JSON_START.test(text);
}

const JSON_START = /^\s*(?:[{[]|data:|event:|id:|retry:|:)/;

/**
 * Parses a text that is JSON, or lines of JSON (NDJSON, server-sent events), so that its chunks can
 * be joined. Null for other texts. Skips lines that are not JSON.
 */
export function parseJsonText(text: string): JsonValue | null {
  if (!mayBeJson(text)) return null;
  const first = /[^\s]/.exec(text)?.[0];
  if (first === '{' || first === '[') {
    const whole = parsed(text);
    if (whole !== null) return whole;
  }
  if (first === '[') return null;
  const values: JsonValue[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    const json = /^\s*(?:data:\s*)?(?=[{[])/.exec(line)?.[0];
    const value = json === undefined ? null : parsed(line.slice(json.length));
    if (value !== null) values.push(value);
  }
  return values.length > 1 ? values : null;
}

/** Maximum nesting depth; the walk over the values is recursive. */
const MAXIMUM_DEPTH = 200;

function parsed(text: string): JsonValue | null {
  if (depthOf(text) > MAXIMUM_DEPTH) return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}

/** An upper bound of the nesting depth: brackets within strings count, too. */
function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) | 0x20;
    if (code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d) depth--;
  }
  return deepest;
}
