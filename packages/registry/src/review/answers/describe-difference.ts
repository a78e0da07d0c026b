import { isObject } from '../../recordings/json/json-value.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import { code, count } from '../../vocabulary/words.js';
import { brief, fromTo } from '../differences/format-values.js';
import type { Place } from '../differences/walk-values.js';
import { describeCall, toolCallOf } from './compare-tool-calls.js';
import type { Rule } from './rules.js';

/** A value that is another, in words: of cosmetic ones only what they are, because the values say nothing. */
export function describeChangedValue(
  place: Place,
  rule: Rule | null,
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  cosmetic: boolean,
): string {
  return cosmetic ? (rule?.word ?? place.path) : `${called(place, rule)} ${fromTo(a, b)}`;
}

/** What a report calls a place: the rule's word, with the field's name where the rule stands for many fields. */
function called(place: Place, rule: Rule | null): string {
  if (rule === null) return code(place.path);
  const many = rule.paths.some((path) => path.endsWith('**'));
  return many ? `${rule.word} ${code(place.path.replace(/^.*[.\]](?=[^.[\]]+$)/, ''))}` : rule.word;
}

/** Whether a value holds nothing: absent, an empty text, list or object. */
export function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === '') return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/** What appears, vanishes or changes its type, in words. */
export function describePresence(
  place: Place,
  rule: Rule | null,
  a: JsonValue | undefined,
  b: JsonValue | undefined,
): string {
  const calls = [a, b].map((side) => (Array.isArray(side) ? side : [side]).map((part) => toolCallOf(part)));
  const [from, to] = calls.map((side) => side.filter((call) => call !== null));
  if (to?.length) return `${isEmpty(a) ? 'now' : 'instead'} calls ${to.map(describeCall).join(', ')}`;
  if (from?.length) return `no longer calls ${from.map(describeCall).join(', ')}`;
  const what = called(place, rule);
  if (rule?.name === 'number of answers' && (a === undefined || b === undefined)) {
    return `${count(1, rule.word)} ${b === undefined ? 'fewer' : 'more'}`;
  }
  if (rule && (rule.level === 'COSMETIC' || rule.presence === 'COSMETIC')) {
    return `${rule.word} ${a === undefined ? 'appear' : b === undefined ? 'vanish' : 'are of another type'}`;
  }
  if (rule?.name === 'finish reason' || rule?.name.endsWith('status'))
    return `${what} ${fromTo(a ?? 'none', b ?? 'none')}`;
  if (a === undefined) return `${what} appears: ${code(typeof b === 'string' ? b : brief(b))}`;
  if (b === undefined) return `${what} is gone: ${code(typeof a === 'string' ? a : brief(a))}`;
  return `${what} is of another type: ${fromTo(a, b)}`;
}
