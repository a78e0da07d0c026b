import { describe, expect, test } from 'vitest';
import { openDocument } from '../documents/open-document.js';
import { hashesByVersion, requestHashes } from './request-hash.js';

// Expected values: the recorder's rule in Python 3.11, with its own json, hashlib and urllib.
const HASHES: [what: string, recording: string, hashes: string[]][] = [
  [
    'a plain call: three versions agree, the first knows no test',
    '{"test_id": "t/test_a.py::test_a[x]", "request": {"method": "post", "url": "http://h/v1/chat/completions", "headers": {}, "body": {"model": "m", "messages": [{"role": "user", "content": "\\u00e9 \\ud83d\\ude00"}], "temperature": 1.0, "n": 1}, "endpoint": "/v1/chat/completions", "model": "m"}, "response": {"body": {}, "is_streaming": false}}',
    [
      'd2099203f1b12f6db9bd80d3f676d78f34e901368fa873fd1c6bb10c69bc71d1',
      'f6ee6169bc672426765108702bd853eceb474e6b642c6735f0e7ef2dd5fafe0b',
    ],
  ],
  [
    'floats: version 3 rounds them',
    '{"test_id": "t/test_a.py::test_a[x]", "request": {"method": "post", "url": "http://h/v1/chat/completions", "headers": {}, "body": {"temperature": 0.1234567, "top_p": 1e-05}, "endpoint": "/v1/chat/completions", "model": "m"}, "response": {"body": {}, "is_streaming": false}}',
    [
      'a3b103b5e8bbf0394894999d1b8ba5dbb84fdd5dca879fc3722df9319f9ab690',
      'fe781e96b5dad8dcbcbcdcf23de37e32f292b11cfb8aac96983135481a4d5a70',
      'd3a4be757c9f12dd47174a08e9aac411f05e43b2b8f9a822fa37d7de614e3d0a',
    ],
  ],
  [
    'search details: version 4 leaves them out',
    '{"test_id": "t/test_a.py::test_a[x]", "request": {"method": "post", "url": "http://h/v1/chat/completions", "headers": {}, "body": {"input": "score: 0.123456, attributes: {} document_id: 0f8fad5b-d9cb-469f-a165-70867728950e"}, "endpoint": "/v1/chat/completions", "model": "m"}, "response": {"body": {}, "is_streaming": false}}',
    [
      '62018906f748d71db97f5695c8677f7fb3b1563ad0d41f63ef223a7e369000c7',
      '6400e4ed9d1bdcfed0729ec102bc90025f056051a851e56e6adbd2bd10124014',
      '821317f95b1a4989a8a9db50eb24336a14eb61938348fc88b434a82a4eaa7f71',
      '46528b767222b1facaf1b97c97090a99c4a3ad4c1ff4cd6a4b94f4abfea7bf7e',
    ],
  ],
  [
    'Bedrock: version 4 drops stream_options',
    '{"test_id": "t/test_a.py::test_a[x]", "request": {"method": "post", "url": "https://bedrock.example/v1/chat/completions", "headers": {}, "body": {"stream_options": {"include_usage": true}}, "endpoint": "/v1/chat/completions", "model": "m"}, "response": {"body": {}, "is_streaming": false}}',
    [
      '4392d1a2f176048d26fe5dff01bb8787ac5f28bda2f25f0540d741b41e763052',
      'f6d6df5264d03659b1985ed4e3937cec72766c9035eb0a641a2ef77b13dc3298',
      '1ad21f0a0307f2bbb8259fed3de99c486d040747959a5e564ef8246e88ec55a8',
    ],
  ],
  [
    'a test id of null counts',
    '{"test_id": null, "request": {"method": "post", "url": "http://h/v1/chat/completions", "headers": {}, "body": {"a": 1}, "endpoint": "/v1/chat/completions", "model": "m"}, "response": {"body": {}, "is_streaming": false}}',
    [
      'f58a9a13f2d5b191147f403a5edb12391276c6178f8371bd5128e0c86267c865',
      '55e5189918f21ce31ac368935926aacedc6d698af38a6420a406af6c5bd8a2dc',
    ],
  ],
  [
    'a missing test id is null',
    '{"request": {"method": "post", "url": "http://h/v1/chat/completions", "headers": {}, "body": {"a": 1}, "endpoint": "/v1/chat/completions", "model": "m"}, "response": {"body": {}, "is_streaming": false}}',
    [
      'f58a9a13f2d5b191147f403a5edb12391276c6178f8371bd5128e0c86267c865',
      '55e5189918f21ce31ac368935926aacedc6d698af38a6420a406af6c5bd8a2dc',
    ],
  ],
  [
    'model lists are shared by all tests',
    '{"test_id": "t/test_a.py::test_a[x]", "request": {"method": "post", "url": "http://h/v1/models", "headers": {}, "body": {}, "endpoint": "/v1/chat/completions", "model": "m"}, "response": {"body": {}, "is_streaming": false}}',
    ['3a641f25d65695766fb77e424273f716b852f371e1e87f6e14fd5672b1ab6005'],
  ],
  [
    'numbers as written',
    '{"test_id": "t/test_a.py::test_a[x]", "request": {"method": "post", "url": "http://h/x", "headers": {}, "body": {"a": 1e+16, "b": 12345678901234567890, "c": -0.0, "d": 100.0}, "endpoint": "/v1/chat/completions", "model": "m"}, "response": {"body": {}, "is_streaming": false}}',
    [
      '0e7b3599f3caf522aff83b5fc17db6425a580a6d6a97ff61be472426b11780ff',
      'adc396364534c86c78fc5ee6ceea1d27d0a20a9815d3c46793ff57de27e0d65e',
    ],
  ],
  [
    'a tool',
    '{"test_id": "t/test_a.py::test_a[x]", "request": {"test_id": "t", "provider": "tavily", "tool_name": "web_search", "kwargs": {"query": "\\u00e9", "n": 1.0}}, "response": {"body": {}, "is_streaming": false}}',
    ['02334984313697e6a04d3a715dd6dd47c52070209ecfa7eb14e43575ae019266'],
  ],
  [
    'an HTTP request',
    '{"test_id": "t/test_a.py::test_a[x]", "request": {"test_id": "t", "url": "https://h/v1/messages", "method": "post", "payload": {"max": 0.1234567, "x": "score: 0.5"}}, "response": {"body": {}, "is_streaming": false}}',
    [
      '6da89dab2098fe13dfe9c67c7e0394b24d93d3f6cd093a787ef3c65169ef2039',
      '1525b1460c55ab0593e2d8c3ef78721d7135f98ec7936aa4913342720a7d34d6',
    ],
  ],
];

describe('requestHashes', () => {
  test.each(HASHES)('%s', (_what, recording, hashes) => {
    expect(hashesOf(recording)).toEqual(hashes);
  });

  test.each([
    '{"request": {}, "response": {"body": 1}}',
    '{"request": {"url": 1, "method": "POST", "body": {}}, "response": {"body": 1}}',
    '{"request": {"url": "http://h/x", "method": "POST"}, "response": {"body": 1}}',
    '{"request": {"tool_name": "search"}, "response": {"body": 1}}',
    '[]',
  ])('no recorder hashes %s', (recording) => {
    expect(hashesOf(recording)).toEqual([]);
  });

  test('distinguishes 1.0 from 1', () => {
    const recording = (n: string) =>
      `{"request": {"url": "http://h/x", "method": "POST", "body": {"n": ${n}}}}`;
    expect(hashesOf(recording('1.0'))).not.toEqual(hashesOf(recording('1')));
    expect(hashesOf(recording('1.00'))).toEqual(hashesOf(recording('1.0')));
  });
});

test('hashes with another test id', () => {
  const [, inference = ''] = HASHES[0] ?? [];
  const [, http = ''] = HASHES.at(-1) ?? [];
  for (const [recording, of] of [
    [inference, 't/test_a.py::test_a[x]'],
    [http, 't'],
  ] as const) {
    const renamed = recording.replaceAll(`"test_id": "${of}"`, '"test_id": "t/new.py::test_n"');
    const expected = hashesByVersion(documentOf(renamed));
    expect(hashesByVersion(documentOf(recording), 't/new.py::test_n')).toEqual(expected);
    expect(hashesByVersion(documentOf(recording), of)).toEqual(hashesByVersion(documentOf(recording)));
    expect(hashesByVersion(documentOf(recording), null)).not.toEqual(expected);
  }
});

describe('hashesByVersion', () => {
  // In the order of `HASHES`; version 1 is the lowest bit.
  const versions = [
    [0b1110, 0b0001],
    [0b1100, 0b0010, 0b0001],
    [0b1000, 0b0100, 0b0010, 0b0001],
    [0b1000, 0b0110, 0b0001],
    [0b1110, 0b0001],
    [0b1110, 0b0001],
    [0b1111],
    [0b1110, 0b0001],
    [0b1111],
    [0b1000, 0b0100],
  ];
  test.each(HASHES.map(([what, recording], index) => [what, recording, versions[index]] as const))(
    '%s',
    (_what, recording, masks) => {
      const found = hashesByVersion(documentOf(recording));
      expect(found.map((one) => one.versions)).toEqual(masks);
      expect(found.map((one) => one.hash)).toEqual(hashesOf(recording));
    },
  );
});

function hashesOf(recording: string): string[] {
  return requestHashes(documentOf(recording));
}

function documentOf(recording: string) {
  const document = openDocument(Buffer.from(recording));
  if ('problem' in document) throw new Error(document.problem);
  return document;
}
