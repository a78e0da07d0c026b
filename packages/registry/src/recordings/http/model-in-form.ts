/** Longest form without files that is searched for its fields, in characters. */
const LONGEST_FORM = 65_536;

const URL_ENCODED = /^[\w.~*%+-]+=[^\s&]*(?:&[\w.~*%+[\]-]+=[^\s&]*)*$/;

/** A part of a multipart form: no other header of it comes before the name. */
const PART =
  /(?:^|\n)content-disposition: *form-data; *name="?model"?[^\n]*\n(?:[\w-]+:[^\n]*\n)*\r?\n([^\r\n]{1,256})\r?(?=\n)/i;

/** The field `model` of a multipart or URL-encoded form; null for any other text. */
export function modelInForm(text: string): string | null {
  if (text.startsWith('--')) return PART.exec(text)?.[1]?.trim() || null;
  if (text.length > LONGEST_FORM || !URL_ENCODED.test(text)) return null;
  return new URLSearchParams(text).get('model')?.trim() || null;
}
