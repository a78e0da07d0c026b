import { SPACE } from './python-pattern.js';

const LABEL = 'attributes:';
const ONE_SPACE = new RegExp(SPACE);

/**
 * Removes every `, attributes: {…}` from a text, with the comma and white space before it: the same
 * result as the regular expression `,?\s*attributes:\s*\{[^}]*\}`, in linear time. On a megabyte of
 * spaces or unclosed braces that expression takes hours, and recordings are untrusted input.
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

/** Start of the part to remove, never before the end of the previous one. */
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
