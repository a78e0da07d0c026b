import { isObject } from '../../recordings/json/json-value.js';
import type { DriftLevel } from '../../vocabulary/level.js';
import type { Answer, JsonValue } from '../../vocabulary/recording.js';
import { code } from '../../vocabulary/words.js';
import { compareTexts, percent } from '../differences/compare-texts.js';
import type { DriftReason, TextChange } from '../differences/drift.js';
import { fromTo } from '../differences/format-values.js';
import { elementPlace, field, type Place, sameValue, walkValues } from '../differences/walk-values.js';
import { compareEmbeddings, embeddingNumbers } from './compare-embeddings.js';
import { compareModelLists, describeModelLists } from './compare-model-lists.js';
import { describeCalls, toolCallOf } from './compare-tool-calls.js';
import { describeChangedValue, describePresence, isEmpty } from './describe-difference.js';
import { sameArguments, sameArgumentTexts } from './equal-arguments.js';
import { RuleFinder } from './find-rule.js';
import type { Rule } from './rules.js';

/** The differences of two responses; no reasons when a test cannot distinguish them. */
export interface AnswerComparison {
  reasons: DriftReason[];
  texts: TextChange[];
}

/** Compares two reassembled responses by the rules of `RULES`. */
export function compareAnswers(before: Answer, after: Answer): AnswerComparison {
  const comparison = new Comparison(after);
  if (before.isStreaming !== after.isStreaming) {
    const words = after.isStreaming ? 'now streams its response' : 'no longer streams its response';
    comparison.add('streaming', 'BEHAVIOUR', 'is_streaming', words);
  }
  if (before.outcome !== after.outcome) comparison.outcome(before, after);
  if (before.status !== after.status) {
    // A status that only one side has is a change of the recorder, unless it is an error that a
    // test would notice.
    const isOneSided = before.status === null || after.status === null;
    const level = isOneSided && (before.status ?? after.status ?? 0) < 300 ? 'METADATA' : 'BEHAVIOUR';
    comparison.add(
      'status',
      level,
      'status',
      `status ${before.status ?? 'none'} → ${after.status ?? 'none'}`,
    );
  }
  if (before.shape !== after.shape) {
    if (before.outcome === after.outcome) {
      comparison.add('shape', 'BEHAVIOUR', '', `response type ${before.shape} → ${after.shape}`);
    }
    if (before.text !== null && after.text !== null)
      comparison.text('text', '', 'answer', before.text, after.text);
    return comparison.result();
  }
  comparison.values(before.body, after.body);
  return comparison.result();
}

/** Collects the differences of two responses. */
class Comparison {
  readonly #reasons: DriftReason[] = [];
  readonly #texts: TextChange[] = [];
  readonly #rules: RuleFinder;

  constructor(answer: Answer) {
    this.#rules = new RuleFinder(answer.shape);
  }

  result(): AnswerComparison {
    return { reasons: this.#reasons, texts: this.#texts };
  }

  add(rule: string, level: DriftLevel, path: string, words: string): void {
    this.#reasons.push({ rule, level, path, words });
  }

  outcome(before: Answer, after: Answer): void {
    const failed = after.outcome === 'ERROR' ? after : before;
    const what = [field(failed.body, 'type'), field(failed.body, 'message')].filter(
      (part) => typeof part === 'string',
    );
    const error = what.length > 0 ? `: ${code(what.join(': '), 120)}` : '';
    const words = failed === after ? `now fails${error}` : `no longer fails${error}`;
    this.add('outcome', 'BEHAVIOUR', '', words);
  }

  text(rule: string, path: string, word: string, before: string, after: string): void {
    const change = compareTexts(path, before, after);
    this.#texts.push(change);
    const onlySpaces = before.replaceAll(/\s+/g, '') === after.replaceAll(/\s+/g, '');
    const words = onlySpaces
      ? `${word} differs in white space`
      : `${word} reworded (${percent(change.likeness)}% similar)`;
    this.add(rule, 'CONTENT', path, words);
  }

  values(before: JsonValue, after: JsonValue, place?: Place): void {
    const visitor = {
      pair: (spot: Place, a: JsonValue, b: JsonValue) => this.#pair(spot, a, b),
      differ: (spot: Place, a: JsonValue | undefined, b: JsonValue | undefined) => this.#differ(spot, a, b),
    };
    walkValues(before, after, visitor, place);
  }

  /** Both sides have a value: true when a special comparison handled it. */
  #pair(place: Place, a: JsonValue, b: JsonValue): boolean {
    const [from, to] = [toolCallOf(a), toolCallOf(b)];
    if (from && to && isObject(a) && isObject(b)) return this.#calls(place, a, b);
    const rule = this.#rules.find(place.shape, a, b);
    if (rule?.compare === 'text' && typeof a === 'string' && typeof b === 'string')
      return this.#wording(place, rule, a, b);
    if (rule?.compare === 'arguments') return this.#arguments(place, rule, a, b);
    if (rule?.compare === 'embedding') return this.#embedding(place, rule, a, b);
    if (rule?.compare === 'models' && Array.isArray(a) && Array.isArray(b))
      return this.#models(place, rule, a, b);
    return false;
  }

  #wording(place: Place, rule: Rule, a: string, b: string): boolean {
    if (a.trim() === '' || b.trim() === '') {
      // A text that becomes empty is not a rewording.
      const level = a.trim() === b.trim() ? rule.level : this.#rules.presenceLevel(place.shape, rule);
      this.add(
        rule.name,
        level,
        place.path,
        `${rule.word} ${b.trim() === '' ? 'is now empty' : 'is no longer empty'}`,
      );
    } else this.text(rule.name, place.path, rule.word, a, b);
    return true;
  }

  #calls(place: Place, a: JsonValue, b: JsonValue): boolean {
    const [from, to] = [toolCallOf(a), toolCallOf(b)];
    if (!from || !to) return false;
    if (from.name === to.name && sameArguments(from.arguments, to.arguments)) return false;
    for (const { rule, words } of describeCalls(from, to)) this.add(rule, 'BEHAVIOUR', place.path, words);
    // The rules compare the other fields of the call; name and arguments are already reported.
    const reported = new Set(['tool name', 'tool arguments']);
    const visitor = {
      pair: (spot: Place, x: JsonValue, y: JsonValue) => {
        const rule = this.#rules.find(spot.shape, x, y);
        return rule !== null && reported.has(rule.name);
      },
      differ: (spot: Place, x: JsonValue | undefined, y: JsonValue | undefined) => {
        const rule = this.#rules.find(spot.shape, x, y);
        if (rule === null || !reported.has(rule.name)) this.#differ(spot, x, y);
      },
    };
    walkValues(a, b, visitor, place);
    return true;
  }

  #arguments(place: Place, rule: Rule, a: JsonValue, b: JsonValue): boolean {
    const texts = typeof a === 'string' && typeof b === 'string';
    const same = texts ? sameArgumentTexts(a, b) : sameArguments(a, b);
    if (!same) this.add(rule.name, rule.level, place.path, `${rule.word} ${fromTo(a, b)}`);
    else if (texts && a !== b) this.add(rule.name, 'COSMETIC', place.path, 'white space in arguments');
    return true;
  }

  #embedding(place: Place, rule: Rule, a: JsonValue, b: JsonValue): boolean {
    const [from, to] = [embeddingNumbers(a), embeddingNumbers(b)];
    if (from === null || to === null) return false;
    if (typeof a !== typeof b) {
      const words =
        typeof b === 'string' ? 'base64 text instead of numbers' : 'numbers instead of base64 text';
      this.add(rule.name, 'BEHAVIOUR', place.path, `${rule.word} is ${words}`);
    }
    const { cosine, dimensions, same } = compareEmbeddings(from, to);
    if (dimensions[0] !== dimensions[1]) {
      this.add(
        rule.name,
        'BEHAVIOUR',
        place.path,
        `${rule.word} has ${dimensions[1]} dimensions instead of ${dimensions[0]}`,
      );
    } else if (same) {
      if (!sameValue(a, b)) this.add(rule.name, 'COSMETIC', place.path, 'rounding of embeddings');
    } else {
      const similarity =
        cosine === null ? '' : ` (cosine ${Math.min(cosine, 0.999999).toFixed(cosine > 0.999 ? 6 : 3)})`;
      this.add(rule.name, rule.level, place.path, `${rule.word} changed${similarity}`);
    }
    return true;
  }

  #models(place: Place, rule: Rule, a: JsonValue[], b: JsonValue[]): boolean {
    const comparison = compareModelLists(a, b);
    if (comparison === null) return false;
    const words = describeModelLists(comparison);
    if (words !== '') this.add(rule.name, rule.level, place.path, words);
    for (const entry of comparison.both)
      this.values(entry.before, entry.after, elementPlace(place, entry.index));
    return true;
  }

  /** A value changes, is added, is removed, or changes its type. */
  #differ(place: Place, a: JsonValue | undefined, b: JsonValue | undefined): void {
    const rule = this.#rules.find(place.shape, a, b);
    const name = rule?.name ?? 'unknown field';
    if (isSameType(a, b)) {
      const level = rule?.level ?? 'CONTENT';
      this.add(name, level, place.path, describeChangedValue(place, rule, a, b, level === 'COSMETIC'));
      return;
    }
    const presence = this.#rules.presenceLevel(place.shape, rule);
    if (isEmpty(a) && isEmpty(b)) {
      // A missing field and an empty one differ: code that reads it could fail.
      const level = presence === 'COSMETIC' ? presence : 'METADATA';
      this.add(name, level, place.path, `${code(place.path)} ${fromTo(a, b)}`);
    } else this.add(name, presence, place.path, describePresence(place, rule, a, b));
  }
}

function isSameType(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return a !== undefined && b !== undefined && typeof a === typeof b && Array.isArray(a) === Array.isArray(b);
}
