import { describe, expect, it } from 'vitest';
import { pathsToRemove } from './paths-to-remove.js';

describe('pathsToRemove', () => {
  it.each([
    [['**/recordings/**/*.json'], ['recordings/b.json', 'x/recordings/y/c.json']],
    [['x/**'], ['x/recordings/y/c.json']],
    [
      ['recordings/*', 'other.json'],
      ['other.json', 'recordings/b.json'],
    ],
    [['nothing/**'], []],
  ])('within %j', (patterns, expected) => {
    const held = ['recordings/b.json', 'recordings/a.json', 'x/recordings/y/c.json', 'other.json'];
    expect(pathsToRemove(held, patterns, new Set(['recordings/a.json']))).toEqual(expected);
  });
});
