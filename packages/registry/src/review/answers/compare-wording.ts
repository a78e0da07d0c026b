import type { DriftLevel } from '../../vocabulary/level.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import { code, listing } from '../../vocabulary/words.js';
import { compareTexts } from '../differences/compare-texts.js';
import type { DriftReason, TextChange } from '../differences/drift.js';
import { brief, describePair } from '../differences/format-values.js';
import { describeJsonForm } from '../differences/json-form.js';
import { walkValues } from '../differences/walk-values.js';
import { describeTextChange } from '../texts/describe-text-change.js';
import { readLeadingTag } from '../texts/leading-tag.js';
import { sameArgumentTexts } from './equal-arguments.js';
import type { Rule } from './rule.js';
import { parseStructuredAnswer, withoutFence } from './structured-answer.js';

/** Fields of a structured answer that are named; the rest is counted. */
const MAXIMUM_FIELDS = 3;
/** Characters that are shown of a field. */
const LONGEST = 40;

/**
 * Describes how a text of a response changed, with its level. Answers that consist of JSON are compared field by
 * field, and their order of keys and white space is cosmetic.
 */
export function compareText(
  rule: Pick<Rule, 'word' | 'level' | 'name'>,
  path: string,
  before: string,
  after: string,
): { reasons: DriftReason[]; text: TextChange } {
  const reasons = compareWording(rule, before, after).map((reason) => ({ rule: rule.name, path, ...reason }));
  return { reasons, text: compareTexts(path, before, after) };
}

interface Wording {
  level: DriftLevel;
  words: string;
}

/** First the tag with which only one text begins, which is one cause in many recordings; then the rest. */
function compareWording(
  rule: Pick<Rule, 'word' | 'level' | 'name'>,
  before: string,
  after: string,
): Wording[] {
  const [from, to] = [readLeadingTag(before), readLeadingTag(after)];
  if (from.tag === to.tag) return [compareRest(rule, before, after)];
  const words = [
    ...(to.tag === null ? [] : [`now begins with ${code(to.tag)}`]),
    ...(from.tag === null ? [] : [`no longer begins with ${code(from.tag)}`]),
  ];
  const tag = { level: rule.level, words: `${rule.word} ${words.join(', ')}` };
  const [a, b] = [from.rest.trim(), to.rest.trim()];
  return a === b || a === '' || b === '' ? [tag] : [tag, compareRest(rule, a, b)];
}

function compareRest(rule: Pick<Rule, 'word' | 'level' | 'name'>, before: string, after: string): Wording {
  const [a, b] = [parseStructuredAnswer(before), parseStructuredAnswer(after)];
  if ((a === null) !== (b === null)) {
    const words = b === null ? `is no longer JSON: ${code(after, 60)}` : `is JSON now: ${code(after, 60)}`;
    return { level: rule.level, words: `${rule.word} ${words}` };
  }
  if (a === null || b === null) {
    const words = describeTextChange(rule.word, before, after);
    // What a model thought is no news when nothing of it is left.
    const isRewritten = rule.name === 'reasoning' && words.startsWith(`another ${rule.word}`);
    return { level: rule.level, words: isRewritten ? `${rule.word} rewritten` : words };
  }
  const fields = describeFields(a, b);
  if (fields.length > 0) return { level: rule.level, words: listing(fields, MAXIMUM_FIELDS) };
  const [from, to] = [withoutFence(before), withoutFence(after)];
  // Code that parses the text directly fails inside a code block.
  const [wasFenced, isFenced] = [from !== before.trim(), to !== after.trim()];
  if (wasFenced !== isFenced) {
    const words = `${rule.word} is ${isFenced ? 'now' : 'no longer'} inside a code block`;
    return { level: rule.level, words };
  }
  const form = describeJsonForm(from, to);
  const isCosmetic = sameArgumentTexts(from, to) && !form.includes('form of numbers');
  const digits = (text: string) => (text.match(/\d{16,}/g) ?? []).sort().join();
  // Parsing rounds long integers, so different ones can be equal fields.
  if (digits(from) !== digits(to))
    return { level: rule.level, words: `integers of 16 or more digits in the JSON ${rule.word}` };
  const what = form.length === 0 ? 'formatting' : listing(form, 4);
  return { level: isCosmetic ? 'COSMETIC' : rule.level, words: `${what} in the JSON ${rule.word}` };
}

/** "`approved`: `true` → `false`", one entry for each field that differs. */
function describeFields(before: JsonValue, after: JsonValue): string[] {
  const found: string[] = [];
  walkValues(before, after, {
    differ({ path }, a, b) {
      const name = code(path === '' ? 'the list' : path, 60);
      if (a === undefined) found.push(`${name} added: ${code(brief(b), LONGEST)}`);
      else if (b === undefined) found.push(`${name} removed (was ${code(brief(a), LONGEST)})`);
      else if (typeof a === 'string' && typeof b === 'string') found.push(`${name}: ${describeField(a, b)}`);
      else found.push(`${name}: ${describePair(brief(a), brief(b), LONGEST)}`);
    },
    reorder({ path }) {
      found.push(path === '' ? 'order of the list changed' : `order of ${code(path, 60)} changed`);
    },
  });
  return [...new Set(found)];
}

function describeField(before: string, after: string): string {
  if (Math.max(before.length, after.length) <= LONGEST) return describePair(before, after);
  return describeTextChange('text', before, after).replace(/^text:? /, '');
}
