import { isObject } from '../../recordings/json/json-value.js';
import { notationAt } from '../../recordings/json/number-notation.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import { code, listing, shorten } from '../../vocabulary/words.js';
import { brief } from '../differences/format-values.js';
import { canonicalText } from '../differences/match-lists.js';
import { field, kindOf } from '../differences/walk-values.js';
import { describeArguments } from './describe-arguments.js';
import { parseArgumentsOrText, parseIfJson, sameArguments } from './equal-arguments.js';
import { untypedPart } from './part-kind.js';

const MAXIMUM_ARGUMENTS = 3;

/** A tool call in any provider's format. */
export interface ToolCall {
  name: string;
  /** Parsed; the text when it is not JSON. */
  arguments: JsonValue;
}

/**
 * Reads a part of a response as a tool call; null when it is not one. Formats: OpenAI's `{function:
 * {name, arguments}}`, a Responses item or an Anthropic block with `type: …_call | tool_use`,
 * Gemini's `{functionCall: {name, args}}`, Converse's `{toolUse: {name, input}}`, Cohere's `{name, parameters}`,
 * the AI SDK's `{toolName, input | args}`.
 */
export function toolCallOf(part: JsonValue | undefined): ToolCall | null {
  if (!isObject(part)) return null;
  for (const key of ['function', 'functionCall', 'function_call', 'toolUse']) {
    const called = field(part, key);
    if (called !== undefined) return callWithName(called);
  }
  const type = field(part, 'type');
  if (typeof type === 'string' && /(?:_call|tool_use)$/.test(type)) return callWithName(part);
  const sdkName = field(part, 'toolName');
  if (sdkName !== undefined && (type === 'tool-call' || 'args' in part))
    return callWithName({ ...part, name: sdkName });
  // A definition of a tool has further fields.
  return Object.keys(part).sort().join() === 'name,parameters' ? callWithName(part) : null;
}

function callWithName(part: JsonValue): ToolCall | null {
  const name = field(part, 'name');
  if (typeof name !== 'string') return null;
  const given = ['arguments', 'args', 'input', 'parameters'].map((key) => field(part, key) ?? null);
  const first = given.find((value) => value !== null) ?? null;
  return { name, arguments: typeof first === 'string' ? parseArgumentsOrText(first) : first };
}

/** "`get_weather(city: "Paris")`". */
export function describeCall(call: ToolCall): string {
  return code(callText(call), 120);
}

/** Fields that are generated for every response, by which elements of a list cannot be recognised. */
const GENERATED: ReadonlySet<string> = new Set(['id', 'call_id', 'item_id', 'index']);

/**
 * Keys by which elements of lists belong together: calls by name and arguments, then by name, then by arguments
 * (a renamed tool); other elements by their content without generated fields, then by kind.
 */
export function elementKeys(element: JsonValue): string[] {
  const content = canonicalText(element, GENERATED);
  const call = toolCallOf(element);
  if (call === null) return [content, untypedPart(element) ?? kindOf(element)];
  const given = canonicalText(call.arguments);
  const name = JSON.stringify(call.name);
  return [
    `call ${name} ${given}`,
    `name ${name}`,
    ...(given === '{}' ? [] : [`arguments ${given}`]),
    kindOf(element),
  ];
}

/** Describes how two calls differ: in the tool, and in the arguments. */
export function describeCalls(
  before: ToolCall,
  after: ToolCall,
): { rule: 'tool call' | 'tool arguments'; words: string }[] {
  const renamed = before.name !== after.name;
  const differences = sameArguments(before.arguments, after.arguments)
    ? []
    : describeArguments(before.arguments, after.arguments);
  // Two entries, so that a report can group calls of a renamed tool that have different arguments.
  const words = [
    ...(renamed ? [`calls ${code(after.name)} instead of ${code(before.name)}`] : []),
    ...(differences.length > 0
      ? [`calls ${code(after.name)} with ${listing(differences, MAXIMUM_ARGUMENTS)}`]
      : []),
  ];
  return words.map((text, index) => ({ rule: index === 0 ? 'tool call' : 'tool arguments', words: text }));
}

function callText(call: ToolCall): string {
  if (!isObject(call.arguments)) {
    const given = call.arguments === null ? '' : brief(call.arguments, 400);
    return `${shorten(call.name, 80)}(${given})`;
  }
  const values = call.arguments;
  const given = Object.entries(values).map(
    ([key, value]) => `${shorten(key, 40)}: ${notationAt(values, key) ?? brief(parseIfJson(value), 400)}`,
  );
  return `${shorten(call.name, 80)}(${given.join(', ')})`;
}
