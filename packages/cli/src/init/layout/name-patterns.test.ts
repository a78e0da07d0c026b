import { describe, expect, it } from 'vitest';
import { namePatterns, patternsBelow } from './name-patterns.js';

describe('namePatterns', () => {
  it.each([
    [['a/testdata/x/one.yaml', 'b/testdata/two.yaml'], [], ['**/testdata/**/*.yaml']],
    [['a/testdata/x/one.yaml'], ['b/testdata/config.yaml'], ['a/testdata/**/*.yaml']],
    [['a/testdata/one.httprr', 'b/two.httprr'], ['b/testdata/c.yaml'], ['**/*.httprr']],
    [['a/recordings/x/recording.har.yaml'], [], ['**/*.har.yaml']],
    [
      ['spec/fixtures/vcr/a.yml', 'spec/fixtures/vcr/b.json'],
      [],
      ['**/fixtures/**/*.json', '**/fixtures/**/*.yml'],
    ],
    [['tapes/a.yaml.gz'], [], ['tapes/*.yaml.gz']],
    [['a.json'], [], ['*.json']],
    [[], ['a.json'], []],
  ])('%j without %j', (recordings, others, expected) => {
    expect(namePatterns(recordings, others)).toEqual(expected);
  });
});

describe('patternsBelow', () => {
  it('prefixes the folder', () => {
    expect(patternsBelow('', ['**/a/*.json'])).toEqual(['**/a/*.json']);
    expect(patternsBelow('packages/api', ['**/a/*.json'])).toEqual(['packages/api/**/a/*.json']);
  });
});
