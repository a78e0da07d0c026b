import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../vocabulary/recording.js';
import { fromTo } from './format-values.js';
import { describeLookAlikes, looksSame, reveal } from './look-alikes.js';

describe('fromTo', () => {
  it.each<[JsonValue | undefined, JsonValue | undefined, string]>([
    ['a', 'b', '`a` → `b`'],
    [1, 2.5, '`1` → `2.5`'],
    ['1', 1, '`"1"` → `1`'],
    ['stop', 'yes, sir!', '`"stop"` → `"yes, sir!"`'],
    [`${'x'.repeat(70)}A`, `${'x'.repeat(70)}B`, `\`…${'x'.repeat(20)}A\` → \`…${'x'.repeat(20)}B\``],
    ['a  b', 'a b', '`a␣␣b` → `a␣b`'],
    ['Peru', 'P\u0435ru', '`Peru` → `Pе⟨U+0435⟩ru`'],
    ['ab', 'a\u200Bb', '`ab` → `a⟨U+200B⟩b`'],
  ])('%j → %j', (before, after, words) => {
    expect(fromTo(before, after)).toBe(words);
  });

  it('never prints two different texts in the same way', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '\n', '\t', '\u00A0', '\u200B', 'é', 'e\u0301', 'е'),
    });
    fc.assert(
      fc.property(text, text, (a, b) => {
        fc.pre(a !== b && a.trim() !== '' && b.trim() !== '');
        const [from, to] = fromTo(a, b).split(' → ');
        expect(from).not.toBe(to);
        expect(looksSame(from ?? '', to ?? '')).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('reveal', () => {
  it('marks only what differs, and only some of it', () => {
    expect(reveal('é P', 'é \u0420')).toEqual(['é P', 'é \u0420⟨U+0420⟩']);
    const [, shown] = reveal('', '\u200B'.repeat(100));
    expect(shown.match(/⟨/g)).toHaveLength(8);
  });
});

describe('describeLookAlikes', () => {
  it('is null for equal texts and for texts that a reader can tell apart', () => {
    expect(describeLookAlikes('a', 'a')).toBeNull();
    expect(describeLookAlikes('a', 'b')).toBeNull();
  });
});
