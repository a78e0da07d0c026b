const SCRIPTS: readonly [script: string, language: string][] = [
  ['Hangul', 'Korean'],
  ['Arabic', 'Arabic'],
  ['Hebrew', 'Hebrew'],
  ['Devanagari', 'Hindi'],
  ['Thai', 'Thai'],
  ['Greek', 'Greek'],
];

// Frequent words that the other languages do not have.
const STOP_WORDS: Readonly<Record<string, string>> = {
  English: 'the of and is to that this with for are you was it have from which not be',
  German: 'der die das und ist nicht ein eine mit zu den von auf für sie ich auch wird sind dem',
  French: 'le les des et est une dans pour vous sur avec pas qui nous plus cette sont du au il',
  Spanish: 'el los las y es una por para con está como más su pero del muy son también usted hay',
  Italian: 'il gli e è che di una per con non sono della nel anche questo più alla dei ha si',
  Portuguese: 'os um uma é não com para mais como dos na do em você são também foi ao pelo',
  Dutch: 'het een en van is niet dat met voor op zijn ook aan maar wordt naar bij deze kan',
};
const LATIN = Object.entries(STOP_WORDS).map(([language, words]): [string, ReadonlySet<string>] => [
  language,
  new Set(words.split(' ')),
]);

// Fewer stop words say little about a language.
const MINIMUM_WORDS = 3;
const LONGEST_SAMPLE = 4000;

/** The language of a text, in English; null when the text is too short or mixed to know. */
export function findLanguage(text: string): string | null {
  const sample = text.slice(0, LONGEST_SAMPLE);
  const letters = count(sample, /\p{L}/gu);
  const isMost = (script: string) => count(sample, new RegExp(`\\p{Script=${script}}`, 'gu')) > 0.5 * letters;
  if (letters < 4) return null;
  const kana = count(sample, /[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  const han = count(sample, /\p{Script=Han}/gu);
  if (kana + han > 0.5 * letters) return kana > 0.1 * letters ? 'Japanese' : 'Chinese';
  if (isMost('Cyrillic')) return /[іїєґ]/i.test(sample) ? 'Ukrainian' : 'Russian';
  for (const [script, language] of SCRIPTS) if (isMost(script)) return language;
  return isMost('Latin') ? latinLanguage(sample) : null;
}

function latinLanguage(text: string): string | null {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const hits = LATIN.map(([language, stopWords]) => ({
    language,
    found: words.filter((word) => stopWords.has(word)).length,
  })).sort((a, b) => b.found - a.found);
  const [best, next] = hits;
  if (!best || best.found < MINIMUM_WORDS || best.found < 2 * (next?.found ?? 0)) return null;
  return best.language;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
