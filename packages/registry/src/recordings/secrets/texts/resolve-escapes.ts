/** A text with its other ways of writing characters resolved. */
export interface ResolvedText {
  text: string;
  /** How they were written last, as the end of a place: `behind escapes`. */
  how: string;
}

/** JSON that escapes plain characters, inside a string again or in a text that is not JSON; `\x2d` of other languages. */
const ESCAPES = /\\(?:u00([0-7][0-9a-fA-F])|u\{0{0,4}([2-7][0-9a-fA-F])\}|x([2-7][0-9a-fA-F])|\/)/g;
const PERCENT = /%([2-7][0-9a-fA-F])/g;
const ENTITIES =
  /&(?:#(\d{2,3})|#[xX]([0-9a-fA-F]{2})|(amp|quot|apos|lowbar|hyphen|dash|colon|period|equals|sol|plus|num));/g;
const NAMED: Record<string, string> = {
  ...{ amp: '&', quot: '"', apos: "'", lowbar: '_', hyphen: '-', dash: '-', colon: ':' },
  ...{ period: '.', equals: '=', sol: '/', plus: '+', num: '#' },
};
/** Characters without width that may stand inside a word. */
const INVISIBLE = /[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]|\ufe0f/g;

const character = (code: string | undefined, radix: number) =>
  String.fromCharCode(Number.parseInt(code ?? '', radix));

/**
 * The text as it reads once escapes, percent-encoding, HTML entities and invisible characters are resolved, one
 * after the other, so that mixtures are resolved too. Null for a text that has none of them.
 */
export function resolveEscapes(text: string): ResolvedText | null {
  let written: ResolvedText | null = null;
  for (const { how, mayBeIn, resolve } of WRITINGS) {
    const before: string = written?.text ?? text;
    if (!mayBeIn(before)) continue;
    const resolved = resolve(before);
    if (resolved !== before) written = { text: resolved, how };
  }
  return written;
}

const WRITINGS: { how: string; mayBeIn(text: string): boolean; resolve(text: string): string }[] = [
  {
    how: 'behind escapes',
    mayBeIn: (text) => text.includes('\\'),
    resolve: (text) =>
      text.replace(ESCAPES, (escaped, json?: string, braced?: string, hex?: string) => {
        const code = json ?? braced ?? hex;
        return code === undefined ? escaped.slice(1) : character(code, 16);
      }),
  },
  {
    how: 'behind percent-encoding',
    mayBeIn: (text) => text.includes('%'),
    resolve: (text) => text.replace(PERCENT, (_, code: string) => character(code, 16)),
  },
  {
    how: 'behind HTML entities',
    mayBeIn: (text) => text.includes('&'),
    resolve: (text) =>
      text.replace(ENTITIES, (_, decimal?: string, hex?: string, name?: string) =>
        name === undefined ? character(decimal ?? hex, decimal === undefined ? 16 : 10) : (NAMED[name] ?? ''),
      ),
  },
  {
    how: 'behind invisible characters',
    mayBeIn: (text) => text.search(INVISIBLE) >= 0,
    resolve: (text) => text.replace(INVISIBLE, ''),
  },
];
