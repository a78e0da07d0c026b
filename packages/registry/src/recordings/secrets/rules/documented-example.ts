import { createHash } from 'node:crypto';

/**
 * SHA-256 digests of keys from vendors' public documentation and emulators, without the prefix of
 * their kind. Digests, so that no scanner reports this file.
 */
const PUBLISHED = new Set([
  '7e498f91828a193cac5ecbe78ab47c6cae601d6d9edc40c59310c0e305db85ea', // GitHub, about authentication
  '153a182586451358014e3142089118ce38f6c7dc7c79014d3fa40b57f80b4aab', // Stripe, API reference
  '74e11884b07b1d5183c50a1e1fa53981137558e33691691f564189271d7b13fb', // Stripe, API reference until 2019
  '0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059', // Azurite, storage emulator
  'aa6547439583c3a275d4542a0df6c1ad6a863971be9f2a2220f027cc02aef615', // Azure Cosmos DB emulator
  'ac9265e56c79b234607ec72c53753cfea9f88c99eb713790ddf9be5593bb4465', // Google Cloud, API keys
  'a4526cb8cdbf802f8ebb66c6935cced75f5187632fc280f6ac02cb42e5aeff27', // Mailgun, API reference
]);

const PREFIX = /^(?:gh[pousr]_|[sr]k_(?:test|live)_|(?:pub)?key-|AccountKey=)/;

/** Share of characters in sequences (`1234`, `abcd`) from which a key counts as made up. */
const SEQUENCE_SHARE = 0.7;
const SHORTEST_SEQUENCE = 4;
const KEYBOARD_ROWS = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** Sample users and passwords in documentation of Basic authentication. */
const SAMPLE_CREDENTIALS =
  /^(?:user(?:name)?|admin|test|foo|root|demo|guest|my[-_]?user|client[-_]?id|aladdin):(?:pass(?:word|wd)?|p[a@4]ssw[o0]rd|secret|admin|test|bar|root|demo|guest|my[-_]?pass(?:word)?|client[-_]?secret|open ?sesame)?\d{0,4}$/i;

/**
 * Whether a value is a well-known example and not a secret: published by a vendor, or a sequence.
 */
export function isDocumentedExample(value: string): boolean {
  return (
    /EXAMPLE(?:KEY)?$/.test(value) ||
    isSequence(value) ||
    isSampleToken(value) ||
    isSampleBasic(value) ||
    PUBLISHED.has(createHash('sha256').update(value).digest('hex')) ||
    PUBLISHED.has(createHash('sha256').update(value.replace(PREFIX, '')).digest('hex'))
  );
}

/** `sk-1234567890abcdef1234567890abcdef`: most characters after the prefix continue a sequence. */
function isSequence(value: string): boolean {
  const longest = value
    .split(/[^A-Za-z0-9]+/)
    .reduce((most, part) => (part.length > most.length ? part : most), '');
  if (longest.length >= 12)
    return countSequences(longest, SHORTEST_SEQUENCE) >= SEQUENCE_SHARE * longest.length;
  // A short value, such as `abc12345`, must be nothing else.
  return longest === value && countSequences(value, 3) === value.length;
}

/** The number of characters in sequences of at least this length. */
function countSequences(text: string, least: number): number {
  let counted = 0;
  let run = 1;
  for (let at = 1; at <= text.length; at++) {
    if (at < text.length && follows(text[at - 1] as string, text[at] as string)) run++;
    else {
      if (run >= least) counted += run;
      run = 1;
    }
  }
  return counted;
}

function follows(before: string, after: string): boolean {
  if (after.charCodeAt(0) - before.charCodeAt(0) === 1) return true;
  if (/^(?:90|0a|0A|9a|9A|f0|F0|f1|F1|z0|z1|Z0|Z1|zA|Za|0[1])$/.test(before + after)) return true;
  const pair = (before + after).toLowerCase();
  return KEYBOARD_ROWS.some((row) => row.includes(pair));
}

/** The sample token of jwt.io, with any header and signature, and the one of RFC 7519. */
function isSampleToken(value: string): boolean {
  if (!value.startsWith('eyJ')) return false;
  const payload = Buffer.from(value.split('.')[1] ?? '', 'base64url').toString('latin1');
  return /"sub":\s*"1234567890"/.test(payload) || payload.includes('http://example.com/is_root');
}

/** Base64 of `user:password` and similar samples. */
function isSampleBasic(value: string): boolean {
  if (value.length > 80 || !/^[A-Za-z0-9+/]{8,}={0,2}$/.test(value)) return false;
  return SAMPLE_CREDENTIALS.test(Buffer.from(value, 'base64').toString('latin1'));
}
