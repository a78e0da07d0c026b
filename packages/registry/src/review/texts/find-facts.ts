import { COMMON_WORDS, MONTHS, NUMBER_WORDS, UNITS } from './fact-words.js';

/** A value that a reader of a text relies on. */
export interface Fact {
  kind: 'number' | 'name' | 'code' | 'yes or no';
  /** Equal for equal values: `1000` for "1,000". */
  key: string;
  text: string;
  start: number;
  end: number;
  /** Whether it is only a fact where another one takes its place, such as "one" or the first word of a sentence. */
  weak: boolean;
}

const MONTH = `(?:${[...MONTHS.keys()].sort(longestFirst).join('|')})`;
const UNIT = `(?:${[...UNITS.keys()]
  .sort(longestFirst)
  .map((unit) => unit.replaceAll(/[/^]/g, '\\$&'))
  .join('|')})`;
const NUMBER_WORD = [...NUMBER_WORDS.keys()].sort(longestFirst).join('|');
// Every pattern is linear in the text: texts are untrusted.
const DIGITS = String.raw`\d{1,3}(?:[,\u00A0\u202F'’]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)*`;

// In order of precedence: the first that matches at a position is the fact.
const PATTERNS: readonly [kind: Fact['kind'], source: string][] = [
  ['code', '`[^`\\n]{1,80}`'],
  ['code', String.raw`\bhttps?:\/\/[^\s)\]>"'<]+[^\s)\]>"'<.,;:!?]`],
  ['code', String.raw`\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+`],
  ['number', String.raw`\b\d{4}-\d\d?-\d\d?(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\b`],
  ['number', String.raw`\b${MONTH}\.? \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?\b`],
  ['number', String.raw`\b\d{1,2}(?:st|nd|rd|th|\.)? ${MONTH}\b(?:,? \d{4})?`],
  ['number', String.raw`\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b`],
  ['number', String.raw`\b\d{1,2}:\d\d(?::\d\d)?(?:\s?(?:am|pm)\b|\s?[ap]\.m\.)?`],
  ['code', String.raw`\b[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+\b|\b[a-z]+(?:[A-Z][a-z0-9]+)+\b`],
  // A word of letters and digits is a name: "H2O", "gpt-4o", "v1.2".
  ['name', String.raw`(?<![\p{L}\p{N}])(?=\p{L}[\p{L}.-]{0,40}\p{N})[\p{L}\p{N}]+(?:[-.][\p{L}\p{N}]+)*`],
  [
    'number',
    String.raw`(?:(?<![\p{L}\p{N}])[-−+])?(?:[$€£¥₹]\s?)?(?:${DIGITS}|(?<![\p{L}\p{N}])(?:${NUMBER_WORD})(?![\p{L}\p{N}]))(?:(?:st|nd|rd|th)\b|\s?(?:%|‰|°\s?[CFK]?|${UNIT}(?![\p{L}\p{N}])))?`,
  ],
  ['yes or no', String.raw`(?<![\p{L}\p{N}])(?:true|false|True|False|TRUE|FALSE)(?![\p{L}\p{N}])`],
  [
    'yes or no',
    String.raw`(?<![\p{L}\p{N}])(?:[Nn]ot|[Nn]ever|[Cc]annot|[Uu]nable|\p{L}+n['’]t)(?![\p{L}\p{N}])`,
  ],
  // Capitalised words in a row are one name: "New York", "Isle of Man".
  [
    'name',
    String.raw`(?<![\p{L}\p{N}])\p{Lu}[\p{L}\p{M}]*(?:[-’'.]\p{Lu}[\p{L}\p{M}]*)*(?:(?:[’']s(?= \p{Lu}))? (?!${MONTH}\b)(?:(?:of|de|von|van|der|del|la) )?\p{Lu}[\p{L}\p{M}]+(?:[-’']\p{Lu}[\p{L}\p{M}]*)*)*`,
  ],
];
const FACT = new RegExp(PATTERNS.map(([, source]) => `(${source})`).join('|'), 'gu');

/** The facts of a text in order: numbers with units, dates, names, code, and words that deny. */
export function findFacts(text: string): Fact[] {
  const lowerCase = new Set(text.match(/(?<![\p{L}\p{N}])\p{Ll}[\p{L}\p{M}]*/gu) ?? []);
  const facts: Fact[] = [];
  for (const match of text.matchAll(FACT)) {
    const index = match.slice(1).findIndex((group) => group !== undefined);
    const kind = PATTERNS[index]?.[0] ?? 'name';
    const found = match[0].trim();
    const start = match.index + match[0].indexOf(found);
    const fact = { text: found, start, end: start + found.length };
    if (kind === 'code' && found.startsWith('`')) fact.text = found.slice(1, -1);
    if (kind === 'name') facts.push(...namesIn(text, fact, lowerCase));
    else facts.push({ ...fact, kind, key: keyOf(kind, found), weak: isWeak(kind, found) });
  }
  const answer = /^\W*(yes|no|yeah|nope)\b/i.exec(text)?.[1];
  const rest = facts.filter(
    (fact) => fact.start >= (answer === undefined ? 0 : text.indexOf(answer) + answer.length),
  );
  if (answer === undefined) return facts;
  const start = text.indexOf(answer);
  const key = /^y/i.test(answer) ? 'yes' : 'no';
  return [{ kind: 'yes or no', key, text: answer, start, end: start + answer.length, weak: false }, ...rest];
}

/** The names in a run of capitalised words, of which the first may only begin a sentence. */
function namesIn(
  text: string,
  run: Pick<Fact, 'text' | 'start' | 'end'>,
  lowerCase: ReadonlySet<string>,
): Fact[] {
  const isCommon = (word: string) =>
    COMMON_WORDS.has(word.toLowerCase()) || /^[IA]$/.test(word) || lowerCase.has(word.toLowerCase());
  const [first = ''] = run.text.split(' ');
  if (isCommon(first) && !/\p{N}/u.test(first)) {
    const from = first.length + 1;
    // "In Paris": the rest of the run is the name.
    const rest = run.text.slice(from).replace(/^(?:of|de|von|van|der|del|la) /, '');
    if (rest === '') return [];
    const start = run.end - rest.length;
    return namesIn(text, { text: rest, start, end: run.end }, lowerCase);
  }
  const isFirst = startsSentence(text, run.start);
  const isHeading = isFirst && run.text.includes(' ') && /^[*_:]*(?:\n|$)/.test(text.slice(run.end));
  const isAcronym = /^(?:\p{Lu}{2,}|\S*\p{N})/u.test(run.text);
  return [
    {
      kind: 'name',
      key: run.text,
      ...run,
      weak: isHeading || (isFirst && !isAcronym && !run.text.includes(' ')),
    },
  ];
}

/** Whether a position is the beginning of the text, of a line, of a list item or of a sentence. */
function startsSentence(text: string, position: number): boolean {
  const before = text.slice(Math.max(0, position - 12), position);
  return (
    position === 0 ||
    /(?:^|[.!?:…]["'”’)*_]*\s+|\n\s*)(?:[-*#>•|]+\s*|\d+[.)]\s+)*["'“‘(*_]*$/.test(before) ||
    /["“(]$/.test(before)
  );
}

function isWeak(kind: Fact['kind'], text: string): boolean {
  if (kind === 'yes or no') return true;
  return kind === 'number' && /^(?:one|first|second)$/i.test(text);
}

function keyOf(kind: Fact['kind'], text: string): string {
  if (kind === 'code') return text.replaceAll('`', '');
  if (kind === 'yes or no') return /^(?:true|false)$/i.test(text) ? text.toLowerCase() : 'not';
  return numberKey(text);
}

/** Equal for the same number, date or time in another form: "1,000 km" and "1000 kilometres". */
function numberKey(text: string): string {
  const plain = text.replaceAll('−', '-').replaceAll(/(\d)[,\u00A0\u202F'’](?=\d{3}(?!\d))/g, '$1');
  const end = plain.replace(/^(?:[A-Za-z]+ |[-+$€£¥₹\s\d.,]*)/, '');
  const unit = UNITS.get(end);
  const number = unit === undefined ? plain : plain.slice(0, plain.length - end.length);
  const parts = number.match(/\d+(?:[.:]\d+)*|[-$€£¥₹]|\p{L}+|[%‰]/gu) ?? [];
  const words = parts
    .filter((part, index) => !/^(?:st|nd|rd|th)$/.test(part) && !(part === '-' && index > 0))
    .map((part) => {
      if (/^\d+\.\d+$/.test(part)) return part.replace(/\.?0+$/, '');
      return /^\d+$/.test(part)
        ? part.replace(/^0+(?=\d)/, '')
        : String(MONTHS.get(part) ?? NUMBER_WORDS.get(part) ?? part.toLowerCase());
    });
  return [...words, ...(unit === undefined ? [] : [unit])].join(' ');
}

function longestFirst(a: string, b: string): number {
  return b.length - a.length;
}
