import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { colourReport, wantsColour } from './colour.js';

const REPORT = `1 reworded; 1 new

Reworded answers
  test_a: answer reworded (49% similar)
      - It rains.
      + It snows.
        both say this

New
  tests/test_b.py: 1 recording
`;

describe('a report in colour', () => {
  const lines = colourReport(REPORT).split('\n');
  it.each([
    ['the headline is bold', 0, '\u001b[1m'],
    ['a title is bold', 2, '\u001b[1m'],
    ['removed text is red', 4, '\u001b[31m'],
    ['added text is green', 5, '\u001b[32m'],
  ])('%s', (_name, line, start) => {
    expect(lines[line]?.startsWith(start)).toBe(true);
  });
  it('leaves all other lines, and the text, unchanged', () => {
    expect(lines[3]).toBe('  test_a: answer reworded (49% similar)');
    expect(lines[6]).toBe('        both say this');
    expect(stripVTControlCharacters(lines.join('\n'))).toBe(REPORT);
  });
});

describe('whether colour is wanted', () => {
  it.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
    [{}, {}, false],
  ])('%o with %o: %s', (stream, environment, wanted) => {
    expect(wantsColour(stream, environment)).toBe(wanted);
  });
});
