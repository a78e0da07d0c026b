import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { colourMessage, colourReport, colourResult } from './colour.js';

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

it.each([
  ['main at version 3', '\u001b[1m'],
  ['2 new (a push adds them):', '\u001b[1m'],
  ['warning: no recordings', '\u001b[33m'],
  ['  … and 3 more (--all lists them)', '\u001b[2m'],
  ['removed recordings/a.json', '\u001b[31m'],
])('a result: %s', (line, start) => {
  const text = line.startsWith('main') ? line : `first\n${line}`;
  expect(colourResult(text).split('\n').at(-1)?.startsWith(start)).toBe(true);
  expect(stripVTControlCharacters(colourResult(text))).toBe(text);
});

it.each([
  ['fixtures: no registry', '\u001b[31m'],
  ['warning: it is old', '\u001b[33m'],
  ['note: FIXTURE_REGISTRY_TOKEN is set', '\u001b[33m'],
])('a message: %s', (line, start) => {
  expect(colourMessage(`${line}\n  detail`)).toBe(`${start}${line}\u001b[39m\n  detail`);
});
