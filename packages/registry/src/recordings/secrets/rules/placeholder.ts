import { isDocumentedExample } from './documented-example.js';

/** What people, documentation and recorders write where a secret would stand. */
const WORDS =
  /redacted|dummy|fake|example|placeholder|changeme|change[-_]me|your[-_]|my[-_]?(?:api|secret|token|key|pass)|insert|mock|sample|not[-_]?(?:a|used|needed|required|real|set)|no[-_]?(?:key|token|auth)|invalid|removed|masked|hidden|filtered|scrubbed|(?<![a-z])test(?:ing)?(?![a-z])|(?<![a-z])(?:none|null|undefined|empty|todo|foo|bar|baz|user(?:name)?|admin|root|guest|postgres|letmein|(?:my|super|very|top|strong|secure|some)*(?:secret|s3cret|s3cr3t|p[a4@]ssw(?:[o0]r)?d|pass|token|key)+)(?![a-z])/gi;

/** A gap to be filled in: `<token>`, `${TOKEN}`, `{{token}}`, `$TOKEN`, `%TOKEN%`, `[token]`; or one that was: `***`, `...`, `xxxx`. */
const GAP = /^[<[({]|^\$|^%[A-Z_]+%$|\$\{|\{\{|\*{3}|…|\.{3}|x{6}|X{6}/;

/** Characters of chance that a value keeps when the words are taken out, from which on it is taken for a secret all the same. */
const CHANCE = 20;

/**
 * Whether a value that stands where a secret would is evidently none. Words alone do not save it: `test_` before twenty
 * characters of chance is a key for tests, and a key.
 */
export function isPlaceholder(value: string): boolean {
  if (GAP.test(value) || distinctCharacters(value) < 4 || isDocumentedExample(value)) return true;
  const rest = value.replace(WORDS, ' ');
  if (rest === value) return false;
  return !rest.split(/[^A-Za-z0-9+/=]+/).some((run) => run.length >= CHANCE && isMixed(run));
}

/** Whether a text looks drawn by chance: letters and digits, many different ones. Hex and base64 do; words do not. */
export function looksRandom(text: string): boolean {
  return isMixed(text) && distinctCharacters(text) >= 8 && !isWordy(text);
}

function isMixed(text: string): boolean {
  return /[0-9]/.test(text) && /[A-Za-z]/.test(text);
}

/** Words joined by dashes with a number behind them: `gpt-4o-mini-2024-07-18`, `test_image_generation_1`. */
function isWordy(text: string): boolean {
  return text
    .split(/[-_./:]+/)
    .every((part) => /^(?:[A-Za-z]{0,16}\d{0,4}|\d{1,8}[A-Za-z]{0,3})$/.test(part));
}

function distinctCharacters(text: string): number {
  return new Set(text.slice(0, 200)).size;
}
