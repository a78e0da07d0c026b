import { createHash } from 'node:crypto';
import { isObject } from '../../recordings/json/json-value.js';
import { openExchanges } from '../../recordings/reading/read-exchange.js';
import type { Exchange, JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { requestContent } from '../differences/compare-requests.js';
import { field } from '../differences/walk-values.js';
import { findFailure } from '../failures/find-failure.js';

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
  /** Sorted hashes of the words in the messages, without roles and ids; at most `MAXIMUM_FEATURES`. */
  messageWords: Int32Array;
  /** The step of a conversation: the number of earlier responses that the messages quote. */
  step: number;
  /** Whether the response is an error. */
  isError: boolean;
  /** Whether it sums up a file that may have many calls. */
  isCassette: boolean;
}

const MAXIMUM_FEATURES = 2000;
const LONG_TEXT = 60;

/** Fields with the messages: of OpenAI, Anthropic, Ollama and Gemini, and the input of tools. */
const MESSAGE_FIELDS = ['messages', 'input', 'prompt', 'contents', 'query', 'kwargs', 'payload'];

/** Fields of messages that say nothing about what is asked, or differ each time. */
const UNSPECIFIC_FIELDS = new Set(['role', 'type', 'id', 'call_id', 'tool_call_id', 'item_id']);

/** Sketches the requests of a recording; null when it cannot be parsed or has no call. */
export function sketchRequest(bytes: Uint8Array): RequestSketch | null {
  const opened = openExchanges(bytes);
  if ('problem' in opened) return null;
  const sketches = opened.exchanges.map(sketchExchange);
  return opened.isCassette ? combine(sketches) : (sketches[0] ?? null);
}

/** Sketches the request of one call. */
export function sketchExchange(exchange: Exchange): RequestSketch {
  const request = requestContent(exchange);
  const messages = messagesOf(request);
  const [features, words]: [number[], number[]] = [[], []];
  collect(request, '', features);
  collectWords(messages, words);
  const failure = findFailure(exchange);
  return {
    request: digest(request),
    messages: messages.length === 0 ? null : digest(messages),
    response: digest(exchange.answer.body),
    features: sorted(features),
    messageWords: sorted(words),
    step: stepOf(messages),
    isError: failure?.kind === 'ERROR' || failure?.kind === 'TOOL_ERROR',
    isCassette: false,
  };
}

/** The sketch of a cassette: every call has an equal share of the features. */
function combine(sketches: RequestSketch[]): RequestSketch | null {
  if (sketches.length === 0) return null;
  const share = Math.ceil(MAXIMUM_FEATURES / sketches.length);
  // They are sorted by hash, so the first ones of a call are the same choice in both cassettes.
  const merged = (listOf: (sketch: RequestSketch) => Int32Array) =>
    sorted(sketches.flatMap((sketch) => [...listOf(sketch).subarray(0, share)]));
  const messages = sketches.map((sketch) => sketch.messages);
  return {
    request: digest(sketches.map(({ request }) => request)),
    messages: messages.every((each) => each === null) ? null : digest(messages),
    response: digest(sketches.map(({ response }) => response)),
    features: merged(({ features }) => features),
    messageWords: merged(({ messageWords }) => messageWords),
    // Steps tell apart the recordings of one conversation; a cassette has all of them.
    step: 0,
    isError: sketches.some(({ isError }) => isError),
    isCassette: true,
  };
}

function messagesOf(request: JsonObject): JsonValue[] {
  return [request, request['body']].flatMap((holder) =>
    MESSAGE_FIELDS.map((name) => field(holder, name)).filter((part) => part !== undefined),
  );
}

/** Counts responses of the model among messages; parallel tool calls in a row are one response. */
function stepOf(messages: JsonValue[]): number {
  let steps = 0;
  for (const list of messages) {
    if (!Array.isArray(list)) continue;
    for (const [index, message] of list.entries())
      if (isResponse(message) && !isResponse(list[index - 1])) steps++;
  }
  return steps;
}

function isResponse(message: JsonValue | undefined): boolean {
  const [role, type] = [field(message, 'role'), field(message, 'type')];
  return role === 'assistant' || role === 'model' || (typeof type === 'string' && type.endsWith('_call'));
}

function sorted(features: number[]): Int32Array {
  return Int32Array.from(features.slice(0, MAXIMUM_FEATURES)).sort();
}

/** Similarity of two requests, from 0 to 1: twice the common features divided by all features. */
export function requestSimilarity(a: RequestSketch, b: RequestSketch): number {
  if (a.request === b.request) return 1;
  // Different requests may have equal features (order of messages, long texts), so they stay below
  // 1.
  return Math.min(0.999, dice(a.features, b.features) ?? 0);
}

/**
 * Similarity of the messages of two requests by their words, from 0 to 1; of the whole requests when
 * neither has messages.
 */
export function messageSimilarity(a: RequestSketch, b: RequestSketch): number {
  if (a.messages === b.messages) return a.messages === null ? requestSimilarity(a, b) : 1;
  return Math.min(0.999, dice(a.messageWords, b.messageWords) ?? 0);
}

/** Twice the common values divided by all values; null without values. */
function dice(a: Int32Array, b: Int32Array): number | null {
  const all = a.length + b.length;
  if (all === 0) return null;
  let [i, j, common] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i] as number, b[j] as number];
    if (x === y) common++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return (2 * common) / all;
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

/** Collects one feature for each word of the messages. */
function collectWords(value: JsonValue, words: number[]): void {
  if (words.length >= MAXIMUM_FEATURES || value === null) return;
  if (Array.isArray(value)) for (const element of value) collectWords(element, words);
  else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value))
      if (!UNSPECIFIC_FIELDS.has(key)) collectWords(inner, words);
  } else {
    for (const word of String(value)
      .slice(0, 20_000)
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u))
      if (word !== '') words.push(hash(word));
  }
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
