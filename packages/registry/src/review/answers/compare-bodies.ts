import { type DriftLevel, higher } from '../../vocabulary/level.js';
import type { Answer, JsonValue } from '../../vocabulary/recording.js';
import { code, listing } from '../../vocabulary/words.js';
import { compareTexts } from '../differences/compare-texts.js';
import type { DriftReason, TextChange } from '../differences/drift.js';
import { fromTo } from '../differences/format-values.js';
import { describeJsonForm } from '../differences/json-form.js';
import { elementPlace, type Place, type Visitor, walkValues } from '../differences/walk-values.js';
import { compareModelLists, describeModelLists } from './compare-model-lists.js';
import { describeCalls, elementKeys, toolCallOf } from './compare-tool-calls.js';
import { compareText } from './compare-wording.js';
import { describeChangedValue, describePresence, isEmpty } from './describe-difference.js';
import { describeEmbedding } from './describe-embedding.js';
import { sameArguments, sameArgumentTexts } from './equal-arguments.js';
import { RuleFinder } from './find-rule.js';
import type { Rule } from './rule.js';

/** The differences of two responses; no reasons when a test cannot distinguish them. */
export interface AnswerComparison {
  reasons: DriftReason[];
  texts: TextChange[];
}

/** Compares the bodies of two responses of the same shape. */
export function compareBodies(before: Answer, after: Answer): AnswerComparison {
  const comparison = new Comparison(after);
  comparison.values(before.body, after.body);
  return comparison.result();
}

type Moved = { before: JsonValue; after: JsonValue }[];

/** Collects the differences of two bodies. */
class Comparison {
  readonly #reasons: DriftReason[] = [];
  readonly #texts: TextChange[] = [];
  readonly #answer: Answer;
  readonly #rules: RuleFinder;
  /** Lists with elements in another order: their `index` is no further difference. */
  readonly #reordered = new Set<string>();

  constructor(answer: Answer) {
    this.#answer = answer;
    this.#rules = new RuleFinder(answer.shape);
  }

  result(): AnswerComparison {
    return { reasons: this.#reasons, texts: this.#texts };
  }

  values(before: JsonValue, after: JsonValue, place?: Place): void {
    walkValues(before, after, this.#visitor(), place);
  }

  #visitor(): Visitor {
    return {
      pair: (spot, a, b) => this.#pair(spot, a, b),
      differ: (spot, a, b) => this.#differ(spot, a, b),
      reorder: (spot, moved) => this.#reorder(spot, moved),
      keysOf: elementKeys,
    };
  }

  #add(rule: string, level: DriftLevel, path: string, words: string): void {
    this.#reasons.push({ rule, level, path, words });
  }

  /** Both sides have a value: true when a special comparison handled it. */
  #pair(place: Place, a: JsonValue, b: JsonValue): boolean {
    if (toolCallOf(a) && toolCallOf(b)) return this.#calls(place, a, b);
    const rule = this.#rules.find(place.shape, a, b);
    if (rule?.compare === 'text' && typeof a === 'string' && typeof b === 'string')
      return this.#text(place, rule, a, b);
    if (rule?.compare === 'arguments') return this.#arguments(place, rule, a, b);
    if (rule?.compare === 'embedding') {
      const found = describeEmbedding(rule, a, b);
      for (const { level, words } of found ?? []) this.#add(rule.name, level, place.path, words);
      return found !== null;
    }
    if (rule?.compare === 'models' && Array.isArray(a) && Array.isArray(b))
      return this.#models(place, rule, a, b);
    return false;
  }

  #text(place: Place, rule: Rule, a: string, b: string): boolean {
    const [isGone, isNew] = [b.trim() === '' && a.trim() !== '', a.trim() === '' && b.trim() !== ''];
    if (isGone || isNew) {
      // A text that becomes empty is not a rewording.
      const words = describePresence(place, rule, isNew ? undefined : a, isGone ? undefined : b);
      this.#add(rule.name, this.#rules.presenceLevel(place.shape, rule), place.path, words);
      this.#texts.push(compareTexts(place.path, a, b));
    } else {
      const { reasons, text } = compareText(rule, place.path, a, b);
      this.#reasons.push(...reasons);
      this.#texts.push(text);
    }
    return true;
  }

  #calls(place: Place, a: JsonValue, b: JsonValue): boolean {
    const [from, to] = [toolCallOf(a), toolCallOf(b)];
    if (!from || !to) return false;
    if (from.name === to.name && sameArguments(from.arguments, to.arguments)) return false;
    for (const { rule, words } of describeCalls(from, to)) this.#add(rule, 'BEHAVIOUR', place.path, words);
    // The rules compare the other fields of the call; name and arguments are already reported.
    const isReported = (spot: Place, x: JsonValue | undefined, y: JsonValue | undefined) => {
      const name = this.#rules.find(spot.shape, x, y)?.name;
      return name === 'tool name' || name === 'tool arguments';
    };
    const visitor: Visitor = {
      ...this.#visitor(),
      pair: isReported,
      differ: (spot, x, y) => {
        if (!isReported(spot, x, y)) this.#differ(spot, x, y);
      },
    };
    walkValues(a, b, visitor, place);
    return true;
  }

  #arguments(place: Place, rule: Rule, a: JsonValue, b: JsonValue): boolean {
    const texts = typeof a === 'string' && typeof b === 'string';
    const same = texts ? sameArgumentTexts(a, b) : sameArguments(a, b);
    if (!same) this.#add(rule.name, rule.level, place.path, `${rule.word} ${fromTo(a, b)}`);
    else if (texts && a !== b) {
      const form = describeJsonForm(a, b);
      const words = `${form.length === 0 ? 'white space' : listing(form, 4)} in arguments`;
      this.#add(rule.name, 'COSMETIC', place.path, words);
    }
    return true;
  }

  #models(place: Place, rule: Rule, a: JsonValue[], b: JsonValue[]): boolean {
    const comparison = compareModelLists(a, b);
    if (comparison === null) return false;
    const words = describeModelLists(comparison);
    if (words !== '') this.#add(rule.name, rule.level, place.path, words);
    for (const entry of comparison.both)
      this.values(entry.before, entry.after, elementPlace(place, entry.index));
    return true;
  }

  /**
   * Elements of a list are in another order. A test that takes them by index sees others, so the level is that
   * of the differences between those.
   */
  #reorder(place: Place, moved: Moved): void {
    const seen = new Comparison(this.#answer);
    for (const { before, after } of moved) seen.values(before, after, elementPlace(place, 0));
    const level = seen
      .result()
      .reasons.reduce<DriftLevel>((highest, reason) => higher(highest, reason.level), 'COSMETIC');
    const isOfCalls = moved.some(({ before }) => toolCallOf(before) !== null);
    this.#reordered.add(place.path);
    const what = isOfCalls
      ? 'tool calls'
      : place.shape === 'output'
        ? 'output items'
        : code(place.shape || 'the list');
    this.#add('order', level, place.path, `order of ${what} changed`);
  }

  /** A value changes, is added, is removed, or changes its type. */
  #differ(place: Place, a: JsonValue | undefined, b: JsonValue | undefined): void {
    const list = /^(.*)\[\d+\]\.index$/.exec(place.path)?.[1];
    if (list !== undefined && this.#reordered.has(list)) return;
    const rule = this.#rules.find(place.shape, a, b);
    const name = rule?.name ?? 'unknown field';
    if (isSameType(a, b)) {
      const level = rule?.level ?? 'CONTENT';
      this.#add(name, level, place.path, describeChangedValue(place, rule, a, b, level === 'COSMETIC'));
      return;
    }
    const presence = this.#rules.presenceLevel(place.shape, rule);
    if (isEmpty(a) && isEmpty(b)) {
      // A missing field and an empty one differ: code that reads it could fail.
      const level = presence === 'COSMETIC' ? presence : 'METADATA';
      this.#add(name, level, place.path, `${code(place.path)} ${fromTo(a, b)}`);
      return;
    }
    this.#add(name, presence, place.path, describePresence(place, rule, a, b));
    const [from, to] = [a ?? '', b ?? ''];
    if (rule?.compare === 'text' && typeof from === 'string' && typeof to === 'string')
      this.#texts.push(compareTexts(place.path, from, to));
  }
}

function isSameType(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return a !== undefined && b !== undefined && typeof a === typeof b && Array.isArray(a) === Array.isArray(b);
}
