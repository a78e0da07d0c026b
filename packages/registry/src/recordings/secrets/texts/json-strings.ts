import { readEscapedString } from '../../json/json-string.js';
import type { Step } from './walk-texts.js';

/** A string of a JSON text, with the characters that it is written with. */
export interface WrittenString {
  steps: Step[];
  /** Whether it is the name of a field; its steps then end with itself. */
  isKey: boolean;
  text: string;
  /** Its characters in the JSON text, without the quotation marks. */
  start: number;
  end: number;
}

/** What matters of the structure; strings are passed over whole, so that nothing inside them counts. */
const TOKEN = /["[\]{},]/g;

/** Every string of a JSON text that was parsed before (this looks at nothing that parsing has made sure of), in order. */
export function* jsonStrings(text: string): Generator<WrittenString> {
  const steps: Step[] = [];
  // For each open container whether it is a list.
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

/** For each character of a written string, and for its end, where it stands in the JSON text. */
export function characterOffsets(
  json: string,
  { start, end }: Pick<WrittenString, 'start' | 'end'>,
): number[] {
  const places: number[] = [];
  let at = start;
  while (at < end) {
    places.push(at);
    if (json[at] !== '\\') at += 1;
    else at += json[at + 1] === 'u' ? 6 : 2;
  }
  places.push(end);
  return places;
}
