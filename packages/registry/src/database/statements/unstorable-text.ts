/** A text within a value that Postgres cannot store. */
export interface UnstorableText {
  /** Its place in the value, such as `input.add[3].path`; for a field name, the object that has the field. */
  field: string;
  problem: string;
}

/** A fast first check. It also matches valid surrogate pairs, which need the second one. */
const SUSPECT = /[\0\ud800-\udfff]/;

/**
 * Why Postgres cannot store a text unchanged, or null. Postgres refuses U+0000; half of a surrogate pair has
 * no form in UTF-8 and would come back as another character.
 */
export function problemOfText(text: string): string | null {
  if (!SUSPECT.test(text)) return null;
  if (text.includes('\0')) return 'contains the character U+0000, which no text of a request may contain';
  return text.isWellFormed() ? null : 'contains half of a surrogate pair, which is not valid Unicode';
}

/**
 * The first text in a JSON value that Postgres cannot store, including field names; null when there is none.
 */
export function findUnstorableText(value: unknown): UnstorableText | null {
  if (typeof value === 'string') {
    const problem = problemOfText(value);
    return problem === null ? null : { field: '', problem };
  }
  if (typeof value !== 'object' || value === null) return null;
  const isList = Array.isArray(value);
  for (const name of Object.keys(value)) {
    const problem = isList ? null : problemOfText(name);
    if (problem !== null) return { field: '', problem };
    const found = findUnstorableText((value as Record<string, unknown>)[name]);
    if (found) return { ...found, field: joined(isList ? `[${name}]` : name, found.field) };
  }
  return null;
}

const joined = (outer: string, inner: string) =>
  inner === '' || inner.startsWith('[') ? `${outer}${inner}` : `${outer}.${inner}`;
