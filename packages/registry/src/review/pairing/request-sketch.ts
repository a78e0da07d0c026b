import { createHash } from 'node:crypto';
import { isObject } from '../../recordings/json/json-value.js';
import { readExchange } from '../../recordings/reading/read-exchange.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { requestContent } from '../differences/compare-requests.js';
import { field } from '../differences/walk-values.js';

/** A summary of a request for pairing: small, so that thousands fit in memory. */
export interface RequestSketch {
  /** Digest of the request without test id and headers. */
  request: string;
  /** Digest of the messages, without parameters such as `temperature`; null without messages. */
  messages: string | null;
  /** Digest of the response. */
  response: string;
  /** Sorted hashes of the values in the request, at most `MAXIMUM_FEATURES`. */
  features: Int32Array;
}

const MAXIMUM_FEATURES = 2000;
const LONG_TEXT = 60;

/** Fields with the messages: of OpenAI, Anthropic, Ollama and Gemini, and the input of tools. */
const MESSAGE_FIELDS = ['messages', 'input', 'prompt', 'contents', 'query', 'kwargs', 'payload'];

/** Sketches the request of a recording; null when the recording cannot be parsed. */
export function sketchRequest(bytes: Uint8Array): RequestSketch | null {
  const exchange = readExchange(bytes);
  if ('problem' in exchange) return null;
  const request = requestContent(exchange);
  const features: number[] = [];
  collect(request, '', features);
  return {
    request: digest(request),
    messages: digestMessages(request),
    response: digest(exchange.answer.body),
    features: Int32Array.from(features.slice(0, MAXIMUM_FEATURES)).sort(),
  };
}

function digestMessages(request: JsonObject): string | null {
  const { body } = request;
  const messages = [request, body].flatMap((holder) =>
    MESSAGE_FIELDS.map((name) => field(holder, name)).filter((part) => part !== undefined),
  );
  return messages.length === 0 ? null : digest(messages);
}

/** Similarity of two requests, from 0 to 1: twice the common features divided by all features. */
export function requestSimilarity(a: RequestSketch, b: RequestSketch): number {
  if (a.request === b.request) return 1;
  const all = a.features.length + b.features.length;
  if (all === 0) return 0;
  let [i, j, common] = [0, 0, 0];
  while (i < a.features.length && j < b.features.length) {
    const [x, y] = [a.features[i] as number, b.features[j] as number];
    if (x === y) common++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  // Different requests may have equal features (order of messages, long texts), so they stay below
  // 1.
  return Math.min(0.999, (2 * common) / all);
}

/**
 * Collects one feature for each value with its field name, and one for each word of a long text, so
 * that a reworded prompt stays similar. Without list indices, so that an additional first message
 * changes one message, not all.
 */
function collect(value: JsonValue, name: string, features: number[]): void {
  if (features.length >= MAXIMUM_FEATURES || value === null) return;
  if (Array.isArray(value)) for (const element of value) collect(element, `${name}[]`, features);
  else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) collect(inner, `${name}.${key}`, features);
  } else if (typeof value === 'string' && value.length > LONG_TEXT) {
    for (const word of value.slice(0, 20_000).split(/[^\p{L}\p{N}]+/u)) {
      if (word !== '') features.push(hash(`${name}=${word}`));
    }
  } else features.push(hash(`${name}=${value}`));
}

/** FNV-1a, 32 bits: fast; a collision only makes two requests slightly more similar. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value | 0;
}

function digest(value: JsonValue): string {
  return createHash('sha256').update(canonical(value)).digest('base64').slice(0, 22);
}

function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).filter((key) => value[key] !== null);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`)
    .join()}}`;
}
