import { describe, expect, it } from 'vitest';
import type { DriftSide } from '../differences/drift.js';
import { areNamesOfOneModel, findModelRenames, renameSide } from './model-renames.js';

function side(model: string | null, testId: string | null, endpoint = '/v1/chat/completions'): DriftSide {
  const rest = { size: 1, hash: null, hashStatus: 'VERIFIED' as const, playable: 'YES' as const };
  return { path: `${model} ${testId}`, digest: `${model} ${testId}`, testId, model, endpoint, ...rest };
}

const sides = (model: string, ...tests: string[]) =>
  tests.map((test) => side(model, `${test}[p/${model}-x]`));

describe('findModelRenames', () => {
  it.each<[string, DriftSide[], DriftSide[], string[]]>([
    ['a name in test ids', sides('a', 't', 'u'), sides('b', 't', 'u'), ['a → b']],
    [
      'a name that contains the other',
      sides('gpt-oss', 't'),
      sides('gpt-oss-1:0', 't'),
      ['gpt-oss → gpt-oss-1:0'],
    ],
    [
      'a name that the other contains',
      sides('gpt-oss-1:0', 't'),
      sides('gpt-oss', 't'),
      ['gpt-oss-1:0 → gpt-oss'],
    ],
    [
      'the most similar names first',
      sides('x-1', 't').concat(sides('y-1', 't')),
      sides('y-2', 't'),
      ['y-1 → y-2'],
    ],
    [
      'each name once, the pair with the most tests first',
      sides('a', 't', 'u', 'v'),
      sides('c', 't').concat(sides('b', 'u', 'v')),
      ['a → b'],
    ],
    ['no model that the test still records', sides('a', 't'), sides('a', 't').concat(sides('b', 't')), []],
    ['no model of other tests', sides('a', 't'), sides('b', 'u'), []],
    ['no model of the same test at another endpoint', sides('a', 't'), [side('b', 't[p/b-x]', '/v2')], []],
    ['no model that test ids do not name', [side('a', 't')], [side('b', 't')], []],
    ['nothing without tests', [side('a', null)], [side(null, 't')], []],
  ])('finds %s', (_, olds, news, expected) => {
    expect(findModelRenames(olds, news).map(({ from, to }) => `${from} → ${to}`)).toEqual(expected);
    expect(findModelRenames(olds.toReversed(), news.toReversed())).toEqual(findModelRenames(olds, news));
  });
});

describe('renameSide', () => {
  it('renames the model and the test id, and of other models only the test id', () => {
    const rename = { from: 'a', to: '$&' };
    expect(renameSide(side('a', 'x[p/a]'), rename)).toMatchObject({ model: '$&', testId: 'x[p/$&]' });
    expect(renameSide(side('other', 'x[p/a]'), rename)).toMatchObject({ model: 'other', testId: 'x[p/$&]' });
    expect(renameSide(side('a', 'x[p/a]'), null)).toMatchObject({ model: 'a', testId: 'x[p/a]' });
  });
});

describe('areNamesOfOneModel', () => {
  it.each([
    ['openai.gpt-oss-20b', 'openai.gpt-oss-20b-1:0', true],
    ['meta-llama/Llama-3', 'llama-3', true],
    ['llama3.2', 'llama3.2:latest', true],
    ['gpt-4o-2024-05-13', 'gpt-4o-2024-08-06', true],
    ['gpt-4', 'gpt-4-0613', true],
    ['titan-v1', 'titan', true],
    ['llama3.2:3b-instruct-fp16', 'llama3.2-3b-instruct', true],
    ['llama3.2', 'llama3.2:3b', false],
    ['gpt-4o', 'gpt-4o-mini', false],
    ['gpt-4', 'gpt-4.1', false],
    ['claude-4', 'claude-4-5', false],
    ['llama3.2:3b', 'llama3.2:1b', false],
    ['qwen3-0.6b', 'qwen3-8b', false],
    ['azure/gpt-4o', 'openai/gpt-4o', false],
    ['all-minilm:l6-v2', 'nomic-embed-text', false],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(areNamesOfOneModel(a, b)).toBe(expected);
    expect(areNamesOfOneModel(b, a)).toBe(expected);
  });
});
