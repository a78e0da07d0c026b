import { isObject } from '../../recordings/json/json-value.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import { code, count } from '../../vocabulary/words.js';
import { brief, fromTo } from '../differences/format-values.js';
import { field, type Place } from '../differences/walk-values.js';
import { describeCall, toolCallOf } from './compare-tool-calls.js';
import { untypedPart } from './part-kind.js';
import type { Rule } from './rule.js';

/** Rules whose numbers differ in every recording, so that they are no part of its description. */
const COUNTED: ReadonlySet<string> = new Set([
  'usage',
  'log probabilities',
  'context tokens',
  'safety rating',
  'search score',
  'page age',
  'search widget',
  'moderation score',
  'transcript timing',
]);

/**
 * Describes a changed value. A cosmetic one only by the word of its rule, because the values do not
 * matter.
 */
export function describeChangedValue(
  place: Place,
  rule: Rule | null,
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  cosmetic: boolean,
): string {
  if (rule && (cosmetic || COUNTED.has(rule.name))) return rule.word;
  return cosmetic ? place.path : `${fieldLabel(place, rule)} ${fromTo(a, b)}`;
}

/**
 * The name of a field in reports: the word of its rule, with the field name when the rule covers
 * many fields.
 */
function fieldLabel(place: Place, rule: Rule | null): string {
  if (rule === null) return code(place.path);
  const many = rule.paths.some((path) => path.endsWith('**'));
  return many ? `${rule.word} ${code(place.path.replace(/^.*[.\]](?=[^.[\]]+$)/, ''))}` : rule.word;
}

/** Whether a value is absent, or an empty string, list or object. */
export function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === '') return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/** Describes a value that is added, is removed, or changes its type. */
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
  const what = fieldLabel(place, rule);
  if (rule?.name === 'number of answers' && (a === undefined || b === undefined)) {
    return `${count(1, rule.word)} ${b === undefined ? 'fewer' : 'more'}`;
  }
  const part = rule === null ? partName(a ?? b) : null;
  if (part !== null && (a === undefined || b === undefined))
    return `${part} ${a === undefined ? 'added' : 'removed'}`;
  if (rule && (rule.level === 'COSMETIC' || rule.presence === 'COSMETIC')) {
    return `${rule.word} ${a === undefined ? 'added' : b === undefined ? 'removed' : 'changed type'}`;
  }
  if (rule?.compare === 'text') {
    const isAnswer = rule.name === 'text';
    if (isEmpty(b)) return `${rule.word} ${isAnswer ? 'is now empty' : 'removed'}`;
    if (isEmpty(a)) return `${rule.word} ${isAnswer ? 'is no longer empty' : 'added'}`;
  }
  if (rule && COUNTED.has(rule.name) && (a === undefined || b === undefined))
    return `${what} ${a === undefined ? 'added' : 'removed'}`;
  if (rule?.name === 'finish reason' || rule?.name.endsWith('status'))
    return `${what} ${fromTo(a ?? 'none', b ?? 'none')}`;
  if (a === undefined) return `${what} added: ${code(typeof b === 'string' ? b : brief(b))}`;
  if (b === undefined) return `${what} removed: ${code(typeof a === 'string' ? a : brief(a))}`;
  return `${what} changed type: ${fromTo(a, b)}`;
}

/** The name of a part of a response: an item of a Responses output, a block of a message, or a part of Gemini's. */
function partName(part: JsonValue | undefined): string | null {
  const type = field(part, 'type');
  if (typeof type !== 'string') return untypedPart(part);
  if (type === 'summary_text') return 'summary of the reasoning';
  if (/^(?:message|text|output_text)$/.test(type)) return 'answer';
  return /^(?:reasoning|thinking)$/.test(type) ? 'reasoning' : `${code(type)} part`;
}
