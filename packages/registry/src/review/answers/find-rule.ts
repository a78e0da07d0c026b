import type { DriftLevel } from '../../vocabulary/level.js';
import type { AnswerShape, JsonValue } from '../../vocabulary/recording.js';
import { ANSWER_FIELDS, type Condition, RULES, type Rule } from './rules.js';

/** Compiles a path pattern of a rule to a regular expression for `Place.shape`. */
export function shapePattern(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*\.|\.\*\*|\*\*|\*)/)
    .map((part) => {
      if (part === '**.') return '(?:.*[.\\]])?';
      if (part === '.**') return '(?:[.[].*)?';
      if (part === '**') return '.*';
      if (part === '*') return '[^.[\\]]*';
      return part.replaceAll(/[.[\]$]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`, 's');
}

const compiled = RULES.map((rule) => ({ rule, patterns: rule.paths.map(shapePattern) }));
const answerFields = new Map(
  Object.entries(ANSWER_FIELDS).map(([shape, paths]) => [shape, paths.map(shapePattern)]),
);

/** Finds the rule for a place of a response: the first whose path, shape and condition match. */
export class RuleFinder {
  // A response has many places but few distinct shapes of them, so rules are cached by shape.
  readonly #found = new Map<string, Rule[]>();
  readonly #shape: AnswerShape;

  constructor(shape: AnswerShape) {
    this.#shape = shape;
  }

  find(place: string, before: JsonValue | undefined, after: JsonValue | undefined): Rule | null {
    let rules = this.#found.get(place);
    if (rules === undefined) {
      rules = compiled
        .filter(({ rule }) => rule.shapes === 'any' || rule.shapes.includes(this.#shape))
        .filter(({ patterns }) => patterns.some((pattern) => pattern.test(place)))
        .map(({ rule }) => rule);
      this.#found.set(place, rules);
    }
    return rules.find((rule) => conditionHolds(rule.when, before, after)) ?? null;
  }

  /** The level of a value that is added, is removed, or changes its type. */
  presenceLevel(place: string, rule: Rule | null): DriftLevel {
    if (rule?.presence) return rule.presence;
    if (rule?.level === 'BEHAVIOUR') return 'BEHAVIOUR';
    return (answerFields.get(this.#shape) ?? []).some((pattern) => pattern.test(place))
      ? 'BEHAVIOUR'
      : 'METADATA';
  }
}

function conditionHolds(
  when: Condition | undefined,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): boolean {
  if (when === undefined) return true;
  const check = when === 'time' ? looksLikeTime : looksGenerated;
  return check(before) && check(after);
}

/**
 * Whether a text looks like a generated id: a UUID, a long hexadecimal number, or a long run of
 * letters with scattered digits, after an optional prefix (`chatcmpl-B9MHDbslfkBeAs8l4beb`). Names
 * such as `gpt-4o-2024-08-06` do not.
 */
export function looksGenerated(value: JsonValue | undefined): boolean {
  if (typeof value !== 'string') return false;
  const bare = value.replace(/^[a-z]{1,16}[-_]/i, '');
  if (/^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(bare)) return true;
  if (!/^[A-Za-z0-9]{12,}$/.test(bare)) return false;
  const digitRuns = bare.match(/\d+/g)?.length ?? 0;
  return /^[0-9a-f]+$/i.test(bare) ? digitRuns > 0 : bare.length >= 16 && digitRuns >= 3;
}

/**
 * Whether a value looks like a timestamp: an ISO date and time, or a number of seconds or smaller
 * units since 1970.
 */
function looksLikeTime(value: JsonValue | undefined): boolean {
  if (typeof value === 'number') return value === 0 || value >= 1e9;
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value);
}
