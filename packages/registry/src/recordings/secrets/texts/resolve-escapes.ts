/** A text with escape sequences resolved. */
export interface ResolvedText {
  text: string;
  /** The last kind of escape sequence, as the end of a place: `after resolving escapes`. */
  how: string;
}

/** Escapes of JSON, nested or outside JSON, and `\x2d` of other languages. */
const ESCAPES = /\\(?:u00([0-7][0-9a-fA-F])|u\{0{0,4}([2-7][0-9a-fA-F])\}|x([2-7][0-9a-fA-F])|\/)/g;
const PERCENT = /%([2-7][0-9a-fA-F])/g;
const ENTITIES =
  /&(?:#(\d{2,3})|#[xX]([0-9a-fA-F]{2})|(amp|quot|apos|lowbar|hyphen|dash|colon|period|equals|sol|plus|num));/g;
const NAMED: Record<string, string> = {
  ...{ amp: '&', quot: '"', apos: "'", lowbar: '_', hyphen: '-', dash: '-', colon: ':' },
  ...{ period: '.', equals: '=', sol: '/', plus: '+', num: '#' },
};
/** Zero-width characters that may occur inside a word. */
const INVISIBLE = /[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]|\ufe0f/g;

const character = (code: string | undefined, radix: number) =>
  String.fromCharCode(Number.parseInt(code ?? '', radix));

/**
 * Resolves escapes, percent-encoding, HTML entities and invisible characters one after the other,
 * so that mixtures are resolved too. Null for a text without any of them.
 */
export function resolveEscapes(text: string): ResolvedText | null {
  let current: ResolvedText | null = null;
  for (const { how, mayOccurIn, resolve } of ESCAPE_KINDS) {
    const before: string = current?.text ?? text;
    if (!mayOccurIn(before)) continue;
    const resolved = resolve(before);
    if (resolved !== before) current = { text: resolved, how };
  }
  return current;
}

const ESCAPE_KINDS: { how: string; mayOccurIn(text: string): boolean; resolve(text: string): string }[] = [
  {
    how: 'after resolving escapes',
    mayOccurIn: (text) => text.includes('\\'),
    resolve: (text) =>
      text.replace(ESCAPES, (escaped, json?: string, braced?: string, hex?: string) => {
        const code = json ?? braced ?? hex;
        return code === undefined ? escaped.slice(1) : character(code, 16);
      }),
  },
  {
    how: 'after percent-decoding',
    mayOccurIn: (text) => text.includes('%'),
    resolve: (text) => text.replace(PERCENT, (_, code: string) => character(code, 16)),
  },
  {
    how: 'after resolving HTML entities',
    mayOccurIn: (text) => text.includes('&'),
    resolve: (text) =>
      text.replace(ENTITIES, (_, decimal?: string, hex?: string, name?: string) =>
        name === undefined ? character(decimal ?? hex, decimal === undefined ? 16 : 10) : (NAMED[name] ?? ''),
      ),
  },
  {
    how: 'after removing invisible characters',
    mayOccurIn: (text) => text.search(INVISIBLE) >= 0,
    resolve: (text) => text.replace(INVISIBLE, ''),
  },
];
