import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyChange, type ChangeSpec, reportOf, visibleLines } from '../../../../test/report-changes.js';
import { findCauses } from '../causes/find-causes.js';
import { renderMarkdown } from './render-markdown.js';

const NOTES = ['one note', 'another note', 'a third note'];
const anyReport = fc.array(anyChange, { maxLength: 60 }).map((specs) =>
  reportOf(
    specs.map((spec, index) => ({ ...spec, path: `${index}.json` })),
    { notes: NOTES },
  ),
);

describe('the size of a report', () => {
  it('is below any limit, and equal reports have equal text', () => {
    fc.assert(
      fc.property(anyReport, fc.integer({ min: 0, max: 8000 }), (report, limit) => {
        const text = renderMarkdown(report, limit);
        expect(text.length).toBeLessThanOrEqual(limit);
        expect(renderMarkdown(report, limit)).toBe(text);
      }),
    );
  });

  it('is at most 40 visible lines', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        expect(visibleLines(renderMarkdown(report)).length).toBeLessThanOrEqual(40);
      }),
    );
  });

  it('shrinks the folds first and keeps the counts', () => {
    const list = Array.from({ length: 2000 }, (_, index): ChangeSpec => {
      const texts: [string, string] = [`${index} `.repeat(25), `new ${index} `.repeat(25)];
      const rule = `rule ${Math.floor(index / 4)}`;
      return {
        level: index % 2 ? 'CONTENT' : 'BEHAVIOUR',
        test: `a.py::t${index}`,
        path: `${index}.json`,
        rule,
        words: `other ${rule} ${index}`,
        texts,
      };
    });
    const sizes = [1_000_000, 40_000, 10_000, 1_500].map((limit) => {
      const text = renderMarkdown(reportOf(list), limit);
      expect(text.length).toBeLessThanOrEqual(limit);
      expect(visibleLines(text).length).toBeLessThanOrEqual(40);
      expect(text.split('\n')[0]).toBe(
        '### 🔴 1,000 tests changed behaviour; 1,000 recordings with changed content',
      );
      expect(text).toContain('[Whole report](https://registry.example/o/n/pull/7)');
      expect(text).toMatch(/… and [\d,]+ more (?:causes )?in the /);
      return {
        rows: text.match(/^\| (?:🔴|🟡) /gm)?.length ?? 0,
        texts: text.match(/```diff/g)?.length ?? 0,
      };
    });
    expect(sizes.map(({ texts }) => texts > 0)).toEqual([true, true, false, false]);
    expect(sizes[0]?.texts).toBeGreaterThan(sizes[1]?.texts ?? 0);
    expect(sizes.map(({ rows }) => rows === 10)).toEqual([true, true, true, false]);
    expect(sizes[3]?.rows).toBeGreaterThan(0);
  });
});

describe('the counts of a report', () => {
  const numbers = (text: string, pattern: RegExp) =>
    [...text.matchAll(pattern)].map((match) => Number(match[1]?.replaceAll(',', '') ?? 1));
  const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);

  it('agree: each change is in one row or part, and the parts have the numbers of the summary', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const text = renderMarkdown(report, 1_000_000);
        const { changes, summary } = report.drift;
        const below = new Set(['request', 'new', 'removed', 'cosmetic']);
        const inTable = findCauses(changes).filter(({ category }) => !below.has(category));
        const rows = text
          .split('\n')
          .filter((line) => /^\| (?:🔴 |🟡 )?\| /.test(line) && !line.startsWith('| | what'));
        expect(rows).toHaveLength(Math.min(10, inTable.length));
        const folded = text.match(/<summary>(\d+) more causes?</)?.[1];
        expect(Number(folded ?? 0)).toBe(Math.max(0, inTable.length - 10));
        const shown = inTable.slice(0, 10).map((cause) => cause.changes.length);
        expect(
          rows.map((row) =>
            Number(row.match(/<br>\[([\d,]+) recordings?(?: of [\d,]+ tests?)?\]\(/)?.[1] ?? 1),
          ),
        ).toEqual(shown);
        expect(sum(numbers(text, /<summary>([\d,]+) new, by test file</g))).toBe(summary.added);
        expect(sum(numbers(text, /<summary>([\d,]+) removed, by test file</g))).toBe(summary.removed);
        expect(sum(numbers(text, /^\[([\d,]+) cosmetic\]/gm))).toBe(summary.cosmetic);
        expect(sum(numbers(text, /<summary>([\d,]+) recordings? with a changed request</g))).toBe(
          changes.filter(({ kind, requestChange }) => kind === 'REKEYED' || requestChange !== null).length,
        );
      }),
    );
  });
});
