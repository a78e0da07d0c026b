import { describe, expect, test } from 'vitest';
import { modelListDigest, recorderFileName } from './model-list-name.js';

const HASH = 'a'.repeat(64);

// Expected values: Python 3.11's sha256 over '|'.join(sorted(set(names))).
const DIGESTS: [names: string[], digest: string][] = [
  [['m'], '62c66a7a'],
  [['b', 'a', 'b'], '0eab8a0a'],
  [['gpt-oss:20b', 'llama3.2:3b'], '552d97e5'],
  [['\u{1f600}', '\ufb01', 'é'], '98568621'],
  [[], 'e3b0c442'],
];

test.each(DIGESTS)('the digest of %j is %s', (names, digest) => {
  expect(modelListDigest(names)).toBe(digest);
});

describe('recorderFileName', () => {
  const model = (id: string) => ({ __type__: 'openai.types.model.Model', __data__: { id, created: 0 } });
  const named = `models-${HASH}-0eab8a0a.json`;

  test.each([
    ['a chat completion', '/v1/chat/completions', {}, `${HASH}.json`],
    ['a recording without endpoint', null, {}, `${HASH}.json`],
    ['a list of models', '/v1/models', [model('b'), model('a')], named],
    ['a list behind another prefix', '/v1/openai/v1/models', [{ id: 'a' }, { id: 'b' }], named],
    [
      'the list of Ollama',
      '/api/tags',
      { __type__: 'ollama.ListResponse', __data__: { models: [{ model: 'a' }, { model: 'b' }] } },
      named,
    ],
    ['an exception', '/v1/models', null, null],
    ['another list', '/v1/models', [1], null],
  ])('%s', (_what, endpoint, response, name) => {
    expect(recorderFileName(endpoint, HASH, response)).toBe(name);
  });
});
