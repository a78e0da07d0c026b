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
  const rest = { digest: path, size: 1, endpoint: '/v1/chat/completions', hashStatus: 'VERIFIED' as const };
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
    ['the same conversation asked in another way', [{ path: 'n', ...streamed }], [{ path: 'o' }], ['o → n']],
    [
      'each with its own, whatever the order',
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
      'a reworded prompt, where the whole test is new',
      [{ path: 'n', prompt: 'Hello' }],
      [{ path: 'o' }],
      ['o → n'],
    ],
    [
      'no call that a test makes besides',
      [{ path: 'n', prompt: 'And then?' }],
      [{ path: 'o1' }, { path: 'o2', prompt: 'Bye' }],
      [],
    ],
    ['no other test', [{ path: 'n', test: 'other', ...streamed }], [{ path: 'o' }], []],
    ['no other model', [{ path: 'n', model: 'other', ...streamed }], [{ path: 'o' }], []],
    ['no second response to the same request', [{ path: 'n', hash: 'h' }], [{ path: 'o', hash: 'h' }], []],
    ['nothing where nothing was kept', [{ path: 'n' }], [], []],
  ])('pairs %s', (_, added, kept, expected) => {
    expect(paired(added, kept)).toEqual(expected);
  });
});
