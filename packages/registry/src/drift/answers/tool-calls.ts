import { isObject } from '../../recordings/json-value.js';
import type { JsonValue } from '../../recordings/recording.js';
import { field } from '../walk-values.js';
import { brief, code, shorten } from '../words.js';

/** A call of a tool, whichever provider wrote it. */
export interface ToolCall {
  name: string;
  /** Parsed, or the text when it is not JSON. */
  arguments: JsonValue;
}

/**
 * The tool call that a part of an answer is, or null: OpenAI's `{function: {name, arguments}}`, a Responses item or an
 * Anthropic block with `type: …_call | tool_use`, Gemini's `{functionCall: {name, args}}`.
 */
export function toolCallOf(part: JsonValue | undefined): ToolCall | null {
  if (!isObject(part)) return null;
  const called = field(part, 'function') ?? field(part, 'functionCall') ?? field(part, 'function_call');
  if (called !== undefined) return named(called);
  const type = field(part, 'type');
  if (typeof type === 'string' && /(?:_call|tool_use)$/.test(type)) return named(part);
  return null;
}

function named(part: JsonValue): ToolCall | null {
  const name = field(part, 'name');
  if (typeof name !== 'string') return null;
  const given = field(part, 'arguments') ?? field(part, 'args') ?? field(part, 'input') ?? null;
  return { name, arguments: typeof given === 'string' ? (parseArguments(given)?.value ?? given) : given };
}

/** Arguments written as JSON text, parsed; null when the text is not JSON. */
function parseArguments(text: string): { value: JsonValue } | null {
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return null;
  }
}

/**
 * Whether two argument values are the same to the tool. Unlike elsewhere, null and absent differ: the tool sees it.
 */
export function sameArguments(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((element, index) => sameArguments(element, b[index] ?? null));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameArguments(a[key] ?? null, b[key] ?? null));
}

/**
 * Whether two texts of arguments say the same. Integers of 16 and more digits are compared as text too, because
 * parsing rounds them to one number.
 */
export function sameArgumentTexts(before: string, after: string): boolean {
  const [a, b] = [parseArguments(before), parseArguments(after)];
  if (a === null || b === null) return before === after;
  const long = (text: string) => (text.match(/\d{16,}/g) ?? []).sort().join();
  return sameArguments(a.value, b.value) && long(before) === long(after);
}

/** "`get_weather(city: "Paris")`". */
export function describeCall(call: ToolCall): string {
  return code(callText(call), 120);
}

/** Both calls of a changed pair, cut so that what differs is seen. */
export function describeCalls(before: ToolCall, after: ToolCall): string {
  if (before.name !== after.name && sameArguments(before.arguments, after.arguments)) {
    return `calls ${code(after.name)} instead of ${code(before.name)}`;
  }
  const [from, to] = [callText(before), callText(after)];
  const [a, b] = [describeCall(before), describeCall(after)];
  if (a !== b) return `calls ${b} instead of ${a}`;
  let start = 0;
  while (start < from.length && from[start] === to[start]) start++;
  const cut = (text: string) =>
    code(`${before.name}(…${text.slice(Math.max(0, start - 30), start + 60)}`, 120);
  return `calls ${cut(to)} instead of ${cut(from)}`;
}

function callText(call: ToolCall): string {
  if (!isObject(call.arguments)) {
    const given = call.arguments === null ? '' : brief(call.arguments, 400);
    return `${shorten(call.name, 80)}(${given})`;
  }
  const given = Object.entries(call.arguments).map(
    ([key, value]) => `${shorten(key, 40)}: ${brief(value, 400)}`,
  );
  return `${shorten(call.name, 80)}(${given.join(', ')})`;
}
