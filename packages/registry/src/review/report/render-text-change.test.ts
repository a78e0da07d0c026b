import { describe, expect, it } from 'vitest';
import { compareTexts } from '../differences/compare-texts.js';
import { renderTextChange } from './render-text-change.js';

describe('renderTextChange', () => {
  it.each([
    {
      name: 'shows each text with its own spaces where both go on differently',
      before: 'You have 30 days to bring it back. Please keep the receipt.',
      after: 'You may bring it back within 30 days, please bring the receipt along.',
    },
    {
      name: 'shows each text as it is where marks stand instead of words',
      before: 'It opens at nine today, and closes at five in the evening.',
      after: 'It opens at nine, today and closes at five in the evening',
    },
  ])('$name', ({ before, after }) => {
    const lines = renderTextChange(compareTexts('text', before, after), 10);
    expect(lines).toEqual([`- ${before}`, `+ ${after}`]);
  });

  it.each([
    ['caf\u00e9 au lait', 'cafe\u0301 au lait', '- café⟨U+00E9⟩ au lait', '+ cafe⟨U+0301⟩ au lait'],
    ['one two', 'one \u200Btwo', '- one two', '+ one ⟨U+200B⟩two'],
    ['In Peru', 'In P\u0435ru', '- In Peru', '+ In Pе⟨U+0435⟩ru'],
  ])('makes visible what differs in lines that look the same: %j, %j', (before, after, ...lines) => {
    expect(renderTextChange(compareTexts('text', before, after), 10)).toEqual(lines);
  });

  it('shows a common line once', () => {
    const lines = renderTextChange(
      compareTexts('text', 'first\nsecond one\nthird', 'first\nsecond two\nthird'),
      10,
    );
    expect(lines).toEqual(['  first', '- second one', '+ second two', '  third']);
  });
});
