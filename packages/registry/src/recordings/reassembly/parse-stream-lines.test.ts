import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStreamLines } from './parse-stream-lines.js';

describe('parseStreamLines', () => {
  const chunks = [{ a: 1 }, { b: 'x\ny' }];
  const [first, second] = chunks.map((chunk) => JSON.stringify(chunk));

  test.each([
    ['lines with gaps', [`data: ${first}`, '', `data: ${second}`, '', 'data: [DONE]', '']],
    ['lines without gaps', [`data: ${first}`, `data: ${second}`, 'data: [DONE]']],
    ['no space after the colon, comments, ids', [': hi', `data:${first}`, '', 'id: 7', `data:${second}`]],
    ['a raw body', [`data: ${first}\n\ndata: ${second}\n\n`]],
    ['Windows line ends', [`data: ${first}\r\n\r\n`, `data: ${second}\r\n\r\n`]],
    ['an event over several lines', ['data: {"a":', 'data: 1}', '', `data: ${second}`, '']],
    ['one object per line', [`${first}`, `${second}`]],
  ])('%s', (_what, lines) => {
    expect(parseStreamLines(lines)).toEqual(chunks);
  });

  test('uses the name of an event as its type unless the data has one', () => {
    const lines = [
      'event: ping',
      'data: {"a": 1}',
      '',
      'event: x',
      'data: {"type": "y"}',
      '',
      'data: {"b": 2}',
    ];
    expect(parseStreamLines(lines)).toEqual([{ type: 'ping', a: 1 }, { type: 'y' }, { b: 2 }]);
  });

  test('parses a raw body split anywhere', () => {
    const body = `event: a\r\ndata: ${first}\r\n\r\ndata: ${second}\n\ndata: [DONE]\n\n`;
    fc.assert(
      fc.property(fc.array(fc.nat({ max: body.length }), { maxLength: 5 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), body.length];
        const pieces = edges.slice(1).map((edge, index) => body.slice(edges[index], edge));
        expect(parseStreamLines(pieces)).toEqual([{ type: 'a', ...chunks[0] }, chunks[1]]);
      }),
    );
  });

  test('returns null for other text', () => {
    expect(parseStreamLines(['hello', 'world'])).toBeNull();
    expect(parseStreamLines(['{"a": 1}', 'and'])).toBeNull();
    expect(parseStreamLines([''])).toBeNull();
  });
});
