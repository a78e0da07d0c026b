import { createHash } from 'node:crypto';
import { isObject } from '../../recordings/json/json-value.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { sameValue } from '../differences/walk-values.js';
import { requestBody } from '../failures/requested-results.js';

/** A request as a step of a conversation. */
export interface Conversation {
  /** One digest for each message, without instructions, which a test may send with some requests only. */
  turns: string[];
  /** The other fields of the request: model, tools, options. */
  parameters: JsonObject;
}

/** Fields with the messages, by provider. */
const MESSAGES = ['messages', 'input', 'contents'];
const INSTRUCTIONS = new Set(['system', 'instructions', 'systemInstruction', 'system_instruction']);

/** Reads the conversation of a request in the format of any provider. */
export function conversationOf(request: JsonObject): Conversation {
  const body = requestBody(request);
  const messages = MESSAGES.flatMap((key) => messagesIn(body[key]));
  const isParameter = (key: string) => !MESSAGES.includes(key) && !INSTRUCTIONS.has(key);
  return {
    turns: messages.filter((message) => !isInstruction(message)).map(digestOf),
    parameters: Object.fromEntries(Object.entries(body).filter(([key]) => isParameter(key))),
  };
}

/** Whether a request continues the conversation of another: its messages, and at least one more. */
export function continues(first: Conversation, next: Conversation): boolean {
  const { length } = first.turns;
  return length > 0 && length < next.turns.length && first.turns.every((turn, at) => turn === next.turns[at]);
}

/** How many parameters of two requests differ. */
export function parameterDistance(a: Conversation, b: Conversation): number {
  const names = new Set([...Object.keys(a.parameters), ...Object.keys(b.parameters)]);
  return [...names].filter((name) => !sameValue(a.parameters[name], b.parameters[name])).length;
}

function messagesIn(value: JsonValue | undefined): JsonValue[] {
  if (typeof value === 'string') return [{ role: 'user', content: value }];
  return Array.isArray(value) ? value : [];
}

function isInstruction(message: JsonValue): boolean {
  return isObject(message) && (message['role'] === 'system' || message['role'] === 'developer');
}

function digestOf(message: JsonValue): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(message)))
    .digest('base64');
}

/** Without what clients leave out, in the order of keys, and a single text part as text. */
function canonical(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isObject(value)) return value;
  const isOptional = (key: string, member: JsonValue) =>
    member === null || key === 'status' || (key === 'type' && member === 'message');
  const members = Object.entries(value).filter(([key, member]) => !isOptional(key, member));
  return Object.fromEntries(
    members
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, canonical(plainContent(member))]),
  );
}

function plainContent(content: JsonValue): JsonValue {
  const [only, ...rest] = Array.isArray(content) ? content : [];
  const isText = isObject(only) && /^(?:input_|output_)?text$/.test(String(only['type']));
  return isText && rest.length === 0 ? (only['text'] ?? content) : content;
}
