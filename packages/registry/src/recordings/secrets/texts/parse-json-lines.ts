import type { JsonValue } from '../../../vocabulary/recording.js';

/** Shorter texts hold no two chunks of a key. */
const SHORTEST = 24;

/** Whether a text begins like JSON or like lines of it. Most do not. */
export function mayBeJson(text: string): boolean {
  return text.length >= SHORTEST && BEGINNING.test(text);
}

const BEGINNING = /^\s*(?:[{[]|data:|event:|id:|retry:|:)/;

/**
 * The values of a text that is JSON, or lines of JSON (NDJSON, server-sent events), so that what its chunks
 * say can be joined; null for other texts. Lines that are no JSON are passed over.
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

/** Values nest less in real answers; the walk over them is recursive. */
const DEEPEST = 200;

function parsed(text: string): JsonValue | null {
  if (depthOf(text) > DEEPEST) return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}

/** At least how deep the JSON nests: brackets within its strings count, too. */
function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) | 0x20;
    if (code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d) depth--;
  }
  return deepest;
}
