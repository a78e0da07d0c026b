/** A text within a value that no database of ours can keep. */
export interface UnstorableText {
  /** Where it is in the value: `input.add[3].path`. Where the name of a field is wrong: the object that has it. */
  field: string;
  problem: string;
}

/** What a text has that cannot be kept, and what pairs of surrogates have too: a quick look at texts of most languages. */
const SUSPECT = /[\0\ud800-\udfff]/;

/**
 * Why Postgres cannot keep a text as it is; null where it can. It refuses U+0000, and half of a surrogate pair has no form in
 * UTF-8, so that it would come back as another character.
 */
export function problemOfText(text: string): string | null {
  if (!SUSPECT.test(text)) return null;
  if (text.includes('\0')) return 'contains the character U+0000, which no text of a request may contain';
  return text.isWellFormed() ? null : 'contains half of a surrogate pair, which is not valid Unicode';
}

/** The first text in a value from JSON that cannot be kept, names of fields included; null where there is none. */
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
