import { describe, expect, it } from 'vitest';
import type { DriftSide } from '../differences/drift.js';
import { pairReplacements } from './pair-replacements.js';
import { sketchRequest } from './request-sketch.js';

interface Call {
  path: string;
  prompt?: string;
  test?: string;
  model?: string;
  hash?: string;
  extra?: object;
}

const contents = new Map<string, Uint8Array>();

function side({ path, prompt = 'Hi', test = 't', model = 'm', hash = path, extra }: Call): DriftSide {
  const body = { model, messages: [{ role: 'user', content: prompt }], stream: true, ...extra };
  const request = {
    method: 'POST',
    url: 'http://x/v1/chat/completions',
    body,
    endpoint: '/v1/chat/completions',
    model,
  };
  contents.set(path, Buffer.from(JSON.stringify({ test_id: test, request, response: { body: null } })));
  const rest = {
    digest: path,
    size: 1,
    endpoint: '/v1/chat/completions',
    hashStatus: 'VERIFIED' as const,
    playable: 'YES' as const,
  };
  return { path, testId: test, model, hash, ...rest };
}

function paired(added: Call[], kept: Call[]): string[] {
  const pairs = pairReplacements(added.map(side), kept.map(side), (one) => {
    const bytes = contents.get(one.digest);
    return (bytes && sketchRequest(bytes)) ?? undefined;
  });
  return pairs.map(({ before, after }) => `${before.path} → ${after.path}`);
}

const streamed = { extra: { stream_options: { include_usage: true } } };

describe('pairReplacements', () => {
  it.each<[string, Call[], Call[], string[]]>([
    ['the same messages with other parameters', [{ path: 'n', ...streamed }], [{ path: 'o' }], ['o → n']],
    [
      'each recording with the most similar one, in any order',
      [
        { path: 'n1', prompt: 'two', ...streamed },
        { path: 'n2', prompt: 'one', ...streamed },
      ],
      [
        { path: 'o1', prompt: 'one' },
        { path: 'o2', prompt: 'two' },
        { path: 'o3', prompt: 'three' },
      ],
      ['o1 → n2', 'o2 → n1'],
    ],
    [
      'a reworded prompt, when all calls of the test are new',
      [{ path: 'n', prompt: 'Hello' }],
      [{ path: 'o' }],
      ['o → n'],
    ],
    [
      'no additional call of a test',
      [{ path: 'n', prompt: 'And then?' }],
      [{ path: 'o1' }, { path: 'o2', prompt: 'Bye' }],
      [],
    ],
    ['no recordings of different tests', [{ path: 'n', test: 'other', ...streamed }], [{ path: 'o' }], []],
    ['no recordings of different models', [{ path: 'n', model: 'other', ...streamed }], [{ path: 'o' }], []],
    ['no second response to the same request', [{ path: 'n', hash: 'h' }], [{ path: 'o', hash: 'h' }], []],
    ['nothing without unchanged recordings', [{ path: 'n' }], [], []],
  ])('pairs %s', (_, added, kept, expected) => {
    expect(paired(added, kept)).toEqual(expected);
  });
});
