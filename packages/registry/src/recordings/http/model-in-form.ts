/** Longest form without files that is searched for its fields, in characters. */
const LONGEST_FORM = 65_536;

const URL_ENCODED = /^[\w.~*%+-]+=[^\s&]*(?:&[\w.~*%+[\]-]+=[^\s&]*)*$/;

/** The start of a part of a form, up to the blank line after its few headers: a bound keeps this linear. */
const PART = /(?:^|\n)content-disposition: *form-data; *name="?model"?[^\n]*\n(?:[\w-]+:[^\n]*\n){0,8}\r?\n/i;

/** Longest name of a model that is read, in characters. */
const LONGEST_NAME = 256;

/** The field `model` of a multipart or URL-encoded form; null for any other text. */
export function modelInForm(text: string): string | null {
  if (text.startsWith('--')) return modelInParts(text);
  if (text.length > LONGEST_FORM || !URL_ENCODED.test(text)) return null;
  return new URLSearchParams(text).get('model')?.trim() || null;
}

function modelInParts(text: string): string | null {
  const part = PART.exec(text);
  if (part === null) return null;
  const start = part.index + part[0].length;
  const [value = ''] = text.slice(start, start + LONGEST_NAME + 1).split('\n');
  return value.length > LONGEST_NAME ? null : value.trim() || null;
}
