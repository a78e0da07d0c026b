import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../vocabulary/recording.js';
import { describeArguments } from './describe-arguments.js';

describe('describeArguments', () => {
  const long = 'It was a dark and stormy night, and the rain fell in torrents over ';
  it.each<[JsonValue, JsonValue, string[]]>([
    [
      { priority: 'normal', id: 1 },
      { priority: 'urgent', id: 1 },
      ['`priority: "urgent"` instead of `"normal"`'],
    ],
    [{ a: 1 }, { a: 1, days: 3 }, ['`days: 3` added']],
    [{ a: 1, days: null }, { a: 1 }, ['`days: null` removed']],
    [{ at: { lat: 1, lon: 2 } }, { at: { lat: 1, lon: 3 } }, ['`at.lon: 3` instead of `2`']],
    [{ ids: [1, 2] }, { ids: [1, 3] }, ['`ids[1]: 3` instead of `2`']],
    [{ ids: [1] }, { ids: [1, 3] }, ['`ids: [1, 3]` instead of `[1]`']],
    // JSON inside of text.
    [
      { flight: '{"from":"SFO"}' },
      { flight: '{"from": "JFK"}' },
      ['`flight.from: "JFK"` instead of `"SFO"`'],
    ],
    // The same JSON written in another way is another text to the tool.
    [{ flight: '{"a":1}' }, { flight: '{ "a":1}' }, ['`flight: "{ \\"a\\":1}"` instead of `"{\\"a\\":1}"`']],
    [
      { text: `${long}London` },
      { text: `${long}Paris` },
      ['`text: "…ll in torrents over Paris"` instead of `"…ll in torrents over London"`'],
    ],
    ['Paris', 'London', ['`"London"` instead of `"Paris"`']],
    [{ a: '`x`' }, { a: '`y`' }, ['`a: "\'y\'"` instead of `"\'x\'"`']],
    [{ a: 1 }, { a: 1 }, []],
  ])('%j against %j', (before, after, expected) => {
    expect(describeArguments(before, after)).toEqual(expected);
  });

  it('compares very large arguments', () => {
    const many = (value: number) =>
      Object.fromEntries(Array.from({ length: 200_000 }, (_, key) => [`k${key}`, value]));
    expect(describeArguments({ in: many(1) }, { in: many(2) })).toHaveLength(200_000);
  });
});
