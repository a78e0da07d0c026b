/// <reference lib="es2024.string" />

import type { JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { jsonPath } from './json-path.js';
import { brokenString, Unreadable, unexpected } from './json-problem.js';
import { readEscapedString } from './json-string.js';

/** Deepest nesting that is read. Real recordings stay below 30; deeper ones are attacks or accidents. */
const MAXIMUM_DEPTH = 128;
/** Oddities beyond this many are counted, not described. */
const DESCRIBED_ODDITIES = 3;

// Keys by which a parser knows others again, and how long they may be.
const REMEMBERED_KEYS = 1024;
const LONGEST_REMEMBERED_KEY = 64;

/** JSON text as Python's `json.load` reads it. */
export interface ParsedJson<Value = JsonValue> {
  value: Value;
  /** Where the value of each member of the outermost object stands in the text: [start, end). */
  members: Map<string, [start: number, end: number]>;
  /** What could be read only by choosing a meaning: duplicate keys, NUL characters, half surrogate pairs. */
  oddities: string[];
}

/** Why text is no JSON that we read, and at which character. */
export interface JsonProblem {
  problem: string;
  at: number;
}

/** Turns a number's text into a value; `NaN`, `Infinity` and `-Infinity` arrive here too, as Python writes them. */
export type ReadNumber = (text: string) => unknown;

/**
 * Parses JSON with Python's semantics: the last of duplicate keys wins, `NaN` and the infinities are numbers. It exists
 * beside `JSON.parse` because a recording's hash needs numbers as written, and a problem needs its place. Never throws.
 */
export function parseJson(text: string): ParsedJson | JsonProblem {
  return run<JsonValue>(text, Number);
}

/** The same with numbers made by `readNumber`; the caller names the resulting type. */
export function parseJsonWith<Value>(text: string, readNumber: ReadNumber): ParsedJson<Value> | JsonProblem {
  return run<Value>(text, readNumber);
}

function run<Value>(text: string, readNumber: ReadNumber): ParsedJson<Value> | JsonProblem {
  const parser = new Parser(text, readNumber);
  try {
    const value = parser.document() as Value;
    return { value, members: parser.members, oddities: parser.describeOddities() };
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.message, at: error.at };
    throw error;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const NUMBER = /-?(?:Infinity|(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|NaN/y;

class Parser {
  readonly members = new Map<string, [number, number]>();
  private at = 0;
  private readonly path: (string | number)[] = [];
  private readonly oddities: string[] = [];
  private oddityCount = 0;
  private readonly keys: string[] = [];
  private readonly text: string;
  private readonly readNumber: ReadNumber;

  constructor(text: string, readNumber: ReadNumber) {
    this.text = text;
    this.readNumber = readNumber;
  }

  document(): unknown {
    this.skipSpace();
    if (this.at >= this.text.length) throw new Unreadable('the file is empty', this.at);
    const value = this.value();
    this.skipSpace();
    if (this.at < this.text.length) throw unexpected(this.text, this.at, 'the end of the file');
    return value;
  }

  describeOddities(): string[] {
    const more = this.oddityCount - this.oddities.length;
    return more > 0 ? [...this.oddities, `and ${more} more`] : this.oddities;
  }

  private value(): unknown {
    switch (this.text.charCodeAt(this.at)) {
      case QUOTE:
        return this.string();
      case OPEN_OBJECT:
        return this.object();
      case OPEN_LIST:
        return this.list();
      case 0x74:
        return this.word('true', true);
      case 0x66:
        return this.word('false', false);
      case 0x6e:
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  private object(): JsonObject {
    const depth = this.enter();
    const object: Record<string, unknown> = {};
    this.skipSpace();
    if (this.text.charCodeAt(this.at) === CLOSE_OBJECT) return this.leave(object) as JsonObject;
    for (;;) {
      this.path[depth] = '(a key)';
      if (this.text.charCodeAt(this.at) !== QUOTE)
        throw unexpected(this.text, this.at, 'a key in quotation marks');
      const key = this.key();
      this.skipSpace();
      if (this.text.charCodeAt(this.at) !== COLON) throw unexpected(this.text, this.at, "':' after a key");
      this.at += 1;
      this.skipSpace();
      this.path[depth] = key;
      const start = this.at;
      const value = this.value();
      if (depth === 0) this.members.set(key, [start, this.at]);
      if (object[key] === undefined) object[key] = value;
      else this.setAgain(object, key, value);
      this.skipSpace();
      const next = this.text.charCodeAt(this.at);
      if (next === CLOSE_OBJECT) return this.leave(object) as JsonObject;
      if (next !== COMMA) throw unexpected(this.text, this.at, "',' or '}'");
      this.at += 1;
      this.skipSpace();
    }
  }

  private list(): unknown[] {
    const depth = this.enter();
    const list: unknown[] = [];
    this.skipSpace();
    if (this.text.charCodeAt(this.at) === CLOSE_LIST) return this.leave(list) as unknown[];
    for (;;) {
      this.path[depth] = list.length;
      list.push(this.value());
      this.skipSpace();
      const next = this.text.charCodeAt(this.at);
      if (next === CLOSE_LIST) return this.leave(list) as unknown[];
      if (next !== COMMA) throw unexpected(this.text, this.at, "',' or ']'");
      this.at += 1;
      this.skipSpace();
    }
  }

  private enter(): number {
    const depth = this.path.length;
    if (depth >= MAXIMUM_DEPTH) {
      throw new Unreadable(`nested deeper than ${MAXIMUM_DEPTH} levels: kept, not read`, this.at);
    }
    this.at += 1;
    this.path.push('');
    return depth;
  }

  private leave(container: unknown): unknown {
    this.at += 1;
    this.path.pop();
    return container;
  }

  /** Reached for a key that is there already, and for names that every object inherits (`__proto__`, `constructor`). */
  private setAgain(object: Record<string, unknown>, key: string, value: unknown): void {
    if (Object.hasOwn(object, key)) this.note('duplicate key, the last one counts');
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  }

  private string(): string {
    const { text } = this;
    const start = this.at + 1;
    for (let i = start; ; i += 1) {
      const unit = text.charCodeAt(i);
      if (unit === QUOTE) {
        this.at = i + 1;
        return text.slice(start, i);
      }
      if (unit === BACKSLASH) return this.stringWithEscapes(start, i);
      if (unit < 0x20 || i >= text.length) throw brokenString(text, i);
    }
  }

  /**
   * A key, as the very text that the same key had before: a stream repeats its keys thousands of times, and an object finds a text that
   * it has met much faster than an equal one that was cut out anew.
   */
  private key(): string {
    const { text, keys } = this;
    const start = this.at + 1;
    const end = text.indexOf('"', start);
    const length = end - start;
    if (length <= 0 || length > LONGEST_REMEMBERED_KEY) return this.string();
    const slot = (length * 31 + text.charCodeAt(start) * 7 + text.charCodeAt(end - 1)) % REMEMBERED_KEYS;
    const known = keys[slot];
    if (known !== undefined && known.length === length && text.startsWith(known, start)) {
      this.at = end + 1;
      return known;
    }
    const key = this.string();
    // With an escape in it, it is another text than what stands there.
    if (this.at === end + 1 && key.length === length) keys[slot] = key;
    return key;
  }

  private stringWithEscapes(start: number, firstEscape: number): string {
    const { value, end, hasCode } = readEscapedString(this.text, start, firstEscape);
    this.at = end;
    if (hasCode && value.includes('\0')) this.note('NUL character (\\u0000) in a text');
    if (hasCode && !value.isWellFormed()) this.note('half of a surrogate pair in a text');
    return value;
  }

  private number(): unknown {
    NUMBER.lastIndex = this.at;
    if (!NUMBER.test(this.text)) throw unexpected(this.text, this.at, 'a value');
    const start = this.at;
    this.at = NUMBER.lastIndex;
    return this.readNumber(this.text.slice(start, this.at));
  }

  private word<Word>(word: string, value: Word): Word {
    if (!this.text.startsWith(word, this.at)) throw unexpected(this.text, this.at, 'a value');
    this.at += word.length;
    return value;
  }

  private skipSpace(): void {
    const { text } = this;
    for (let unit = text.charCodeAt(this.at); isSpace(unit); unit = text.charCodeAt(this.at)) this.at += 1;
  }

  private note(what: string): void {
    this.oddityCount += 1;
    if (this.oddities.length < DESCRIBED_ODDITIES) this.oddities.push(`${what} at ${jsonPath(this.path)}`);
  }
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}
