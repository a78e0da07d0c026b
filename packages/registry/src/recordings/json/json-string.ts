import { escapeError, stringError } from './json-problem.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const CODE = /^[0-9a-fA-F]{4}$/;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** A JSON string with escapes. */
export interface EscapedString {
  value: string;
  /** Position after the closing quotation mark. */
  end: number;
  /** Whether it has a `\u` escape: only those can produce NUL or an unpaired surrogate. */
  hasCode: boolean;
}

/**
 * Reads the JSON string whose content starts at `start` and whose first backslash is at
 * `firstEscape`.
 */
export function readEscapedString(text: string, start: number, firstEscape: number): EscapedString {
  let value = '';
  let plain = start;
  let hasCode = false;
  for (let i = firstEscape; ; ) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) return { value: value + text.slice(plain, i), end: i + 1, hasCode };
    if (unit === BACKSLASH) {
      const isCode = text[i + 1] === 'u';
      value += text.slice(plain, i) + (isCode ? characterByCode(text, i) : characterByLetter(text, i));
      hasCode ||= isCode;
      i += isCode ? 6 : 2;
      plain = i;
    } else if (unit < 0x20 || i >= text.length) {
      throw stringError(text, i);
    } else {
      i += 1;
    }
  }
}

function characterByCode(text: string, at: number): string {
  const digits = text.slice(at + 2, at + 6);
  if (!CODE.test(digits)) throw escapeError(text, at);
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function characterByLetter(text: string, at: number): string {
  const character = ESCAPES[text.charAt(at + 1)];
  if (character === undefined) throw escapeError(text, at);
  return character;
}
