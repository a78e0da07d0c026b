import { isObject } from '../../recordings/json/json-value.js';
import type { DriftLevel } from '../../vocabulary/level.js';
import type { AnswerShape, JsonValue } from '../../vocabulary/recording.js';
import type { Condition, Rule } from './rule.js';
import { ANSWER_FIELDS, RULES } from './rules.js';

/** Compiles path patterns of a rule to one regular expression for `Place.shape`. */
export function shapePattern(...patterns: string[]): RegExp {
  return new RegExp(`^(?:${patterns.map(patternSource).join('|')})$`, 's');
}

function patternSource(pattern: string): string {
  return pattern
    .split(/(\*\*\.|\.\*\*|\*\*|\*)/)
    .map((part) => {
      if (part === '**.') return '(?:.*[.\\]])?';
      if (part === '.**') return '(?:[.[].*)?';
      if (part === '**') return '.*';
      if (part === '*') return '[^.[\\]]*';
      return part.replaceAll(/[.[\]$]/g, '\\$&');
    })
    .join('');
}

interface ShapeRules {
  /** Whether any rule has a pattern for a place: most places of a hostile response have none. */
  any: RegExp;
  each: { rule: Rule; pattern: RegExp }[];
}

function compileRules(shape: string): ShapeRules {
  const rules = RULES.filter(({ shapes }) => shapes === 'any' || shapes.some((each) => each === shape));
  return {
    any: shapePattern(...rules.flatMap(({ paths }) => paths)),
    each: rules.map((rule) => ({ rule, pattern: shapePattern(...rule.paths) })),
  };
}

const rulesOfShape = new Map(Object.keys(ANSWER_FIELDS).map((shape) => [shape, compileRules(shape)]));
const answerFields = new Map(
  Object.entries(ANSWER_FIELDS).map(([shape, paths]) => [shape, shapePattern(...paths)]),
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
      const known = rulesOfShape.get(this.#shape);
      const candidates = known?.any.test(place) ? known.each : [];
      rules = candidates.filter(({ pattern }) => pattern.test(place)).map(({ rule }) => rule);
      this.#found.set(place, rules);
    }
    return rules.find((rule) => conditionHolds(rule.when, before, after)) ?? null;
  }

  /** The level of a value that is added, is removed, or changes its type. */
  presenceLevel(place: string, rule: Rule | null): DriftLevel {
    if (rule?.presence) return rule.presence;
    if (rule?.level === 'BEHAVIOUR') return 'BEHAVIOUR';
    return answerFields.get(this.#shape)?.test(place) ? 'BEHAVIOUR' : 'METADATA';
  }
}

function conditionHolds(
  when: Condition | undefined,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): boolean {
  switch (when) {
    case undefined:
      return true;
    case 'generated id':
      return looksGenerated(before) && looksGenerated(after);
    case 'time':
      return looksLikeTime(before) && looksLikeTime(after);
    case 'redirect':
      return isRedirect(before) && isRedirect(after);
    case 'no sources':
      return !hasSources(before) && !hasSources(after);
    case 'verdict':
      return isVerdict(before, after);
  }
}

/** Fields of safety ratings and content filters that say that something was held back. */
const VERDICTS = new Set(['filtered', 'blocked', 'detected']);
const BLOCK_REASONS = new Set(['blockReason', 'block_reason']);

/**
 * Whether one side has the verdict that something was held back. A missing verdict and one that
 * says no are the same. An object is searched only when it appears or vanishes, so that each value
 * is visited once.
 */
function isVerdict(before: JsonValue | undefined, after: JsonValue | undefined): boolean {
  if (before === true || after === true) return true;
  if (before !== undefined && after !== undefined) return false;
  return containsVerdict(before ?? after ?? null);
}

function containsVerdict(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(containsVerdict);
  if (!isObject(value)) return false;
  return Object.entries(value).some(
    ([key, inner]) =>
      (VERDICTS.has(key) && inner === true) ||
      (BLOCK_REASONS.has(key) && typeof inner === 'string' && !/^$|UNSPECIFIED$/.test(inner)) ||
      containsVerdict(inner),
  );
}

/**
 * Whether a value is one of Google's links to a search result, which are made for every response.
 */
function isRedirect(value: JsonValue | undefined): boolean {
  return (
    typeof value === 'string' &&
    value.startsWith('https://vertexaisearch.cloud.google.com/grounding-api-redirect/')
  );
}

/**
 * Whether an action of a web search has its results, too: they differ by day, and the action does
 * not.
 */
function hasSources(value: JsonValue | undefined): boolean {
  return isObject(value) && Object.hasOwn(value, 'sources');
}

/** Prefixes of the ids that APIs generate. */
const ID_PREFIX =
  /^(?:chatcmpl|cmpl|resp|msg|rs|fc|fs|ws|ci|cu|ig|mcp|mcpl|mcpr|call|toolu|srvtoolu|tooluse|file|vs|vsf|cntr|container|modelperm|audio|req|run|step|thread|asst|conv|batch|gen)[-_]/;

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
  if (ID_PREFIX.test(value) && digitRuns >= 2) return true;
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
