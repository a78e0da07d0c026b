import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameRecording } from './name-recording.js';
import { earlierTestId, laterTestId } from './renamed-test.js';

const TEST = 'tests/a/test_b.py::test_c[txt=openai/gpt-4o]';
const SCORED = 'doc score: 0.87654, end';

/** The text that a recorder hashes, written by hand for this one request. */
const hashOf = (testId: string | null, content: string) =>
  sha(
    `{"body": {"messages": [{"content": ${JSON.stringify(content)}}]}, "endpoint": "/v1/chat/completions", ` +
      `"method": "POST", "test_id": ${JSON.stringify(testId)}}`,
  );
const sha = (text: string) => createHash('sha256').update(text).digest('hex');

function file(name: string, { testId = TEST, content = 'Hi' }: { testId?: string; content?: string } = {}) {
  const request = {
    method: 'POST',
    url: 'http://x/v1/chat/completions',
    endpoint: '/v1/chat/completions',
    body: { messages: [{ content }] },
  };
  const text = JSON.stringify({ test_id: testId, request, response: { body: {}, is_streaming: false } });
  return { path: `tests/a/recordings/${name}.json`, content: Buffer.from(text) };
}

const inFolder = (hash: string) => `tests/a/recordings/${hash}.json`;

describe('nameRecording', () => {
  const newest = hashOf(TEST, 'doc score: __NORMALIZED__, end');

  it.each([
    [
      'keeps the newest name',
      file(hashOf(TEST, 'Hi')),
      { status: 'CURRENT', to: inFolder(hashOf(TEST, 'Hi')) },
    ],
    [
      'renames what only older versions find',
      file(hashOf(TEST, SCORED), { content: SCORED }),
      {
        status: 'RENAME',
        to: inFolder(newest),
        reason: 'only recorder version 3 and older look for its name',
      },
    ],
    [
      'leaves a file whose request was edited, and knows its right name',
      file('a'.repeat(64)),
      { status: 'UNSOUND', to: inFolder(hashOf(TEST, 'Hi')), fitsTestId: null },
    ],
  ])('%s', (_name, given, expected) => {
    expect(nameRecording(given, [])).toMatchObject(expected);
  });

  const OTHER = 'tests/a/test_b.py::test_d[txt=openai/gpt-4o]';
  const renamed = [{ from: 'tests/a/test_b.py::test_c', to: 'tests/a/test_b.py::test_d' }];

  it('renames a recording of a renamed test whose id was edited in the file', () => {
    const given = file(hashOf(TEST, 'Hi'), { testId: OTHER });
    expect(nameRecording(given, renamed)).toMatchObject({
      status: 'RENAME',
      to: inFolder(hashOf(OTHER, 'Hi')),
      reason: 'its test was renamed',
    });
    expect(nameRecording(given, [])).toMatchObject({ status: 'UNSOUND' });
  });

  it('renames one whose file still has the old id, and says so', () => {
    const given = file(hashOf(TEST, 'Hi'));
    expect(nameRecording(given, renamed)).toMatchObject({
      status: 'RENAME',
      to: inFolder(hashOf(OTHER, 'Hi')),
      reason: expect.stringContaining(`still ${TEST}`),
    });
  });

  it('does not rename a recording of a renamed test whose request was edited as well', () => {
    const given = file(hashOf(TEST, 'Hello'), { testId: OTHER });
    expect(nameRecording(given, renamed)).toMatchObject({ status: 'UNSOUND' });
  });

  it('finds the test id with which the name fits', () => {
    const given = file(hashOf(TEST, 'Hi'), { testId: OTHER });
    expect(nameRecording(given, [], ['tests/x.py::y', TEST])).toMatchObject({
      status: 'UNSOUND',
      fitsTestId: TEST,
    });
  });

  it('looks for a model list under its own form of name', () => {
    const request = { method: 'GET', url: 'http://x/v1/models', endpoint: '/v1/models', body: {} };
    const body = [
      { __type__: 'm', __data__: { id: 'b' } },
      { __type__: 'm', __data__: { id: 'a' } },
    ];
    const text = JSON.stringify({ test_id: null, request, response: { body, is_streaming: false } });
    const hash = sha('{"body": {}, "endpoint": "/v1/models", "method": "GET"}');
    const named = (name: string) => nameRecording({ path: name, content: Buffer.from(text) }, []);
    const right = `models-${hash}-${sha('a|b').slice(0, 8)}.json`;
    expect(named(`${hash}.json`)).toMatchObject({
      status: 'RENAME',
      to: right,
      reason: expect.stringContaining('models-<hash>'),
    });
    expect(named(right)).toMatchObject({ status: 'CURRENT' });
    expect(named(`models-${hash}-00000000.json`)).toMatchObject({ status: 'CURRENT' });
  });

  it('never throws, and knows no name for other files', () => {
    for (const text of ['', '{}', '[1', '{"request": {}, "response": {"body": 1}}']) {
      const given = { path: 'a.json', content: Buffer.from(text) };
      expect(nameRecording(given, renamed, [TEST])).toMatchObject({ status: 'UNKNOWN', to: null });
    }
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, name) => {
        const text = JSON.stringify({ test_id: name, request: value, response: { body: value } });
        nameRecording({ path: `${name}.json`, content: Buffer.from(text) }, renamed, [name]);
      }),
    );
  });
});

describe('renamed tests', () => {
  it.each([
    ['tests/a.py', 'tests/b.py', 'tests/a.py::test_x[1]', 'tests/b.py::test_x[1]'],
    ['tests/a.py::test_x', 'tests/a.py::test_y', 'tests/a.py::test_x[m]', 'tests/a.py::test_y[m]'],
    ['tests/a.py::test_x[m]', 'tests/a.py::test_x[n]', 'tests/a.py::test_x[m]', 'tests/a.py::test_x[n]'],
    ['tests/a.py::test_x', 'tests/a.py::test_y', 'tests/a.py::test_x_more', null],
    ['tests/a.py', 'tests/b.py', 'tests/a.pyx', null],
  ])('%s → %s turns %s into %s', (from, to, before, after) => {
    expect(laterTestId(before, [{ from, to }])).toBe(after);
    if (after !== null) expect(earlierTestId(after, [{ from, to }])).toBe(before);
  });
});
