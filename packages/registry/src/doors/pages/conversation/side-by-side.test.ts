import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part, Turn } from './conversation.js';
import { type MarkedTurn, sideBySide } from './side-by-side.js';

const say = (who: string, ...texts: string[]): Turn => ({
  who,
  parts: texts.map((text) => ({ kind: 'text', name: '', text })),
});
const call = (name: string, given: object): Part => ({
  kind: 'call',
  name,
  text: JSON.stringify(given, null, 2),
});

const marks = (turn: MarkedTurn | null | undefined) =>
  turn?.parts.map(({ runs }) => runs.map(({ kind, text }) => `${kind[0]}:${text}`));

/** Only what is struck or inserted, on both sides. */
const changed = (before: Turn[], after: Turn[]) => {
  const rows = sideBySide(before, after);
  const of = (side: 'before' | 'after') =>
    rows.flatMap((row) =>
      (row[side]?.parts ?? []).flatMap(({ name, nameMark, runs }) => [
        ...(nameMark === 'same' || name === '' ? [] : [name]),
        ...runs.filter(({ kind, text }) => kind !== 'same' && text !== '').map(({ text }) => text.trim()),
      ]),
    );
  return [of('before'), of('after')];
};

it('marks the words that differ, each on its own side', () => {
  const rows = sideBySide(
    [say('assistant', 'It is sunny in Rome.')],
    [say('assistant', 'It is rainy in Rome.')],
  );
  expect(rows).toHaveLength(1);
  expect(marks(rows[0]?.before)).toEqual([['s:It is ', 'g:sunny ', 's:in Rome.']]);
  expect(marks(rows[0]?.after)).toEqual([['s:It is ', 'n:rainy ', 's:in Rome.']]);
  expect(rows[0]?.isSame).toBe(false);
});

it('gives an inserted turn a row of its own, and keeps the others paired', () => {
  const [ask, tell] = [say('user', 'Hi'), say('assistant', 'Ho')];
  const rows = sideBySide([ask, tell], [ask, say('system', 'Be brief.'), tell]);
  expect(rows.map(({ before, after, isSame }) => [before?.who, after?.who, isSame])).toEqual([
    ['user', 'user', true],
    [undefined, 'system', false],
    ['assistant', 'assistant', true],
  ]);
});

describe('marks nothing that is equal', () => {
  const [rome, oslo] = [{ city: 'Rome', unit: 'celsius' }, { city: 'Oslo' }];
  const parts = (...given: Part[]): Turn[] => [{ who: 'assistant', parts: given }];
  const result = (text: string): Part => ({ kind: 'result', name: '', text });
  it.each<[string, Turn[], Turn[], string[], string[]]>([
    ['in equal turns', [say('user', 'Hi')], [say('user', 'Hi')], [], []],
    [
      'before a turn that differs',
      [say('user', 'One.', 'Two.'), say('assistant', 'Ho'), say('user', 'Three and four.')],
      [say('user', 'One.', 'Two.'), say('assistant', 'Ho'), say('user', 'Three and five.')],
      ['four'],
      ['five'],
    ],
    [
      'after an inserted message of the same speaker',
      [say('user', 'First question.'), say('user', 'Second question.')],
      [say('user', 'Be brief.'), say('user', 'First question.'), say('user', 'Second question, please.')],
      [],
      ['Be brief.', ', please'],
    ],
    [
      'in a part next to one that differs',
      parts(call('weather', rome), call('weather', oslo), result('sunny all day')),
      parts(call('weather', rome), call('weather', oslo), result('rainy all day')),
      ['sunny'],
      ['rainy'],
    ],
    [
      'in the arguments of a call of another tool',
      parts(call('weather', rome)),
      parts(call('forecast', rome)),
      ['weather'],
      ['forecast'],
    ],
    [
      'in the first arguments when another call follows',
      parts(call('weather', rome)),
      parts(call('weather', rome), call('news', oslo)),
      [],
      ['news', JSON.stringify(oslo, null, 2)],
    ],
    [
      'in parallel calls in another order',
      parts(call('weather', rome), call('news', oslo)),
      parts(call('news', oslo), call('weather', rome)),
      [],
      [],
    ],
    [
      'in messages in another order',
      [say('user', 'One.'), say('assistant', 'Two.')],
      [say('assistant', 'Two.'), say('user', 'One.')],
      [],
      [],
    ],
    ['in words with other white space', [say('user', 'a  b\nc')], [say('user', 'a b c')], [], []],
  ])('%s', (_name, before, after, gone, fresh) => {
    expect(changed(before, after)).toEqual([gone, fresh]);
  });
});

it.each([
  ['Only white space differs.', 'one  two', 'one two'],
  ['Only the Unicode normalization differs.', 'caf\u00e9 noir', 'cafe\u0301 noir'],
  [null, 'one two', 'one three'],
])('explains a difference that marked words do not show: %s', (note, before, after) => {
  const [row] = sideBySide([say('user', before)], [say('user', after)]);
  expect([row?.before?.parts[0]?.note, row?.after?.parts[0]?.note]).toEqual([note, note]);
});

it('says that a call is at another position', () => {
  const [one, two] = [call('a', { x: 1 }), call('b', { y: 2 })];
  const [row] = sideBySide(
    [{ who: 'assistant', parts: [one, two] }],
    [{ who: 'assistant', parts: [two, one] }],
  );
  expect(row?.isSame).toBe(false);
  expect(row?.before?.parts.filter(({ note }) => note !== null)).toHaveLength(1);
  expect(row?.after?.parts.filter(({ note }) => note !== null)).toHaveLength(1);
});

it('shows an answer and an error side by side, with the speaker marked', () => {
  const error: Turn = { who: 'error', parts: [{ kind: 'data', name: 'BadRequestError', text: 'no' }] };
  const rows = sideBySide([say('assistant', 'It is sunny.')], [error]);
  expect(rows).toHaveLength(1);
  expect([rows[0]?.before?.whoMark, rows[0]?.after?.whoMark]).toEqual(['gone', 'new']);
  expect(marks(rows[0]?.before)).toEqual([['g:It is sunny.']]);
  expect(marks(rows[0]?.after)).toEqual([['n:no']]);
});

const texts = fc.oneof(fc.constantFrom('', 'a', 'b c', 'b d', ' '), fc.string());
const turns = fc.array(
  fc.record({ who: fc.constantFrom('user', 'assistant'), texts: fc.array(texts, { maxLength: 3 }) }),
  { maxLength: 6 },
);
const turnsOf = (side: { who: string; texts: string[] }[]) =>
  side.map(({ who, texts: said }) => say(who, ...said));

it('shows each side word for word, whatever the texts', () => {
  fc.assert(
    fc.property(turns, turns, (a, b) => {
      const rows = sideBySide(turnsOf(a), turnsOf(b));
      const shown = (side: 'before' | 'after') =>
        rows
          .map((row) => row[side])
          .filter((turn) => turn !== null)
          .map(({ who, parts }) => ({
            who,
            texts: parts.map(({ runs }) => runs.map(({ text }) => text).join('')),
          }));
      expect(shown('before')).toEqual(a);
      expect(shown('after')).toEqual(b);
    }),
  );
});

it('marks only the inserted turns, wherever and however many they are', () => {
  const inserted = fc.array(fc.record({ at: fc.nat(6), texts: fc.array(texts, { maxLength: 3 }) }));
  fc.assert(
    fc.property(turns, inserted, (list, insertions) => {
      const [few, many] = [turnsOf(list), turnsOf(list)];
      for (const { at, texts: said } of insertions) many.splice(at, 0, say('user', ...said));
      const grown = sideBySide(few, many);
      expect(grown.filter(({ isSame }) => isSame)).toHaveLength(few.length);
      expect(grown.filter(({ before, isSame }) => before !== null && !isSame)).toEqual([]);
      const shrunk = sideBySide(many, few);
      expect(shrunk.filter(({ after, isSame }) => after !== null && !isSame)).toEqual([]);
      for (const row of [...grown, ...shrunk].filter(({ isSame }) => isSame)) {
        const runs = [row.before, row.after].flatMap(
          (turn) => turn?.parts.flatMap((part) => part.runs) ?? [],
        );
        expect(runs.every(({ kind }) => kind === 'same')).toBe(true);
      }
    }),
  );
});

it('is bounded for long lists and long texts', () => {
  const many = (mark: string) => Array.from({ length: 3_000 }, (_, index) => say('user', `${mark} ${index}`));
  const rows = sideBySide(many('old'), many('new'));
  expect(rows).toHaveLength(3_000);
  expect(rows.every(({ before, after }) => before !== null && after !== null)).toBe(true);
});

it('does not align more text than fits in its time', () => {
  const words = (mark: string, turn: number) =>
    Array.from({ length: 600 }, (_, index) => `${index % 2 ? mark : 'word'}${turn * 600 + index}`).join(' ');
  const side = (mark: string) => Array.from({ length: 200 }, (_, turn) => say('user', words(mark, turn)));
  const parts = sideBySide(side('old'), side('new')).map((row) => row.after?.parts[0]);
  const isMarkedWhole = (index: number) => parts[index]?.note === 'Too long to compare word by word.';
  expect([isMarkedWhole(0), isMarkedWhole(199)]).toEqual([false, true]);
  expect(parts[199]?.runs.map(({ kind }) => kind)).toEqual(['new']);
});

it('says how much of a very long text it leaves out', () => {
  const [row] = sideBySide([say('a', 'x'.repeat(50_000))], [say('a', 'y')]);
  expect(row?.before?.parts[0]).toMatchObject({ skipped: 0, cut: 10_000 });
});

it('shows the first difference of very long texts, wherever it is', () => {
  const common = 'word '.repeat(20_000);
  const [row] = sideBySide([say('a', `${common}sunny.`)], [say('a', `${common}rainy.`)]);
  expect(row?.before?.parts[0]).toMatchObject({ skipped: 98_000, cut: 0 });
  expect(changed([say('a', `${common}sunny.`)], [say('a', `${common}rainy.`)])).toEqual([
    ['sunny'],
    ['rainy'],
  ]);
});
