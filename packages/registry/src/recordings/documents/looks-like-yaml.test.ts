import { describe, expect, test } from 'vitest';
import { looksLikeYaml } from './looks-like-yaml.js';
import { openDocument } from './open-document.js';

/** Files that a pattern for cassettes may find: the syntax they are read in, or their problem. */
const FILES: [name: string, text: string, read: string | RegExp][] = [
  ['a mapping', 'interactions:\n- request: {}\n', 'yaml'],
  ['a mapping after comments', '# recorded\n\n  # twice\nversion: 1\n', 'yaml'],
  ['a mapping with Windows line ends', 'version: 1\r\ninteractions: []\r\n', 'yaml'],
  ['a document mark', '---\nhttp_interactions: []\n', 'yaml'],
  ['a tagged document', '--- !ruby/hash:Cassette\na: 1\n', 'yaml'],
  ['a directive', '%YAML 1.1\n---\na: 1\n', 'yaml'],
  ['a list', '- a\n- b\n', 'yaml'],
  ['quoted keys', `"a b": 1\n'c d': 2\n`, 'yaml'],
  ['a mapping in braces', '{interactions: [], version: 1}', 'yaml'],
  ['JSON', '{"interactions": [], "version": 1}', 'json'],
  ['JSON with spaces before it', '\n\n  [1]', 'json'],
  ['JSON with a problem', '{"a": 1,}', /^not JSON: /],
  ['an empty file', '', /empty/],
  ['comments only', '# nothing\n', /^not JSON: /],
  ['an empty document', '---\n', /^not JSON: /],
  ['prose', 'The cassettes here are recorded by hand.\nSee the wiki.\n', /^not JSON: /],
  ['a note', 'Note: record again.\nThen: push\nplease.\n', /^not YAML: .*line 4/],
  ['a README', '# Cassettes\n\nRecorded with vcrpy: do not edit.\n', /^not JSON: /],
  ['CSV', 'name,value\na,1\n', /^not JSON: /],
  ['a log', '2026-01-02 03:04:05 INFO: started\n', /^not JSON: /],
  ['a log with levels', 'INFO: started\nDEBUG: x: y: z\n', /^not YAML: .*line 2/],
  ['source code', "import vcr\n\n\ndef test():\n    assert {'a': 1}\n", /^not JSON: /],
  ['a TypeScript file', 'export const a: string = "b";\n', /^not JSON: /],
  ['an environment', 'API_KEY=secret\nURL=http://a:b@c\n', /^not JSON: /],
  ['a URL', 'https://example.com/a: b\n', /^not JSON: /],
  ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n', /^not JSON: /],
  ['a patch', '--- a/file\n+++ b/file\n@@ -1 +1 @@\n-a\n+b\n', /^not JSON: /],
  ['httprr', 'httprr trace v1\n10 20\n', /^not an httprr trace: /],
  ['HTTP', 'GET / HTTP/1.1\nHost: example.com\n\n', /^not JSON: /],
];

describe('the syntax of a file', () => {
  test.each(FILES)('%s', (_name, text, read) => {
    const document = openDocument(Buffer.from(text));
    if (typeof read === 'string') expect(document).toHaveProperty('syntax', read);
    else expect(document).toHaveProperty('problem', expect.stringMatching(read));
  });

  test('long starts', () => {
    const size = 4 * 1024 * 1024;
    for (const part of [
      '\n',
      '#\n',
      ' \n',
      ' ',
      '#',
      'a',
      "'",
      '"a',
      'a ',
      'a.',
      '-',
      '---',
      '{ ',
      '%YAML',
    ]) {
      const text = part.repeat(size / part.length);
      expect(looksLikeYaml(text)).toBe(false);
      expect(looksLikeYaml(`${text}\na: 1`)).toBe(/^[\s#]*$/.test(part));
    }
  });
});
