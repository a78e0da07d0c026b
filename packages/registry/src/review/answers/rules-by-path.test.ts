import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rank } from '../../vocabulary/level.js';
import type { AnswerShape, JsonObject, JsonValue } from '../../vocabulary/recording.js';
import { compareAnswers } from './compare-answers.js';
import type { Rule } from './rule.js';
import { ANSWER_FIELDS, RULES } from './rules.js';

/** A response with a value at a path of a rule; each wildcard becomes one field. */
function bodyWith(path: string, value: JsonValue): JsonValue {
  const concrete = path
    .replace(/^\*\*\.?/, 'a.')
    .replace(/\*\*$/, 'd')
    .replace(/\*\*\./, 'b.')
    .replaceAll('*', 'c');
  const steps = concrete.match(/[^.[\]]+|\[\]/g) ?? [];
  return steps.reduceRight<JsonValue>(
    (inner, step) => (step === '[]' ? [inner] : Object.fromEntries([[step, inner]])),
    value,
  );
}

function levelOf(shape: AnswerShape, before: JsonValue, after: JsonValue): string | null {
  const answer = (body: JsonValue) => ({
    shape,
    outcome: 'SUCCESS' as const,
    isStreaming: false,
    status: null,
    body,
    text: null,
  });
  const { reasons } = compareAnswers(answer(before), answer(after));
  return reasons.map(({ level }) => level).sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

/**
 * Where the answer is, by shape: a row with the paths of several shapes is tried only where they
 * exist.
 */
const ROOTS: Partial<Record<AnswerShape, string>> = {
  chat: 'choices',
  completion: 'choices',
  response: 'output',
  message: 'content',
  gemini: 'candidates',
  interaction: 'outputs steps',
  ollama: 'message',
  converse: 'output',
  cohere: 'message',
  generation: 'outputs',
  thread: 'content',
  'language-model': 'content',
  unknown: 'output message',
};

function exists(shape: AnswerShape, path: string): boolean {
  const [first = ''] = path.split(/[.[]/);
  const isRoot = Object.values(ROOTS).some((roots) => roots.split(' ').includes(first));
  return !isRoot || ROOTS[shape]?.split(' ').includes(first) === true;
}

const shapesOf = (rule: Rule) =>
  rule.shapes === 'any' ? (Object.keys(ANSWER_FIELDS) as AnswerShape[]) : rule.shapes;

/** One row for each path of a rule that decides by itself, without a condition on the values. */
const ROWS = RULES.filter((rule) => rule.when === undefined)
  .filter(({ compare }) => compare !== 'embedding' && compare !== 'models')
  .flatMap((rule) =>
    shapesOf(rule).flatMap((shape) =>
      rule.paths.map((path) => ({ rule: rule.name, shape, path, level: rule.level })),
    ),
  )
  .filter(({ shape, path }) => path !== '' && path !== '**[]' && exists(shape, path));

const value = fc.string({ unit: fc.constantFrom(...'ghijklmn'), minLength: 1, maxLength: 8 });

describe('a swapped value', () => {
  it.each(ROWS.filter(({ level }) => level === 'BEHAVIOUR'))(
    'at $path of $shape is a behaviour change ($rule)',
    ({ shape, path }) => {
      fc.assert(
        fc.property(value, value, (before, after) => {
          fc.pre(before !== after);
          expect(levelOf(shape, bodyWith(path, before), bodyWith(path, after))).toBe('BEHAVIOUR');
        }),
        { numRuns: 3 },
      );
    },
  );

  it.each(ROWS.filter(({ level }) => level === 'COSMETIC'))(
    'at $path of $shape is cosmetic ($rule)',
    ({ shape, path }) => {
      fc.assert(
        fc.property(value, value, (before, after) => {
          fc.pre(before !== after);
          expect(levelOf(shape, bodyWith(path, before), bodyWith(path, after))).toBe('COSMETIC');
        }),
        { numRuns: 3 },
      );
    },
  );
});

it('has behaviour and cosmetic rows', () => {
  expect(ROWS.length).toBeGreaterThan(300);
});

describe('a verdict of a safety filter', () => {
  it('is a behaviour change at any depth, added or changed', () => {
    const filter = (verdict: boolean, depth: number): JsonObject => {
      const inner: JsonObject = { filtered: verdict, severity: verdict ? 'high' : 'safe' };
      return depth === 0 ? inner : { hate: filter(verdict, depth - 1) };
    };
    fc.assert(
      fc.property(fc.nat({ max: 5 }), (depth) => {
        const body = (results: JsonValue) => ({ choices: [{ content_filter_results: results }] });
        expect(levelOf('chat', body(filter(false, depth)), body(filter(true, depth)))).toBe('BEHAVIOUR');
        expect(levelOf('chat', { choices: [{}] }, body(filter(true, depth)))).toBe('BEHAVIOUR');
        expect(levelOf('chat', { choices: [{}] }, body(filter(false, depth)))).toBe('METADATA');
      }),
    );
  });
});
