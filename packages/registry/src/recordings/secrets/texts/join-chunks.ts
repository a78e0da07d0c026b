import type { JsonObject, JsonValue } from '../../../vocabulary/recording.js';
import { isObject } from '../../json/json-value.js';
import type { Step } from './walk-texts.js';

/**
 * The strings at the same path in each item of a list, joined: the text of one field of a stream.
 */
export interface JoinedText {
  text: string;
  pieces: Piece[];
}

/** One of the strings, and its position in the joined text. */
export interface Piece {
  at: number;
  length: number;
  steps: Step[];
  /** Whether the piece is a list of bytes, as in log probabilities, instead of a string. */
  isBytes: boolean;
}

/** Random padding that some providers add to each chunk; joined, it would be a long random text. */
const PADDING = 'obfuscation';

/** Maximum number of bytes of a token; longer lists of numbers are vectors. */
const MAXIMUM_BYTES = 64;

interface Value {
  value: JsonValue;
  /** Index of the item in the list. */
  item: number;
}

/**
 * Joins the strings of a list of chunks of any shape, field by field: a secret that is split over
 * chunks is complete in a joined text. Lists within the chunks are joined by position.
 */
export function* joinedTexts(value: JsonValue): Generator<JoinedText> {
  yield* listsIn(value, []);
}

function* listsIn(value: JsonValue, steps: Step[]): Generator<JoinedText> {
  if (Array.isArray(value)) {
    if (value.length > 1 && typeof value[0] !== 'number' && !areSeparate(value)) {
      const items = value.map((item, index) => ({ value: item, item: index }));
      yield* joinAt(steps, [], items);
      return;
    }
    for (const [index, item] of value.entries()) {
      if (typeof item === 'object') yield* listsIn(item, [...steps, index]);
    }
  } else if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      if (typeof member === 'object') yield* listsIn(member, [...steps, key]);
    }
  }
}

/** Fields of an exchange, and of a header: items with one of them are not pieces of one text. */
const SEPARATE = ['request', 'headers', 'RequestHeaders', 'rawHeaders'];

/** Whether the items of a list are exchanges, or pairs of a name and a value. */
function areSeparate(list: JsonValue[]): boolean {
  const [first] = list;
  if (!isObject(first)) return false;
  return (
    SEPARATE.some((field) => isObject(first[field]) || Array.isArray(first[field])) ||
    ('name' in first && 'value' in first)
  );
}

function* joinAt(list: Step[], below: Step[], values: Value[]): Generator<JoinedText> {
  const texts: { item: number; text: string; isBytes: boolean }[] = [];
  const members = new Map<string, Value[]>();
  const elements: Value[][] = [];
  for (const { value, item } of values) {
    if (typeof value === 'string') texts.push({ item, text: value, isBytes: false });
    else if (Array.isArray(value)) {
      const bytes = bytesOf(value);
      if (bytes !== null) texts.push({ item, text: bytes, isBytes: true });
      else if (typeof value[0] !== 'number') addElements(elements, value, item);
    } else if (isObject(value)) addMembers(members, value, item);
  }
  if (texts.length > 1) {
    let at = 0;
    const pieces = texts.map(({ item, text, isBytes }) => {
      const piece = { at, length: text.length, steps: [...list, item, ...below], isBytes };
      at += text.length;
      return piece;
    });
    yield { text: texts.map(({ text }) => text).join(''), pieces };
  }
  for (const [key, inside] of members) yield* joinAt(list, [...below, key], inside);
  for (const [index, inside] of elements.entries()) yield* joinAt(list, [...below, index], inside);
}

function addMembers(members: Map<string, Value[]>, object: JsonObject, item: number): void {
  for (const key in object) {
    if (key === PADDING || !Object.hasOwn(object, key)) continue;
    const value = object[key] as JsonValue;
    if (typeof value === 'number' || typeof value === 'boolean' || value === null) continue;
    const known = members.get(key);
    if (known) known.push({ value, item });
    else members.set(key, [{ value, item }]);
  }
}

function addElements(elements: Value[][], list: JsonValue[], item: number): void {
  for (const [index, value] of list.entries()) {
    const known = elements[index];
    if (known) known.push({ value, item });
    else elements[index] = [{ value, item }];
  }
}

function bytesOf(list: JsonValue[]): string | null {
  if (list.length === 0 || list.length > MAXIMUM_BYTES) return null;
  for (const item of list) {
    if (typeof item !== 'number' || !Number.isInteger(item) || item < 0 || item > 255) return null;
  }
  return String.fromCharCode(...(list as number[]));
}
