/** A syntax error, and the position of the character. Only the parser throws and catches it. */
export class JsonError extends Error {
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

/** An incomplete literal or number. If the text ends after it, the file was truncated there. */
const INCOMPLETE =
  /^(?:[-.]|[eE][-+]?|t|tr|tru|f|fa|fal|fals|n|nu|nul|N|Na|-?I|-?In|-?Inf|-?Infi|-?Infin|-?Infini|-?Infinit)$/;

/**
 * The character at `position` is not what the grammar expects; at the end of the text, the file is
 * truncated.
 */
export function unexpectedToken(text: string, position: number, expected: string): JsonError {
  if (position >= text.length || INCOMPLETE.test(text.slice(position, position + 10))) {
    return new JsonError(`truncated: the file ends where ${expected} is expected`, position);
  }
  const found = String.fromCodePoint(text.codePointAt(position) ?? 0);
  return new JsonError(`not JSON: found ${JSON.stringify(found)}, expected ${expected}`, position);
}

/** A string without an end, or with a control character that JSON requires to be escaped. */
export function stringError(text: string, position: number): JsonError {
  return position >= text.length
    ? new JsonError('truncated: the file ends inside a string', position)
    : new JsonError('not JSON: unescaped control character in a string', position);
}

/** An invalid escape sequence, or one that is incomplete because the file ends there. */
export function escapeError(text: string, position: number): JsonError {
  return /^\\(?:u[0-9a-fA-F]{0,3})?$/.test(text.slice(position, position + 6))
    ? new JsonError('truncated: the file ends inside a string', position)
    : new JsonError('not JSON: invalid escape sequence in a string', position);
}

/**
 * A position for an editor (line and column, from 1, in characters) and for a hex viewer (byte,
 * from 0).
 */
export function describePosition(text: string, position: number, bytesBefore: number): string {
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  const column = [...before.slice(before.lastIndexOf('\n') + 1)].length + 1;
  return `line ${line}, column ${column} (byte ${Buffer.byteLength(before) + bytesBefore})`;
}
