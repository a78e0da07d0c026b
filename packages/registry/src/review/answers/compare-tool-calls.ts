import { isObject } from '../../recordings/json/json-value.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import { code, listing, shorten } from '../../vocabulary/words.js';
import { brief } from '../differences/format-values.js';
import { field } from '../differences/walk-values.js';
import { describeArguments } from './describe-arguments.js';
import { parseArgumentsOrText, parseIfJson, sameArguments } from './equal-arguments.js';

const MOST_ARGUMENTS = 3;

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
  return { name, arguments: typeof given === 'string' ? parseArgumentsOrText(given) : given };
}

/** "`get_weather(city: "Paris")`". */
export function describeCall(call: ToolCall): string {
  return code(callText(call), 120);
}

/** What differs between two calls: which tool, and with what; each with its words. */
export function describeCalls(
  before: ToolCall,
  after: ToolCall,
): { rule: 'tool call' | 'tool arguments'; words: string }[] {
  const renamed = before.name !== after.name;
  const other = sameArguments(before.arguments, after.arguments)
    ? []
    : describeArguments(before.arguments, after.arguments);
  // A call of another tool is the same to whoever reads of many, whatever each was given.
  const words = [
    ...(renamed ? [`calls ${code(after.name)} instead of ${code(before.name)}`] : []),
    ...(other.length > 0 ? [`calls ${code(after.name)} with ${listing(other, MOST_ARGUMENTS)}`] : []),
  ];
  return words.map((text, index) => ({ rule: index === 0 ? 'tool call' : 'tool arguments', words: text }));
}

function callText(call: ToolCall): string {
  if (!isObject(call.arguments)) {
    const given = call.arguments === null ? '' : brief(call.arguments, 400);
    return `${shorten(call.name, 80)}(${given})`;
  }
  const given = Object.entries(call.arguments).map(
    ([key, value]) => `${shorten(key, 40)}: ${brief(parseIfJson(value), 400)}`,
  );
  return `${shorten(call.name, 80)}(${given.join(', ')})`;
}
