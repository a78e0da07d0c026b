import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandBraces, refusedPathPattern } from './path-pattern-syntax.js';

describe('expandBraces', () => {
  it.each([
    ['a/*.json', ['a/*.json']],
    ['**/{recordings,cassettes}/*', ['**/recordings/*', '**/cassettes/*']],
    ['{a,b}/{c,d}', ['a/c', 'a/d', 'b/c', 'b/d']],
    ['**/cassettes/**/*.{yaml,yaml.gz}', ['**/cassettes/**/*.yaml', '**/cassettes/**/*.yaml.gz']],
    ['x{,.gz}', ['x', 'x.gz']],
    ['{a}', ['{a}']],
    ['{a}{b,c}', ['{a}b', '{a}c']],
    ['{a,b', ['{a,b']],
    ['a}b,c{', ['a}b,c{']],
    ['{a,a}', ['a']],
  ])('%s', (pattern, expected) => {
    expect(expandBraces(pattern)).toEqual(expected);
  });

  it('refuses too many alternatives', () => {
    expect(expandBraces('{a,b}'.repeat(6))).toHaveLength(64);
    expect(expandBraces('{a,b}'.repeat(7))).toBeNull();
    expect(expandBraces('{a,b}'.repeat(200))).toBeNull();
  });

  it('expands every group of any text', () => {
    const text = fc.array(fc.constantFrom(...'{},ab'), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (pattern) => {
        for (const each of expandBraces(pattern) ?? []) expect(expandBraces(each)).toEqual([each]);
      }),
    );
  });
});

describe('refusedPathPattern', () => {
  it.each([
    ['', /is empty/],
    ['!tests/skip/**', /cannot exclude files/],
    ['tests\\recordings\\*.json', /write tests\/recordings\/\*\.json/],
    ['./tests/recordings/*.json', /write tests\/recordings\/\*\.json/],
    ['tests/./recordings//*.json', /write tests\/recordings\/\*\.json/],
    ['/etc/*', /must be relative/],
    ['C:/tests/*.json', /must be relative/],
    ['~/recordings/*', /must be relative/],
    ['a/../../*', /must be relative/],
    ['tests/recordings/?.json', /write tests\/recordings\/\*\.json/],
    ['tests/@(a|b)/*.json', /Use braces/],
    ['a/**/*.json,b/**/*.yaml', /looks like a list/],
    ['a/*.json, b/*.json', /looks like a list/],
    ['tests/recordings', /Write tests\/recordings\/\*\* /],
    ['tests/recordings/', /Write tests\/recordings\/\*\* /],
    ['**/recordings', /Write \*\*\/recordings\/\*\* /],
    ['tests/{recordings,cassettes}', /names a folder/],
    ['.', /names a folder|empty folder name/],
    ['tests/.hidden', /names a folder/],
    [`${'{a,b}'.repeat(7)}*`, /more than 64/],
    ['x{a,b{c,d}}/*', /braces in braces.*\{a,bc,bd\}/],
    ['{a,b/*.json', /`\{` without a `\}`/],
    ['a}b,c{/*.json', /`\}` without a `\{`/],
  ])('refuses %j', (pattern, message) => {
    expect(refusedPathPattern(pattern)).toMatch(message);
  });

  it.each([
    '**/recordings/**/*.json',
    '**/cassettes/**/*.{yaml,yml,yaml.gz,json}',
    'tests/[x]/test_a[1-2].yaml',
    'tests/x/e.json',
    'tests/**',
    'recordings/*',
    'tests/a, b/c.json',
    'a/{b,c}*.json',
    '(group)/*.json',
    'tests/{a,b}.json',
  ])('accepts %j', (pattern) => {
    expect(refusedPathPattern(pattern)).toBeNull();
  });

  it('accepts a name without extension that is a file', () => {
    expect(refusedPathPattern('tests/recordings', (path) => path === 'tests/recordings')).toBeNull();
  });
});
