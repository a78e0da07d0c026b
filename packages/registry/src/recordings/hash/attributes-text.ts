import { SPACE } from './python-pattern.js';

const LABEL = 'attributes:';
const ONE_SPACE = new RegExp(SPACE);

/**
 * Takes every `, attributes: {…}` out of a text, with the comma and the white space before it, as the regular expression
 * `,?\s*attributes:\s*\{[^}]*\}` would. Written out, because that expression takes hours on a megabyte of spaces or of
 * unclosed braces, and anybody may push a recording.
 */
export function withoutAttributes(text: string): string {
  let result = '';
  let kept = 0;
  for (let label = text.indexOf(LABEL); label >= 0; label = text.indexOf(LABEL, Math.max(kept, label + 1))) {
    const open = skipSpace(text, label + LABEL.length);
    if (text[open] !== '{') continue;
    const close = text.indexOf('}', open);
    if (close < 0) break;
    result += text.slice(kept, startOf(text, label, kept));
    kept = close + 1;
  }
  return result + text.slice(kept);
}

/** Where the part to leave out begins, never before what was left out already. */
function startOf(text: string, label: number, earliest: number): number {
  let start = label;
  while (start > earliest && ONE_SPACE.test(text.charAt(start - 1))) start -= 1;
  return text[start - 1] === ',' ? start - 1 : start;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ONE_SPACE.test(text.charAt(at))) at += 1;
  return at;
}
