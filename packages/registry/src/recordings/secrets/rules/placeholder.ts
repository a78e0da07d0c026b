import { isDocumentedExample } from './documented-example.js';

/** Words that people, documentation and recorders use in place of a secret. */
const WORDS =
  /redacted|dummy|fake|example|placeholder|changeme|change[-_]me|your[-_]|my[-_]?(?:api|secret|token|key|pass)|insert|mock|stub|sample|gibberish|blah|sanitized|sanitised|obfuscated|censored|anonymi[sz]ed|omitted|cassette|not[-_]?(?:a|used|needed|required|real|set)|no[-_]?(?:key|token|auth)|invalid|removed|masked|hidden|filtered|scrubbed|(?<![a-z])test(?:ing)?(?![a-z])|(?<![a-z])(?:none|null|undefined|empty|todo|foo|bar|baz|qux|user(?:name)?|admin|root|guest|postgres|letmein|(?:my|super|very|top|strong|secure|some)*(?:secret|s3cret|s3cr3t|p[a4@]ssw(?:[o0]r)?d|pass|token|key)+)(?![a-z])/gi;

/**
 * A template variable (`<token>`, `${TOKEN}`, `{{token}}`, `$TOKEN`, `%TOKEN%`, `[token]`) or a
 * mask (`***`, `**ab**`, `...`, `xxxx`, `AUTHORIZATION-XXX`).
 */
const TEMPLATE_OR_MASK =
  /^[<[({]|^\$|^%[A-Z_]+%$|\$\{|\{\{|\*{3}|^\*.*\*$|…|•|\.{3}|x{6}|X{6}|(?:^|[-_ ])[Xx]{3,}(?:$|[-_ ])/;

/** What recorders write in place of a secret, often followed by a digest or a number of it. */
const REPLACED =
  /^(?:redacted|sanitized|sanitised|scrubbed|filtered|masked|removed|hidden|obfuscated|censored|anonymi[sz]ed|omitted)(?![a-z])/i;

/** Values of nothing but words that tell a client library to send any key: `ollama`, `some-api-key`. */
const FILLER =
  /^(?:(?:ollama|lm|studio|vllm|litellm|llama|local(?:host)?|unused|default|anonymous|whatever|anything|any|some|an?|the|api|key|token|secret|openai|anthropic)[-_ ]?)+\d{0,4}$/i;

/** Number of random characters next to the words from which a value counts as a secret. */
const RANDOM_LENGTH = 20;

/**
 * Whether a value in the place of a secret is evidently a placeholder. A word is not enough:
 * `test_` before twenty random characters is a key for tests, and still a key.
 */
export function isPlaceholder(value: string): boolean {
  if ([TEMPLATE_OR_MASK, REPLACED, FILLER].some((pattern) => pattern.test(value))) return true;
  if (distinctCharacters(value) < 4 || isDocumentedExample(value)) return true;
  const rest = value.replace(WORDS, ' ');
  if (rest === value) return false;
  return !rest.split(/[^A-Za-z0-9+/=]+/).some((run) => run.length >= RANDOM_LENGTH && isMixed(run));
}

/**
 * Whether a text looks random: many different letters and digits, as in hex and base64, unlike
 * words.
 */
export function looksRandom(text: string): boolean {
  return isMixed(text) && distinctCharacters(text) >= 8 && !isWordy(text);
}

function isMixed(text: string): boolean {
  return /[0-9]/.test(text) && /[A-Za-z]/.test(text);
}

/** Words and numbers joined by separators: `gpt-4o-mini-2024-07-18`, `test_image_generation_1`. */
function isWordy(text: string): boolean {
  return text
    .split(/[-_./:]+/)
    .every((part) => /^(?:[A-Za-z]{0,16}\d{0,4}|\d{1,8}[A-Za-z]{0,3})$/.test(part));
}

function distinctCharacters(text: string): number {
  return new Set(text.slice(0, 200)).size;
}
