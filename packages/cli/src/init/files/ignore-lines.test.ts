import { describe, expect, it } from 'vitest';
import { ignoreLine, withIgnoreLines } from './ignore-lines.js';

describe('ignoreLine', () => {
  it.each([
    ['**/cassettes/**/*.yaml', '**/cassettes/**/*.yaml'],
    ['tests/[x]/*.json', 'tests/\\[x\\]/*.json'],
    ['a?/*.json', 'a\\?/*.json'],
    ['*.har', '/*.har'],
    ['#tapes/*.json', '\\#tapes/*.json'],
    ['!tapes/*.json', '\\!tapes/*.json'],
  ])('%s is %s', (pattern, expected) => {
    expect(ignoreLine(pattern)).toBe(expected);
  });
});

describe('withIgnoreLines', () => {
  it.each([
    ['', '# Recordings are kept in the fixture registry.\na\nb\n'],
    ['x', 'x\n\n# Recordings are kept in the fixture registry.\na\nb\n'],
    ['x\n', 'x\n\n# Recordings are kept in the fixture registry.\na\nb\n'],
    [
      '# Recordings are kept in the fixture registry.\nx\n',
      '# Recordings are kept in the fixture registry.\nx\n\na\nb\n',
    ],
  ])('%j', (text, expected) => {
    expect(withIgnoreLines(text, ['a', 'b'])).toBe(expected);
  });
});
