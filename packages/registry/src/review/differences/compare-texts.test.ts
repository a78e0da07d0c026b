import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderTextChange } from '../report/render-text-change.js';
import { compareTexts, percent } from './compare-texts.js';

const prose = fc
  .array(fc.constantFrom('the', 'planet', 'Saturn', 'has', 'rings', ',', '.', '\n', '東', '京', '🙂'), {
    maxLength: 40,
  })
  .map((words) => words.join(' '));

describe('compareTexts', () => {
  it('keeps both texts completely while they are short', () => {
    fc.assert(
      fc.property(prose, prose, (a, b) => {
        // Long common runs are cut, so the property needs short texts.
        fc.pre(a.length < 150 && b.length < 150);
        const { runs } = compareTexts('', a, b);
        const side = (kind: string) => runs.filter((run) => run.kind !== kind).map((run) => run.text);
        const words = (text: string) => text.replaceAll(/\s+/g, '');
        expect(words(side('new').join(''))).toBe(words(a));
        expect(side('gone').join('').trimEnd()).toBe(b.trimEnd());
      }),
    );
  });

  it.each([
    ['the same words', 'the same words', 1],
    ['one two three four', 'one two three five', 0.73],
    ['alpha', 'beta', 0],
    ['東京は晴れです', '東京は雨です', 0.77],
    ['a  b', 'a b', 1],
  ])('%s / %s', (before, after, likeness) => {
    expect(compareTexts('', before, after).likeness).toBeCloseTo(likeness, 2);
  });

  it('never reports different texts as 100% similar', () => {
    expect([percent(1), percent(0.9999), percent(0.001), percent(0)]).toEqual([99, 99, 1, 0]);
  });

  it('shortens long texts with anything in common', () => {
    const words = Array.from({ length: 150_000 }, (_, index) => `w${(index * 7919) % 5003}`);
    const other = words.map((word, index) => (index % 3 === 0 ? `x${index}` : word));
    const mixed = compareTexts('', words.join(' '), other.join(' '));
    expect(mixed.likeness).toBeGreaterThan(0.4);
    expect(mixed.likeness).toBeLessThan(0.8);
    const few = words.with(70_000, 'changed');
    const close = compareTexts('', words.join(' '), few.join(' '));
    expect(close.likeness).toBeGreaterThan(0.9999);
    expect(close.runs.filter((run) => run.kind === 'new')).toEqual([{ kind: 'new', text: 'changed ' }]);
    for (const change of [mixed, close]) {
      expect(change.runs.reduce((sum, run) => sum + run.text.length, 0)).toBeLessThan(10_000);
    }
  });
});

describe('renderTextChange', () => {
  it('shows both versions of a changed line, and common lines once', () => {
    const before = 'Planets\nThe planet Saturn has rings.\nThe end';
    const change = compareTexts('', before, before.replace('Saturn', 'Uranus'));
    expect(renderTextChange(change, 20)).toEqual([
      '  Planets',
      '- The planet Saturn has rings.',
      '+ The planet Uranus has rings.',
      '  The end',
    ]);
  });

  it('counts the lines that it omits', () => {
    const text = (word: string) => Array.from({ length: 30 }, (_, index) => `${word} ${index}`).join('\n');
    const lines = renderTextChange(compareTexts('', text('old'), text('new')), 5);
    expect(lines).toHaveLength(6);
    expect(lines[5]).toMatch(/… 55 more lines/);
  });

  it('wraps long lines without splitting a character', () => {
    const lines = renderTextChange(compareTexts('', '', '🙂'.repeat(200)), 50);
    for (const line of lines) {
      expect(line.length).toBeLessThan(110);
      expect(line).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
    }
  });
});
