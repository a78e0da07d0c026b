import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../vocabulary/recording.js';
import { AMBIGUOUS_FIELD, ToolCalls } from './streamed-tool-calls.js';

const PARIS = '{"city":"Paris"}';
const ROME = '{"city":"Rome"}';

/** A piece of a call: its function, and the fields that identify the call. */
function piece(called: JsonObject, fields: JsonObject = {}): JsonObject {
  return { index: 0, ...fields, function: called };
}
const start = (name: string, given = '') => piece({ name, arguments: given }, { id: '', type: 'function' });
const more = (given: string) => piece({ arguments: given });

function callsOf(pieces: JsonObject[]) {
  const calls = new ToolCalls();
  for (const each of pieces) calls.add(each);
  return calls.finish().map((call) => {
    const { name, arguments: given } = call['function'] as JsonObject;
    const word = /no id|cannot be separated/.exec(String(call[AMBIGUOUS_FIELD] ?? ''))?.[0];
    return word === undefined ? [name, given] : [name, given, word];
  });
}

describe('parallel calls with index 0 and no ids', () => {
  it.each<[string, JsonObject[], unknown]>([
    [
      'two names, each complete',
      [start('get_weather', PARIS), start('get_time', ROME)],
      [
        ['get_weather', PARIS],
        ['get_time', ROME, 'no id'],
      ],
    ],
    [
      'one name twice',
      [start('get_weather', PARIS), start('get_weather', ROME)],
      [
        ['get_weather', PARIS],
        ['get_weather', ROME, 'no id'],
      ],
    ],
    [
      'two names, then arguments in pieces',
      [start('get_weather'), more('{"city":'), more('"Paris"}'), start('get_time'), more(ROME)],
      [
        ['get_weather', PARIS],
        ['get_time', ROME, 'no id'],
      ],
    ],
    [
      'one name twice, then arguments in pieces',
      [start('get_weather'), more(PARIS), start('get_weather'), more('{"city":'), more('"Rome"}')],
      [
        ['get_weather', PARIS],
        ['get_weather', ROME, 'no id'],
      ],
    ],
    [
      'two calls without arguments',
      [start('a'), start('b')],
      [
        ['a', ''],
        ['b', '', 'no id'],
      ],
    ],
    [
      'no id and no type',
      [piece({ name: 'a', arguments: PARIS }), piece({ name: 'b', arguments: ROME })],
      [
        ['a', PARIS],
        ['b', ROME, 'no id'],
      ],
    ],
    [
      'an id only for the first',
      [piece({ name: 'a', arguments: PARIS }, { id: 'x' }), start('b', ROME)],
      [
        ['a', PARIS],
        ['b', ROME, 'no id'],
      ],
    ],
    [
      'ids for both',
      [
        piece({ name: 'a', arguments: '' }, { id: 'x' }),
        more(PARIS),
        piece({ name: 'a', arguments: ROME }, { id: 'y' }),
      ],
      [
        ['a', PARIS],
        ['a', ROME],
      ],
    ],
    [
      'arguments of a second call without its name',
      [start('a', PARIS), more(ROME)],
      [['a', PARIS + ROME, 'cannot be separated']],
    ],
    [
      'calls whose arguments are mixed',
      [start('a', '{"city":'), start('b', '{"ci'), more('"Paris"}'), more('ty":"Rome"}')],
      [
        ['a', '{"city":', 'cannot be separated'],
        ['b', '{"ci"Paris"}ty":"Rome"}', 'cannot be separated'],
      ],
    ],
  ])('%s', (_, pieces, calls) => {
    expect(callsOf(pieces)).toEqual(calls);
  });
});

describe('one call', () => {
  it.each<[string, JsonObject[]]>([
    ['its name in pieces', [piece({ name: 'get_' }, { id: 'x' }), piece({ name: 'weather' }), more(PARIS)]],
    [
      'its complete name in every piece',
      ['{"city":', '"Paris"', '}', ''].map((given) => start('get_weather', given)),
    ],
    [
      'its id and name in every piece',
      ['{"city":', '"Paris"}', ''].map((given) =>
        piece({ name: 'get_weather', arguments: given }, { id: 'x' }),
      ),
    ],
    ['white space after its arguments', [start('get_weather', PARIS), more('\n'), start('get_weather')]],
    [
      'braces and quotation marks inside its arguments',
      [start('get_weather', '{"city":"Paris'), more('"'), more('}')],
    ],
  ])('%s', (_, pieces) => {
    const [[name, given] = []] = callsOf(pieces);
    expect(callsOf(pieces)).toHaveLength(1);
    expect([name, String(given).trim()]).toEqual(['get_weather', PARIS]);
  });

  it('is not ended by a brace inside a string', () => {
    const given = ['{"a":"}', '\\"}{", "b":[{"c":1}', ']}'];
    expect(callsOf([start('f'), ...given.map(more)])).toEqual([['f', given.join('')]]);
  });
});
