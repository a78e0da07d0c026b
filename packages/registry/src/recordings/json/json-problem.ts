/** Why text is no JSON that we read, and at which character of it. Never leaves the parser as a thrown error. */
export class Unreadable extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** The beginning of a word or the inside of a number: with nothing behind it, the file was cut off right there. */
const BEGUN =
  /^(?:[-.]|[eE][-+]?|t|tr|tru|f|fa|fal|fals|n|nu|nul|N|Na|-?I|-?In|-?Inf|-?Infi|-?Infin|-?Infini|-?Infinit)$/;

/** Something else stands at `at` than what was expected there; at the end of the text the file was cut off. */
export function unexpected(text: string, at: number, expected: string): Unreadable {
  if (at >= text.length || BEGUN.test(text.slice(at, at + 10))) {
    return new Unreadable(`cut off: the file ends where ${expected} should follow`, at);
  }
  const found = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return new Unreadable(`not JSON: found ${JSON.stringify(found)} instead of ${expected}`, at);
}

/** A string that does not end, or holds a control character that JSON wants escaped. */
export function brokenString(text: string, at: number): Unreadable {
  return at >= text.length
    ? new Unreadable('cut off: the file ends inside a text', at)
    : new Unreadable('not JSON: a bare control character inside a text', at);
}

/** A backslash that begins nothing known, unless the file just ends there. */
export function brokenEscape(text: string, at: number): Unreadable {
  return /^\\(?:u[0-9a-fA-F]{0,3})?$/.test(text.slice(at, at + 6))
    ? new Unreadable('cut off: the file ends inside a text', at)
    : new Unreadable('not JSON: a backslash that begins no known escape', at);
}

/** Where a character stands, for an editor (line, column: from 1, in characters) and for a hex viewer (byte: from 0). */
export function placeOf(text: string, at: number, bytesBefore: number): string {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const column = [...before.slice(before.lastIndexOf('\n') + 1)].length + 1;
  return `line ${line}, column ${column} (byte ${Buffer.byteLength(before) + bytesBefore})`;
}
