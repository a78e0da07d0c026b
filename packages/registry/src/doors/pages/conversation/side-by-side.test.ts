import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Part, Turn } from './conversation.js';
import { type MarkedTurn, sideBySide } from './side-by-side.js';

const say = (who: string, ...texts: string[]): Turn => ({
  who,
  parts: texts.map((text) => ({ kind: 'text', name: '', text })),
});

const marks = (turn: MarkedTurn | null) =>
  turn?.parts.map(({ runs }) => runs.map(({ kind, text }) => `${kind[0]}:${text}`));

it('marks the words that differ, each on its own side', () => {
  const rows = sideBySide(
    [say('assistant', 'It is sunny in Rome.')],
    [say('assistant', 'It is rainy in Rome.')],
  );
  expect(rows).toHaveLength(1);
  expect(marks(rows[0]?.before ?? null)).toEqual([['s:It is ', 'g:sunny ', 's:in Rome.']]);
  expect(marks(rows[0]?.after ?? null)).toEqual([['s:It is ', 'n:rainy ', 's:in Rome.']]);
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

it('does not compare a call of one tool with that of another', () => {
  const call = (name: string): Part => ({ kind: 'call', name, text: '{"city": "Rome"}' });
  const [row] = sideBySide(
    [{ who: 'assistant', parts: [call('weather')] }],
    [{ who: 'assistant', parts: [call('forecast')] }],
  );
  expect([marks(row?.before ?? null), marks(row?.after ?? null)]).toEqual([
    [['g:{"city": "Rome"}']],
    [['n:{"city": "Rome"}']],
  ]);
});

it('shows each side word for word, whatever the texts', () => {
  const turns = fc.array(
    fc.record({ who: fc.constantFrom('user', 'assistant'), texts: fc.array(fc.string(), { maxLength: 3 }) }),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(turns, turns, (a, b) => {
      const [before, after] = [a, b].map((side) => side.map(({ who, texts }) => say(who, ...texts)));
      const rows = sideBySide(before ?? [], after ?? []);
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

it('says how much of a very long text it leaves out', () => {
  const [row] = sideBySide([say('a', 'x'.repeat(50_000))], [say('a', 'y')]);
  expect(row?.before?.parts[0]).toMatchObject({ cut: 10_000 });
});
