import { expect, test } from 'vitest';
import { urlParts } from './python-url.js';

// Expected values: `netloc` and `path` of Python 3.11's `urlparse`.
const PARTS: [url: string, host: string, path: string][] = [
  ['http://localhost:11434/v1/v1/chat/completions', 'localhost:11434', '/v1/v1/chat/completions'],
  ['https://h.example/v1/models?x=1#y', 'h.example', '/v1/models'],
  [
    '__databricks__/serving-endpoints/v1/chat/completions',
    '',
    '__databricks__/serving-endpoints/v1/chat/completions',
  ],
  ['vertexai:///generate_content', '', '/generate_content'],
  ['vertexai://generate_content', 'generate_content', ''],
  ['HTTPS://User@Host:80/a;p=1', 'User@Host:80', '/a'],
  ['http://h/a;x/b;y', 'h', '/a;x/b'],
  ['vertexai:///a;b', '', '/a;b'],
  ['http://h', 'h', ''],
  ['http://h?x=/y', 'h', ''],
  ['http://h#/y', 'h', ''],
  ['/only/path;z', '', '/only/path'],
  ['a:b', '', 'b'],
  ['1a:b', '', '1a:b'],
  ['  http://h/x', 'h', '/x'],
  ['http://h/a\tb\n', 'h', '/ab'],
  ['', '', ''],
  ['//h/x', 'h', '/x'],
  ['http:/x', '', '/x'],
  ['mailto:a@b;c', '', 'a@b;c'],
  ['http://h/%41 \u00e9', 'h', '/%41 \u00e9'],
  [
    'https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1/chat/completions',
    'bedrock-runtime.us-east-1.amazonaws.com',
    '/openai/v1/chat/completions',
  ],
];

test.each(PARTS)('%j', (url, host, path) => {
  expect(urlParts(url)).toEqual({ host, path });
});
