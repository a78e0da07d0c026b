import { listing } from '../../vocabulary/words.js';

/** A kind of difference that readers overlook: two texts are equal in it when their folds are equal. */
interface Kind {
  fold: (text: string) => string;
  /** Whether two lines that differ only in this kind look the same on a screen. */
  looksSame: boolean;
  describe: (before: string, after: string) => string;
}

const INVISIBLE: Readonly<Record<string, string>> = {
  '\u200B': 'zero-width space',
  '\u200C': 'zero-width non-joiner',
  '\u200D': 'zero-width joiner',
  '\u2060': 'word joiner',
  '\uFEFF': 'byte order mark',
  '\u00AD': 'soft hyphen',
  '\u200E': 'left-to-right mark',
  '\u200F': 'right-to-left mark',
};
const SPACES: Readonly<Record<string, string>> = {
  '\u00A0': 'non-breaking space',
  '\u202F': 'narrow non-breaking space',
  '\u2009': 'thin space',
  '\u200A': 'hair space',
  '\u2002': 'en space',
  '\u2003': 'em space',
  '\u2007': 'figure space',
  '\u3000': 'ideographic space',
};
const TYPOGRAPHIC: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '‐': '-',
  '‑': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '…': '...',
};
// Cyrillic and Greek letters, each with the Latin letter that looks like it.
const LOOK_ALIKE_LETTERS = new Map(
  ['АA', 'ВB', 'ЕE', 'КK', 'МM', 'НH', 'ОO', 'РP', 'СC', 'ТT', 'УY', 'ХX', 'ЅS', 'ІI', 'ЈJ']
    .concat(['аa', 'еe', 'оo', 'рp', 'сc', 'уy', 'хx', 'ѕs', 'іi', 'јj', 'һh', 'ԁd', 'ԛq', 'ԝw'])
    .concat(['ΑA', 'ΒB', 'ΕE', 'ΖZ', 'ΗH', 'ΙI', 'ΚK', 'ΜM', 'ΝN', 'ΟO', 'ΡP', 'ΤT', 'ΥY', 'ΧX', 'οo', 'νv'])
    .map(([letter = '', latin = '']) => [letter, latin]),
);

const KINDS: readonly Kind[] = [
  {
    fold: (text) => text.normalize('NFC'),
    looksSame: true,
    describe: (before, after) => `Unicode normalisation (${formOf(before)} → ${formOf(after)})`,
  },
  {
    fold: (text) => replaceAll(text, INVISIBLE, ''),
    looksSame: true,
    describe: (before, after) => `invisible characters (${addedAndRemoved(before, after, INVISIBLE)})`,
  },
  {
    fold: (text) => replaceAll(text, SPACES, ' '),
    looksSame: true,
    describe: (before, after) => `the kind of spaces (${addedAndRemoved(before, after, SPACES)})`,
  },
  {
    fold: (text) => text.replaceAll(/\p{L}/gu, (letter) => LOOK_ALIKE_LETTERS.get(letter) ?? letter),
    looksSame: true,
    describe: () => 'letters of another script that look the same',
  },
  {
    fold: (text) => text.replaceAll(/[‘’“”„‐‑–—−…]/g, (mark) => TYPOGRAPHIC[mark] ?? mark),
    looksSame: false,
    describe: () => 'the form of quotation marks and dashes',
  },
  {
    // Not `\s`, which includes the characters of the kinds above.
    fold: (text) => text.replaceAll(/[ \t\r\n\f\v]+/g, ''),
    looksSame: false,
    describe: () => 'white space',
  },
];

/**
 * Names what two different texts differ in when a reader would overlook it: "Unicode normalisation (NFC →
 * NFD)", "invisible characters (zero-width space added)", "white space"; null when they differ visibly.
 */
export function describeLookAlikes(before: string, after: string): string | null {
  if (before === after || fold(before, KINDS) !== fold(after, KINDS)) return null;
  // A kind is part of the difference when the texts differ after all other kinds are folded.
  const found = KINDS.filter((kind) => {
    const others = KINDS.filter((other) => other !== kind);
    return fold(before, others) !== fold(after, others);
  });
  return found.length === 0
    ? 'invisible characters'
    : listing(
        found.map((kind) => kind.describe(before, after)),
        KINDS.length,
      );
}

/** Whether two different texts look the same on a screen. */
export function looksSame(before: string, after: string): boolean {
  const kinds = KINDS.filter((kind) => kind.looksSame);
  return before !== after && fold(before, kinds) === fold(after, kinds);
}

/** Most characters that are marked with their code point in one text. */
const MAXIMUM_MARKS = 8;

/**
 * Two texts that look the same, with the characters that differ made visible: "a⟨U+200B⟩b". Marks only what
 * lies between the common start and the common end.
 */
export function reveal(before: string, after: string): [before: string, after: string] {
  const [a, b] = [[...before], [...after]];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return [marked(a, start, a.length - end), marked(b, start, b.length - end)];
}

function marked(text: string[], from: number, to: number): string {
  let marks = 0;
  const shown = text.map((character, index) => {
    // Printable ASCII needs no mark.
    if (index < from || index >= to || /^[!-~]$/.test(character) || marks >= MAXIMUM_MARKS) return character;
    marks++;
    const code = `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
    return /^[\p{L}\p{N}]$/u.test(character) ? character + code : code;
  });
  return shown.join('');
}

function fold(text: string, kinds: readonly Kind[]): string {
  return kinds.reduce((folded, kind) => kind.fold(folded), text);
}

function replaceAll(text: string, characters: Readonly<Record<string, string>>, by: string): string {
  // The tables have single characters without a meaning in a class.
  return text.replaceAll(new RegExp(`[${Object.keys(characters).join('')}]`, 'g'), by);
}

/** "zero-width space added, soft hyphen removed". */
function addedAndRemoved(before: string, after: string, names: Readonly<Record<string, string>>): string {
  const parts = Object.entries(names).flatMap(([character, name]) => {
    const [a, b] = [before, after].map((text) => text.split(character).length);
    return a === b ? [] : [`${name} ${(a ?? 0) < (b ?? 0) ? 'added' : 'removed'}`];
  });
  return parts.length === 0 ? 'at other places' : parts.join(', ');
}

function formOf(text: string): string {
  if (text === text.normalize('NFC')) return 'NFC';
  return text === text.normalize('NFD') ? 'NFD' : 'mixed';
}
