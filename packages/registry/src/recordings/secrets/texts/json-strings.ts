import { readEscapedString } from '../../json/json-string.js';
import type { Step } from './walk-texts.js';

/** A string of a JSON text and its characters in that text. */
export interface WrittenString {
  steps: Step[];
  /** Whether it is a field name; then it is also the last of its steps. */
  isKey: boolean;
  text: string;
  /** Its characters [start, end) in the JSON text, without quotation marks. */
  start: number;
  end: number;
}

/** Structural characters; strings are skipped, so these never match inside one. */
const TOKEN = /["[\]{},]/g;

/**
 * Yields every string of a JSON text in order. The text must be valid: this does not check its
 * syntax.
 */
export function* jsonStrings(text: string): Generator<WrittenString> {
  const steps: Step[] = [];
  // For each open container, whether it is a list.
  const lists: boolean[] = [];
  let expectsKey = false;
  TOKEN.lastIndex = 0;
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (token === null) return;
    at = token.index + 1;
    const isList = lists.at(-1) === true;
    switch (token[0]) {
      case '"': {
        const string = stringAt(text, at);
        if (expectsKey) steps[steps.length - 1] = string.text;
        yield { steps: [...steps], isKey: expectsKey, ...string };
        expectsKey = false;
        at = string.end + 1;
        break;
      }
      case '[':
      case '{': {
        const opensList = token[0] === '[';
        lists.push(opensList);
        steps.push(opensList ? 0 : '');
        expectsKey = !opensList;
        break;
      }
      case ',':
        if (isList) steps[steps.length - 1] = (steps.at(-1) as number) + 1;
        else expectsKey = true;
        break;
      default:
        lists.pop();
        steps.pop();
        expectsKey = false;
    }
  }
}

function stringAt(text: string, start: number): Pick<WrittenString, 'text' | 'start' | 'end'> {
  const quote = text.indexOf('"', start);
  const backslash = text.slice(start, quote).indexOf('\\');
  if (backslash < 0) return { text: text.slice(start, quote), start, end: quote };
  const { value, end } = readEscapedString(text, start, start + backslash);
  return { text: value, start, end: end - 1 };
}

/** The position in the JSON text of each character of a string, and of its end. */
export function characterOffsets(
  json: string,
  { start, end }: Pick<WrittenString, 'start' | 'end'>,
): number[] {
  const offsets: number[] = [];
  let at = start;
  while (at < end) {
    offsets.push(at);
    if (json[at] !== '\\') at += 1;
    else at += json[at + 1] === 'u' ? 6 : 2;
  }
  offsets.push(end);
  return offsets;
}
