/// <reference lib="es2024.string" />

import type { JsonObject } from '../../vocabulary/recording.js';
import { jsonPath } from './json-path.js';
import { JsonError, stringError, unexpectedToken } from './json-problem.js';
import { readEscapedString } from './json-string.js';
import { keepNotation, MAXIMUM_NOTATIONS, notationOf } from './number-notation.js';

/**
 * Deepest nesting that is parsed. Real recordings stay below 30; deeper files are attacks or
 * accidents.
 */
const MAXIMUM_DEPTH = 128;
/** Warnings beyond this many are counted, not described. */
const DESCRIBED_WARNINGS = 3;

/** Slots of the key cache, and the longest key in it. */
const KEY_CACHE_SLOTS = 1024;
const LONGEST_CACHED_KEY = 64;

/**
 * Turns a number's text into a value; also called for `NaN`, `Infinity` and `-Infinity`, which
 * Python writes.
 */
export type ReadNumber = (text: string) => unknown;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const NUMBER = /-?(?:Infinity|(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|NaN/y;

/** Parses one text. Use `parseJson` or `parseJsonWith`: this one throws `JsonError`. */
export class JsonParser {
  readonly members = new Map<string, [number, number]>();
  private at = 0;
  private readonly path: (string | number)[] = [];
  private readonly warnings: string[] = [];
  private warningCount = 0;
  private readonly keys: string[] = [];
  /** The notation of the number just parsed, until its container keeps it. */
  private notation: string | null = null;
  private notationCount = 0;
  private readonly text: string;
  private readonly readNumber: ReadNumber;

  constructor(text: string, readNumber: ReadNumber) {
    this.text = text;
    this.readNumber = readNumber;
  }

  document(): unknown {
    this.skipSpace();
    if (this.at >= this.text.length) throw new JsonError('the file is empty', this.at);
    const value = this.value();
    this.skipSpace();
    if (this.at < this.text.length) throw unexpectedToken(this.text, this.at, 'the end of the file');
    return value;
  }

  describeWarnings(): string[] {
    const more = this.warningCount - this.warnings.length;
    return more > 0 ? [...this.warnings, `and ${more} more`] : this.warnings;
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
        throw unexpectedToken(this.text, this.at, 'a key in quotation marks');
      const key = this.key();
      this.skipSpace();
      if (this.text.charCodeAt(this.at) !== COLON)
        throw unexpectedToken(this.text, this.at, "':' after a key");
      this.at += 1;
      this.skipSpace();
      this.path[depth] = key;
      const start = this.at;
      const value = this.value();
      if (depth === 0) this.members.set(key, [start, this.at]);
      if (object[key] === undefined) object[key] = value;
      else this.setAgain(object, key, value);
      if (this.notation !== null) this.keepNotation(object, key);
      this.skipSpace();
      const next = this.text.charCodeAt(this.at);
      if (next === CLOSE_OBJECT) return this.leave(object) as JsonObject;
      if (next !== COMMA) throw unexpectedToken(this.text, this.at, "',' or '}'");
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
      if (this.notation !== null) this.keepNotation(list, list.length - 1);
      this.skipSpace();
      const next = this.text.charCodeAt(this.at);
      if (next === CLOSE_LIST) return this.leave(list) as unknown[];
      if (next !== COMMA) throw unexpectedToken(this.text, this.at, "',' or ']'");
      this.at += 1;
      this.skipSpace();
    }
  }

  private enter(): number {
    const depth = this.path.length;
    if (depth >= MAXIMUM_DEPTH) {
      throw new JsonError(`nested deeper than ${MAXIMUM_DEPTH} levels: stored but not parsed`, this.at);
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

  /**
   * Called for duplicate keys and for names that every object inherits (`__proto__`,
   * `constructor`).
   */
  private setAgain(object: Record<string, unknown>, key: string, value: unknown): void {
    if (Object.hasOwn(object, key)) this.warn('duplicate key, the last value is used');
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
      if (unit < 0x20 || i >= text.length) throw stringError(text, i);
    }
  }

  /**
   * Reads a key and reuses the string of an earlier equal key: a stream repeats its keys thousands
   * of times, and property access is much faster with the same string than with an equal copy.
   */
  private key(): string {
    const { text, keys } = this;
    const start = this.at + 1;
    const end = text.indexOf('"', start);
    const length = end - start;
    if (length <= 0 || length > LONGEST_CACHED_KEY) return this.string();
    const slot = (length * 31 + text.charCodeAt(start) * 7 + text.charCodeAt(end - 1)) % KEY_CACHE_SLOTS;
    const known = keys[slot];
    if (known !== undefined && known.length === length && text.startsWith(known, start)) {
      this.at = end + 1;
      return known;
    }
    const key = this.string();
    // A key with escapes differs from its source text, so it is not cached.
    if (this.at === end + 1 && key.length === length) keys[slot] = key;
    return key;
  }

  private stringWithEscapes(start: number, firstEscape: number): string {
    const { value, end, hasCode } = readEscapedString(this.text, start, firstEscape);
    this.at = end;
    if (hasCode && value.includes('\0')) this.warn('NUL character (\\u0000) in a string');
    if (hasCode && !value.isWellFormed()) this.warn('unpaired surrogate in a string');
    return value;
  }

  private number(): unknown {
    NUMBER.lastIndex = this.at;
    if (!NUMBER.test(this.text)) throw unexpectedToken(this.text, this.at, 'a value');
    const start = this.at;
    this.at = NUMBER.lastIndex;
    const text = this.text.slice(start, this.at);
    const value = this.readNumber(text);
    if (typeof value === 'number') this.notation = notationOf(text, value);
    return value;
  }

  private keepNotation(container: object, key: string | number): void {
    if (this.notation !== null && this.notationCount < MAXIMUM_NOTATIONS) {
      keepNotation(container, key, this.notation);
      this.notationCount += 1;
    }
    this.notation = null;
  }

  private word<Word>(word: string, value: Word): Word {
    if (!this.text.startsWith(word, this.at)) throw unexpectedToken(this.text, this.at, 'a value');
    this.at += word.length;
    return value;
  }

  private skipSpace(): void {
    const { text } = this;
    for (let unit = text.charCodeAt(this.at); isSpace(unit); unit = text.charCodeAt(this.at)) this.at += 1;
  }

  private warn(what: string): void {
    this.warningCount += 1;
    if (this.warnings.length < DESCRIBED_WARNINGS) this.warnings.push(`${what} at ${jsonPath(this.path)}`);
  }
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}
