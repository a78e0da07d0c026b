import { describe, expect, it } from 'vitest';
import { formatOfHead } from './format-of-head.js';

const of = (text: string) => formatOfHead(new TextEncoder().encode(text));

describe('formatOfHead', () => {
  it.each([
    ['interactions:\n- request:\n    method: POST\n', 'vcrpy'],
    ['version: 1\ninteractions:\n', 'vcrpy'],
    ['# recorded by hand\ninteractions: []\n', 'vcrpy'],
    ['{"version": 1, "interactions": []}', 'vcrpy'],
    ['requests:\n- body: null\n', 'vcrpy'],
    ['---\nhttp_interactions:\n- request:\n', 'vcr'],
    ['---\nrecorded_with: VCR 6.2.0\nhttp_interactions:\n', 'vcr'],
    ['---\r\nhttp_interactions:\r\n', 'vcr'],
    ['---\nversion: 2\ninteractions:\n- id: 0\n', 'go-vcr'],
    ['version: 2\nrwmutex: {}\ninteractions:\n', 'go-vcr'],
    ['httprr trace v1\n742 1043\nPOST ', 'httprr'],
    ['{\n  "log": {\n    "_recordingName": "a"', 'har'],
    ['log:\n  _recordingName: a\n', 'har'],
    ['{"Entries": [', 'test-proxy'],
    ['[\n  {\n    "scope": "https://api.openai.com:443",', 'nock'],
    ['{"test_id": "tests/a.py::test_\\"x\\"", "request": {"method": "POST"', 'ogx'],
    ['{"test_id": null, "request": {', 'ogx'],
    ['{ "request": { "method": "POST"', 'ogx'],
    ['\uFEFFinteractions: []', 'vcrpy'],
    ['', null],
    ['version: 1\nservices:\n  interactions: 1\n', null],
    ['name: tests\non: push\n', null],
    ['{"name": "a", "request": 1}', null],
    ['[1, 2, 3]', null],
    ['{"log": "a"', 'har'],
  ])('%j: %s', (text, expected) => {
    expect(of(text)).toBe(expected);
  });

  it('recognizes gzip', () => {
    expect(formatOfHead(Uint8Array.of(0x1f, 0x8b, 8, 0))).toBe('gzip');
    expect(formatOfHead(Uint8Array.of())).toBeNull();
  });
});
