import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PATTERN_LIMITS, pathPattern, refusedPattern, refusedPatterns, testPattern } from './pattern.js';

describe('testPattern', () => {
  it.each([
    [
      'tests/test_chat.py::test_tools[openai/gpt-4o-1]',
      'tests/test_chat.py::test_tools[openai/gpt-4o-1]',
      true,
    ],
    ['tests/*::test_tools[*]', 'tests/a/b.py::test_tools[x-[y]]', true],
    ['test_tools[*]', 'tests/a.py::test_tools[x]', false],
    ['*', '', true],
    ['', '', true],
    ['', 'x', false],
    ['a.b', 'axb', false],
    ['a?', 'a', false],
    ['a**b', 'a/\nb', true],
    ['{a,b}', 'a', false],
    ['*ab*ab', 'abab', true],
    ['*ab*ab', 'ab', false],
    ['*1*0', '10', true],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(testPattern(pattern).test(text)).toBe(expected);
  });

  it('agrees with a simple matcher', () => {
    fc.assert(
      fc.property(textOf('ab[*'), textOf('ab['), (pattern, text) => {
        expect(testPattern(pattern).test(text)).toBe(matches(pattern.replaceAll(/\*+/g, '>'), text));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('refusedPattern', () => {
  const { characters, wildcards, patterns } = PATTERN_LIMITS;
  it.each([
    ['**/recordings/**/*.json', null],
    [`${'**/'.repeat(2_000)}a`, 'is longer than 500 characters'],
    [`${'**/'.repeat(100)}a`, null],
    ['*a'.repeat(wildcards), null],
    ['*a'.repeat(wildcards + 1), 'has 21 wildcards; at most 20 are allowed'],
    [`*${'a'.repeat(characters - 1)}`, null],
    [`*${'a'.repeat(characters)}`, 'is longer than 500 characters'],
    ['x'.repeat(4_000), null],
  ])('%.40s: %s', (pattern, reason) => expect(refusedPattern(pattern)).toBe(reason));

  it('limits the patterns of a list, but not the literal names', () => {
    expect(refusedPatterns(Array.from({ length: 60_000 }, (_, index) => `tests/a.py::t${index}`))).toBeNull();
    expect(refusedPatterns(Array(patterns).fill('*'))).toBeNull();
    expect(refusedPatterns(Array(patterns + 1).fill('*'))).toMatch(/^201 patterns are more than the 200/);
    expect(refusedPatterns(['a', '*a'.repeat(40)])).toMatch(/has 40 wildcards/);
  });
});

describe('pathPattern', () => {
  it.each([
    ['**/recordings/**/*.json', 'recordings/a.json', true],
    ['**/recordings/**/*.json', 'tests/x/recordings/y/z/a.json', true],
    ['**/recordings/**/*.json', 'tests/recordings.json', false],
    ['**/recordings/**/*.json', 'xrecordings/a.json', false],
    ['**/**/**/recordings/*.json', 'recordings/a.json', true],
    ['**/**/a', 'x/y/z/a', true],
    ['**/**/a', 'xa', false],
    ['*.json', 'a/b.json', false],
    ['*.json', '.hidden.json', true],
    ['tests/**', 'tests/a/b', true],
    ['tests/**', 'tests', false],
    ['a[1]/*', 'a[1]/b', true],
    ['a[1]/*', 'a1/b', false],
    ['a**c', 'a/b/c', true],
    ['a*b**/c', 'abxb/c', true],
    ['a/**/**/b', 'a/b', true],
    ['**/*a/b*', 'xa/c/ya/b', true],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(pathPattern(pattern).test(path)).toBe(expected);
  });

  it('agrees with a simple matcher', () => {
    fc.assert(
      fc.property(textOf('ab/*'), textOf('ab/'), (pattern, path) => {
        const tokens = pattern
          .replaceAll(/(?<=^|\/)\*{2,}\//g, '<')
          .replaceAll(/\*{2,}/g, '>')
          .replaceAll('*', '-');
        expect(pathPattern(pattern).test(path)).toBe(matches(tokens, path));
      }),
      { numRuns: 5000 },
    );
  });

  it('does not backtrack without bound', () => {
    const text = 'a'.repeat(1024);
    // With a simple translation, either pattern would take exponential time and this test would hang.
    expect(pathPattern(`${'**a'.repeat(40)}b`).test(text)).toBe(false);
    expect(pathPattern(`${'*a'.repeat(40)}b`).test(text)).toBe(false);
    expect(pathPattern(`**/${'*a'.repeat(40)}b`).test(text.replaceAll('aaaa', 'aaa/'))).toBe(false);
    expect(testPattern(`${'*a'.repeat(40)}b`).test(text)).toBe(false);
  });
});

function textOf(characters: string): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...characters), { maxLength: 14 }).map((parts) => parts.join(''));
}

/** A matcher that tries everything: `>` is any text, `-` any text without a slash, `<` any folders. */
function matches(tokens: string, text: string): boolean {
  if (tokens === '') return text === '';
  const [token, rest] = [tokens.charAt(0), tokens.slice(1)];
  if (token === '<') {
    const starts = [0, ...[...text.matchAll(/\//g)].map((slash) => slash.index + 1)];
    return starts.some((start) => matches(rest, text.slice(start)));
  }
  if (token === '>' || token === '-') {
    for (let end = 0; end <= text.length; end++) {
      if (token === '-' && text.slice(0, end).includes('/')) return false;
      if (matches(rest, text.slice(end))) return true;
    }
    return false;
  }
  return text.startsWith(token) && matches(rest, text.slice(1));
}
