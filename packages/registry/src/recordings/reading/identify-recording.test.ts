import { describe, expect, test } from 'vitest';
import { identify } from './identify-recording.js';

const NEW = 'a'.repeat(64);
const OLD = `123456789abc${'d'.repeat(52)}`;
const OTHER = 'e'.repeat(64);
const reading = { format: 'ogx', testId: 't', requestHashes: [NEW, OLD] };

describe('identify', () => {
  test.each([
    [`${NEW}.json`, NEW, 'VERIFIED'],
    [`tests/a/recordings/${NEW}.json`, NEW, 'VERIFIED'],
    [`models-${NEW}-0a1b2c3d.json`, NEW, 'VERIFIED'],
    [`x/123456789abc.json`, '123456789abc', 'VERIFIED'],
    [`models-123456789abc-0a1b2c3d.json`, '123456789abc', 'VERIFIED'],
    [`${OTHER}.json`, OTHER, 'MISMATCHED'],
    [`models-${OTHER}-00.json`, OTHER, 'MISMATCHED'],
    // Only the oldest version shortens hashes.
    [`${'a'.repeat(12)}.json`, 'a'.repeat(12), 'MISMATCHED'],
    [`${'a'.repeat(13)}.json`, null, 'MISMATCHED'],
    [`${NEW.toUpperCase()}.json`, null, 'MISMATCHED'],
    [`${NEW}.json.bak`, null, 'MISMATCHED'],
    [`${NEW}/call.json`, null, 'MISMATCHED'],
  ])('%s', (path, hash, hashStatus) => {
    expect(identify(path, reading)).toEqual({ testId: 't', hash, hashStatus });
  });

  test('an opaque file has the hash in its name and an unknown status', () => {
    const unknown = { testId: null, hash: NEW, hashStatus: 'UNKNOWN' };
    expect(identify(`${NEW}.json`, { format: 'opaque', testId: null, requestHashes: [] })).toEqual(unknown);
    expect(identify(`${NEW}.json`, { format: 'ogx', testId: null, requestHashes: [] })).toEqual(unknown);
    expect(identify('a.json', { format: 'opaque', testId: null, requestHashes: [] })).toEqual({
      ...unknown,
      hash: null,
    });
  });

  test('a cassette without a test id belongs to the test that its path names', () => {
    const cassette = { format: 'vcrpy', testId: null, requestHashes: [] };
    const test = { testId: 'tests/test_chat.py::test_greets', hash: null, hashStatus: 'UNKNOWN' };
    expect(identify('tests/cassettes/test_chat/test_greets.yaml', cassette)).toEqual(test);
    expect(identify('fixtures/greets.yaml', cassette).testId).toBe('fixtures/greets.yaml');
  });
});
