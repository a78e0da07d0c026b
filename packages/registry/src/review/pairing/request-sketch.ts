import { createHash } from 'node:crypto';
import { isObject } from '../../recordings/json/json-value.js';
import { readExchange } from '../../recordings/reading/read-exchange.js';
import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { requestContent } from '../differences/compare-requests.js';
import { field } from '../differences/walk-values.js';

/** What is kept of a request to find its pair: small, so that thousands fit in memory. */
export interface RequestSketch {
  /** The same for requests that ask the same, whoever asks (the test id and headers left out). */
  asked: string;
  /** The same for requests that say the same, however they ask for an answer to it; null when they say nothing. */
  said: string | null;
  /** The same for equal answers. */
  answered: string;
  /** Hashes of what the request says, sorted, at most `MOST_FEATURES`. */
  features: Int32Array;
}

const MOST_FEATURES = 2000;
const LONG_TEXT = 60;

/** Where requests hold what is said: OpenAI, Anthropic and Ollama, Gemini, and what tools are given. */
const SAID = ['messages', 'input', 'prompt', 'contents', 'query', 'kwargs', 'payload'];

/** Sketches a recording's request; null when it cannot be read. */
export function sketchRequest(bytes: Uint8Array): RequestSketch | null {
  const exchange = readExchange(bytes);
  if ('problem' in exchange) return null;
  const asked = requestContent(exchange);
  const features: number[] = [];
  collect(asked, '', features);
  return {
    asked: digest(asked),
    said: saidIn(asked),
    answered: digest(exchange.answer.body),
    features: Int32Array.from(features.slice(0, MOST_FEATURES)).sort(),
  };
}

function saidIn(asked: JsonObject): string | null {
  const { body } = asked;
  const said = [asked, body].flatMap((holder) =>
    SAID.map((name) => field(holder, name)).filter((part) => part !== undefined),
  );
  return said.length === 0 ? null : digest(said);
}

/** How alike two requests are, 0 to 1: twice what both say by all that they say. */
export function requestSimilarity(a: RequestSketch, b: RequestSketch): number {
  if (a.asked === b.asked) return 1;
  const all = a.features.length + b.features.length;
  if (all === 0) return 0;
  let [i, j, common] = [0, 0, 0];
  while (i < a.features.length && j < b.features.length) {
    const [x, y] = [a.features[i] as number, b.features[j] as number];
    if (x === y) common++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  // Equal sketches of unequal requests (order of messages, long texts) stay below equal requests.
  return Math.min(0.999, (2 * common) / all);
}

/**
 * One feature for each value with its field's name, several for a long text (its words), so that a reworded prompt still
 * resembles itself. Places in lists are left out: a message more at the front changes one message, not all.
 */
function collect(value: JsonValue, name: string, features: number[]): void {
  if (features.length >= MOST_FEATURES || value === null) return;
  if (Array.isArray(value)) for (const element of value) collect(element, `${name}[]`, features);
  else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) collect(inner, `${name}.${key}`, features);
  } else if (typeof value === 'string' && value.length > LONG_TEXT) {
    for (const word of value.slice(0, 20_000).split(/[^\p{L}\p{N}]+/u)) {
      if (word !== '') features.push(hash(`${name}=${word}`));
    }
  } else features.push(hash(`${name}=${value}`));
}

/** FNV-1a, 32 bits: quick, and a chance collision only makes two requests look a little more alike. */
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
