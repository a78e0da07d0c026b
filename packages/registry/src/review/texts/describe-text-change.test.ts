import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeTextChange } from './describe-text-change.js';

const SAME = 'answer in other words, same numbers and names';

describe('describeTextChange', () => {
  it.each([
    // Values are named, wherever they are.
    [
      'Found in Peru, Bolivia and Chile.',
      'Found in Peru, Ecuador and Chile.',
      'answer: `Bolivia` → `Ecuador`',
    ],
    ['Bolivia is a country.', 'Peru is a country.', 'answer: `Bolivia` → `Peru`'],
    ['Water boils at 100 °C.', 'Water boils at 212 °C.', 'answer: `100 °C` → `212 °C`'],
    ['It costs $5.', 'It costs $7.', 'answer: `$5` → `$7`'],
    ['It starts at 10:30 am.', 'It starts at 11:30 am.', 'answer: `10:30 am` → `11:30 am`'],
    ['On January 5, 2024', 'On January 6, 2024', 'answer: `January 5, 2024` → `January 6, 2024`'],
    ['Saturn', 'Uranus', 'answer: `Saturn` → `Uranus`'],
    ['東京は晴れです', '大阪は晴れです', 'answer: `東京` → `大阪`'],
    ['It is sunny today', 'It is cloudy today', 'answer: `sunny` → `cloudy`'],
    ['3 apples, 5 pears, 3 plums', '3 apples, 5 pears, 5 plums', 'answer: `3` → `5`'],
    [
      'Paris is north of London.',
      'London is north of Paris.',
      'answer: `Paris` → `London` and `London` → `Paris`',
    ],
    ['Call `get_time`, then stop.', 'Call `get_date`, then stop.', 'answer: `get_time` → `get_date`'],
    // Yes and no.
    ['Yes, it is.', 'No, it is not.', 'answer: `Yes` → `No` and `not` added'],
    ['It is safe to eat.', 'It is not safe to eat.', 'answer: `not` added'],
    ['You can do it.', 'You cannot do it.', 'answer: `can` → `cannot`'],
    ['{true}', '{false}', 'answer: `true` → `false`'],
    // Same values in another form or another sentence.
    ['It has 1,000 members', 'It has 1000 members', 'answer differs only in the form of numbers'],
    [
      'You may return it within 30 days, with the receipt, at any shop in Peru.',
      'With the receipt, a return is possible at any shop in Peru for thirty days.',
      SAME,
    ],
    ['The answer is quite simply 42, I think', 'I believe the answer is 42', SAME],
    // Another kind of answer.
    [
      'The capital is Paris.',
      "I'm sorry, but I can't help with that.",
      "answer became a refusal: `I'm sorry, but I can't help with that.`",
    ],
    [
      "I'm unable to search the web.",
      'Llama 4 has 128 experts.',
      'answer is no longer a refusal: `Llama 4 has 128 experts.`',
    ],
    [
      'The weather is nice and it is sunny for you, have fun with this.',
      'Das Wetter ist schön und es ist nicht kalt, die Sonne scheint.',
      'answer changed language (English → German)',
    ],
    [
      'The rings are made of ice and dust.',
      '土星の環は氷でできています。',
      'answer changed language (English → Japanese)',
    ],
    [
      'Why did the chicken cross the road? To get to the other side, of course, and without looking.',
      'I told my wife that she was drawing her eyebrows too high. She looked surprised, honestly.',
      'another answer: `Why did the chicken cross the road? To get to the other sid…` → ' +
        '`I told my wife that she was drawing her eyebrows too high. …`',
    ],
    // What readers overlook.
    ['café', 'cafe\u0301', 'answer differs only in Unicode normalisation (NFC → NFD)'],
    ['ab c', 'a\u200Bb c', 'answer differs only in invisible characters (zero-width space added)'],
    ['a b c', 'a\u00A0b c', 'answer differs only in the kind of spaces (non-breaking space added)'],
    [
      'Hello World',
      'H\u0435llo World',
      'answer differs only in letters of another script that look the same',
    ],
    ['say “hi”', 'say "hi"', 'answer differs only in the form of quotation marks and dashes'],
    ['one  two', 'one two', 'answer differs only in white space'],
    ['12 3', '1 23', 'answer: `12 3` → `1 23`'],
    ['Hello!', 'Hello', 'answer differs only in punctuation'],
    ['Hello there', 'hello there', 'answer differs only in upper and lower case'],
  ])('%j → %j', (before, after, words) => {
    expect(describeTextChange('answer', before, after)).toBe(words);
  });

  it('names three values and counts the rest', () => {
    const countries = ['Bolivia', 'Peru', 'Chile', 'Ecuador', 'Brazil', 'Guyana'];
    const text = (names: string[]) =>
      `The animal lives ${names.map((name) => `in the hills of ${name}`).join(' and ')}.`;
    const other = ['Norway', 'Sweden', 'Finland', 'Estonia', 'Latvia', 'Lithuania'];
    expect(describeTextChange('answer', text(countries), text(other))).toBe(
      'answer: `Bolivia` → `Norway`, `Peru` → `Sweden`, `Chile` → `Finland` and 3 more',
    );
  });

  it('marks letters that look the same where it prints both', () => {
    const words = describeTextChange(
      'answer',
      'It is in Peru, I am sure.',
      'It is in P\u0435ru, I am certain.',
    );
    expect(words).not.toMatch(/`Peru` → `P\u0435ru`/);
    expect(words).toContain('⟨U+0435⟩');
  });

  const names = [
    'Bolivia',
    'Peru',
    'Saturn',
    'New York',
    'Michael Jordan',
    'NASA',
    'Zoë',
    'gpt-4o',
    'Isle of Man',
  ];
  const numbers = [
    '7',
    '1963',
    '3.5 km',
    '100 °C',
    '$20',
    '15%',
    '12 May 2024',
    '09:45',
    '2024-02-29',
    'eleven',
  ];
  const fact = fc.constantFrom(...names, ...numbers);
  const frames = [
    'In short, @ was it.',
    'We then saw @, as expected!',
    '- about @ in all',
    'so it says "@" there',
  ];
  it('names one swapped fact by both values, wherever it is', () => {
    const sentences = fc.array(fc.tuple(fc.constantFrom(...frames), fact), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sentences, fc.nat(), fact, (parts, at, other) => {
        const index = at % parts.length;
        const [frame, value] = parts[index] as [string, string];
        fc.pre(value !== other);
        const text = (all: [string, string][]) =>
          all.map(([place, filling]) => place.replace('@', () => filling)).join('\n');
        const words = describeTextChange('answer', text(parts), text(parts.with(index, [frame, other])));
        expect(words).toContain(value);
        expect(words).toContain(other);
      }),
      { numRuns: 500 },
    );
  });

  it('describes any two texts, and the same kind of change backwards', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        fc.pre(a !== b);
        const [forwards, backwards] = [
          describeTextChange('answer', a, b),
          describeTextChange('answer', b, a),
        ];
        expect(forwards.length).toBeLessThan(600);
        expect(forwards.startsWith('answer differs only')).toBe(backwards.startsWith('answer differs only'));
      }),
    );
  });
});
