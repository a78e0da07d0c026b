import { pathPattern } from '@fixture-registry/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathExpression, pathFilter, refusedSelection, type Selection, widerLike } from './selection.js';

const selection = (part: Partial<Selection>): Selection => ({
  tests: null,
  models: null,
  paths: null,
  ...part,
});

describe('refusedSelection', () => {
  it.each<[string, Partial<Selection>, string | null]>([
    ['nothing', {}, null],
    ['60,000 test ids', { tests: Array.from({ length: 60_000 }, (_, index) => `t${index}`) }, null],
    ['201 patterns of tests', { tests: Array(201).fill('*a') }, 'selection.tests'],
    ['a pattern with 21 wildcards', { paths: ['*a'.repeat(21)] }, 'selection.paths'],
    ['a run of 2,000 folders', { paths: [`${'**/'.repeat(2_000)}a`] }, 'selection.paths'],
    ['201 plain paths', { paths: Array(201).fill('a') }, 'selection.paths'],
    ['a very long model', { models: ['m'.repeat(5_000)] }, 'selection.models'],
  ])('%s', (_, part, field) => {
    expect(refusedSelection(selection(part))?.field ?? null).toBe(field);
  });
});

describe('paths of a selection', () => {
  const pattern = fc
    .array(fc.constantFrom('**/', '*', '**', 'a', 'b', '/', '%', '_', '.'), { maxLength: 8 })
    .map((parts) => parts.join(''));
  const path = fc
    .array(fc.constantFrom('a', 'b', '/', '%', '_', '.'), { maxLength: 10 })
    .map((parts) => parts.join(''));
  const like = (text: string) =>
    new RegExp(
      `^${text.replace(/\\(.)|%|[^%\\]+/g, (part, escaped?: string) =>
        part === '%' ? '[^]*' : (escaped ?? part).replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'),
      )}$`,
    );

  it('are asked for by a wider condition than the matcher, and by the same language where there is one', () => {
    fc.assert(
      fc.property(pattern, path, (pattern, path) => {
        const matches = pathPattern(pattern).test(path);
        if (matches) expect(like(widerLike(pattern)).test(path)).toBe(true);
        expect(new RegExp(`^${pathExpression(pattern)}$`, 's').test(path)).toBe(matches);
        expect(pathFilter(selection({ paths: [pattern] }))?.(path)).toBe(matches);
      }),
      { numRuns: 3_000 },
    );
  });
});
