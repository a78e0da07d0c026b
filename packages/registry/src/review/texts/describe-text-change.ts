import { code, listing } from '../../vocabulary/words.js';
import { describePair } from '../differences/format-values.js';
import { describeLookAlikes } from '../differences/look-alikes.js';
import { compareFacts, type FactChange } from './compare-facts.js';
import { findFacts } from './find-facts.js';
import { findLanguage } from './find-language.js';
import { isRefusal } from './find-refusal.js';

/** Facts that are named; the rest is counted. */
const MAXIMUM_NAMED = 3;
/** Below this likeness and with more facts than are named, nothing of the text is left. */
const MINIMUM_LIKENESS = 0.4;
/** Texts up to this length are shown completely. */
const SHORT = 60;
const LONGEST = 60;
// Longer texts take seconds; nobody reads them in a report.
const MAXIMUM_LENGTH = 1_000_000;
const MARKS = /[^\p{L}\p{M}\p{N}]+/gu;

/**
 * Describes how a text changed by what a reader relies on: "answer: `Bolivia` → `Peru`", "answer became a
 * refusal: `I'm sorry, but I can't…`", "answer in other words, same numbers and names".
 *
 * @param word the name of the text, such as "answer"
 */
export function describeTextChange(word: string, before: string, after: string): string {
  if (before.length + after.length > MAXIMUM_LENGTH) return `${word} changed`;
  const overlooked = describeLookAlikes(before, after);
  if (overlooked !== null && numbersOf(before) === numbersOf(after))
    return `${word} differs only in ${overlooked}`;
  const [refused, refuses] = [isRefusal(before), isRefusal(after)];
  if (refuses && !refused) return `${word} became a refusal: ${code(after)}`;
  if (refused && !refuses) return `${word} is no longer a refusal: ${code(after)}`;
  const [from, to] = [findLanguage(before), findLanguage(after)];
  if (from !== null && to !== null && from !== to) return `${word} changed language (${from} → ${to})`;
  const { changes, replaced, hasCommon, likeness } = compareFacts(before, after);
  if (replaced !== null) return `${word}: ${describePair(replaced.before, replaced.after)}`;
  const isUnlike = likeness < MINIMUM_LIKENESS && (changes.length > MAXIMUM_NAMED || !hasCommon);
  if (isUnlike && before.trim().length <= SHORT && after.trim().length <= SHORT)
    return `${word}: ${describePair(before.trim(), after.trim())}`;
  if (isUnlike) return `another ${word}: ${describePair(before.trim(), after.trim())}`;
  if (changes.length > 0) return `${word}: ${listing(changes.map(describeFact), MAXIMUM_NAMED)}`;
  if (withoutMarks(before) === withoutMarks(after))
    return `${word} differs only in ${describeMarks(before, after)}`;
  return `${word} in other words, same numbers and names`;
}

function describeFact({ before, after }: FactChange): string {
  if (before && after) return describePair(before.text, after.text);
  return before ? `${code(before.text, LONGEST)} removed` : `${code(after?.text ?? '', LONGEST)} added`;
}

/** White space inside of a number is no mere white space: "1 23" and "12 3". */
function numbersOf(text: string): string {
  return findFacts(text)
    .filter(({ kind }) => kind === 'number')
    .map(({ key }) => key)
    .join(';');
}

/** What differs in two texts with the same letters and digits. */
function describeMarks(before: string, after: string): string {
  const numbers = (text: string) => (text.match(/\d[\d.,'’]*\d|\d/g) ?? []).join(' ');
  const withCase = (text: string) => text.replaceAll(MARKS, '');
  const isCase = withCase(before) !== withCase(after);
  if (numbers(before) !== numbers(after)) return 'the form of numbers';
  if (!isCase) return 'punctuation';
  return before.toLowerCase() === after.toLowerCase() ? 'upper and lower case' : 'punctuation and upper case';
}

function withoutMarks(text: string): string {
  return text.replaceAll(MARKS, '').toLowerCase();
}
