import { expect, it } from 'vitest';
import { contradictedFormat, ruleFinder } from './recording-rule.js';

const rule = (paths: string, format: string | null = null) => ({ paths, format, testId: null });

it('finds the first rule whose pattern matches', () => {
  const rules = [rule('a/**/*.{yaml,yml}', 'vcrpy'), rule('**/*.yml', 'vcr'), rule('**/*.har')];
  const ruleOf = ruleFinder(rules);
  expect(ruleOf('a/b/c.yml')).toBe(rules[0]);
  expect(ruleOf('b/c.yml')).toBe(rules[1]);
  expect(ruleOf('b/c.json')).toBeNull();
  expect(ruleFinder([])('a.har')).toBeNull();
});

it.each([
  [null, 'har', null],
  [rule('**'), 'har', null],
  [rule('**', 'vcrpy'), 'vcrpy', null],
  [rule('**', 'vcrpy'), 'har', /has the format `har`.* says `vcrpy`/],
  [rule('**', 'vcrpy'), 'opaque', /is in no known format/],
])('compares the format of %j with %s', (given, format, expected) => {
  const problem = contradictedFormat(given, format);
  if (expected === null) expect(problem).toBeNull();
  else expect(problem).toMatch(expected);
});
