import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Playable } from '../../vocabulary/recording.js';
import { identify } from '../reading/identify-recording.js';
import { readRecording } from '../reading/read-recording.js';
import { hashVersionsOf } from './explain-name.js';
import { type PlayableFacts, playable, recorderVersion } from './playable.js';
import { ANY_RECORDER, chooseRecorder, type Recorder } from './recorder.js';

const [H4, H3, H2, H1, OTHER] = ['4', '3', '2', '1', '0'].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
  string,
  string,
];
const CHAT = '/v1/chat/completions';
const LIST = '/v1/models';
const TEST = 'tests/integration/inference/test_a.py::test_a[x]';
const OWN = 'tests/integration/inference/recordings';
const V4: Recorder = { version: 4, folders: [], testFolders: [OWN], baseFolders: [], isLayoutKnown: true };
const V3: Recorder = { ...V4, version: 3 };
const request = { requestHashes: [H4, H3, H2, H1], hashVersions: [8, 4, 2, 1] };

/** Facts of a recording whose four versions compute different hashes. */
function factsAt(path: string, testId: string | null = TEST, endpoint: string | null = CHAT): PlayableFacts {
  const { hash, hashStatus } = identify(path, { format: 'ogx', testId: null, ...request });
  return { path, testId, endpoint, hashStatus, hashVersions: hashVersionsOf(hash, request) };
}

describe('the name of a recording', () => {
  test.each<[path: string, endpoint: string | null, recorder: Recorder, Playable, version: number | null]>([
    [`${OWN}/${H4}.json`, CHAT, V4, 'YES', 4],
    [`${OWN}/${H3}.json`, CHAT, V4, 'OUTDATED', 3],
    [`${OWN}/${H2}.json`, CHAT, V4, 'OUTDATED', 2],
    [`${OWN}/${H2}.json`, CHAT, V3, 'OUTDATED', 2],
    [`${OWN}/${H3}.json`, CHAT, V3, 'YES', 3],
    [`${OWN}/${H4}.json`, CHAT, V3, 'YES', 4],
    [`${OWN}/${H2}.json`, CHAT, ANY_RECORDER, 'YES', 2],
    [`${OWN}/${'1'.repeat(12)}.json`, CHAT, V4, 'OUTDATED', 1],
    [`${OWN}/${'1'.repeat(12)}.json`, CHAT, ANY_RECORDER, 'YES', 1],
    [`${OWN}/${'4'.repeat(12)}.json`, CHAT, V4, 'MISNAMED', null],
    [`${OWN}/${OTHER}.json`, CHAT, V4, 'MISNAMED', null],
    [`${OWN}/call.json`, CHAT, V4, 'MISNAMED', null],
    // Model lists have names of their own, and nothing else has them.
    [`${OWN}/models-${H4}-0a1b2c3d.json`, LIST, V4, 'YES', 4],
    [`${OWN}/models-${H4}-0a1b2c3d.json`, '/v1/openai/v1/models', V4, 'YES', 4],
    [`${OWN}/models-${H2}-0a1b2c3d.json`, LIST, V4, 'OUTDATED', 2],
    [`${OWN}/models-${H4}-0a1b2c3d.json`, CHAT, V4, 'MISNAMED', null],
    [`${OWN}/${H4}.json`, LIST, V4, 'MISNAMED', null],
    [`${OWN}/${H4}.json`, LIST, ANY_RECORDER, 'MISNAMED', null],
    [`${OWN}/${'1'.repeat(12)}.json`, LIST, V4, 'OUTDATED', 1],
    [`${OWN}/models-${'1'.repeat(12)}-0a.json`, CHAT, ANY_RECORDER, 'MISNAMED', null],
    [`${OWN}/${H4}.json`, null, V4, 'YES', 4],
  ])('%s of %s', (path, endpoint, recorder, expected, version) => {
    const facts = factsAt(path, TEST, endpoint);
    expect(playable(facts, recorder)).toBe(expected);
    expect(recorderVersion(facts)).toBe(version);
  });

  test('without a test id, a full hash may belong to a test', () => {
    expect(playable(factsAt(`${OWN}/${OTHER}.json`, null), V4)).toBe('UNKNOWN');
    expect(playable(factsAt(`${OWN}/${'5'.repeat(12)}.json`, null), V4)).toBe('MISNAMED');
    expect(playable(factsAt(`${OWN}/models-${H4}-0a.json`, null), V4)).toBe('MISNAMED');
  });
});

describe('the place of a recording', () => {
  test('a model list without a test lies in common/recordings, or in a listed folder', () => {
    const list = (folder: string) => factsAt(`${folder}/models-${H4}-0a1b2c3d.json`, null, LIST);
    const base = 'tests/conformance/recordings';
    expect(playable(list('tests/integration/common/recordings'), ANY_RECORDER)).toBe('YES');
    expect(playable(list(base), ANY_RECORDER)).toBe('MISPLACED');
    expect(playable(list(base), { ...V4, folders: [base] })).toBe('YES');
    expect(playable(list(base), { ...V4, baseFolders: [base] })).toBe('YES');
    expect(playable(factsAt(`${base}/${H4}.json`, null), ANY_RECORDER)).toBe('YES');
  });

  const named: Recorder = { ...V4, folders: ['tests/conformance/recordings'] };
  test.each<[folder: string, testId: string | null, recorder: Recorder, Playable]>([
    [OWN, TEST, V4, 'YES'],
    ['tests/integration/common/recordings', TEST, V4, 'YES'],
    ['tests/common/recordings', TEST, V4, 'YES'],
    ['common/recordings', TEST, V4, 'YES'],
    [`server/${OWN}`, TEST, V4, 'YES'],
    ['server/tests/integration/common/recordings', TEST, V4, 'YES'],
    ['tests/integration/wrong/recordings', TEST, V4, 'MISPLACED'],
    ['tests/integration/inference', TEST, V4, 'MISPLACED'],
    ['tests/unit/common/recordings', TEST, V4, 'MISPLACED'],
    ['xtests/integration/inference/recordings', TEST, V4, 'MISPLACED'],
    [`${OWN}/old`, TEST, V4, 'MISPLACED'],
    ['', TEST, V4, 'MISPLACED'],
    ['tests/conformance/recordings', TEST, named, 'YES'],
    ['tests/conformance/recordings', TEST, V4, 'MISPLACED'],
    ['tests/integration/wrong/recordings', TEST, ANY_RECORDER, 'MISPLACED'],
    ['recordings', 'test_a.py::test_a', V4, 'YES'],
    ['any/recordings', 'test_a.py::test_a', V4, 'YES'],
    ['anywhere', 'no file in this id', V4, 'YES'],
    ['anywhere', '::test_a', V4, 'YES'],
    // One folder for all tests, in a repository with another layout.
    ['tests/integration/recordings', TEST, ANY_RECORDER, 'YES'],
    ['server/tests/recordings', TEST, ANY_RECORDER, 'YES'],
    ['recordings', TEST, ANY_RECORDER, 'YES'],
    ['any/recordings', TEST, ANY_RECORDER, 'MISPLACED'],
    ['tests/integration/recordings', TEST, V4, 'MISPLACED'],
    // Without a test id: `common/recordings`, or a base that a run names.
    ['tests/integration/common/recordings', null, V4, 'YES'],
    ['tests/integration/common/recordings', null, named, 'YES'],
    ['tests/conformance/recordings', null, named, 'YES'],
    ['tests/conformance/recordings', null, V4, 'YES'],
    ['tests/other/recordings', null, named, 'MISPLACED'],
    [OWN, null, V4, 'MISPLACED'],
    [OWN, null, ANY_RECORDER, 'YES'],
    ['', null, ANY_RECORDER, 'YES'],
  ])('%s of test %s', (folder, testId, recorder, expected) => {
    const path = folder === '' ? `${H4}.json` : `${folder}/${H4}.json`;
    expect(playable(factsAt(path, testId), recorder)).toBe(expected);
  });

  test('a wrong name is reported before a wrong place', () => {
    expect(playable(factsAt(`wrong/recordings/${H3}.json`), V4)).toBe('OUTDATED');
    expect(playable(factsAt(`wrong/recordings/${OTHER}.json`), V4)).toBe('MISNAMED');
  });
});

test.each<[Partial<PlayableFacts>, Playable]>([
  [{ hashStatus: 'VERIFIED' }, 'YES'],
  [{ hashStatus: 'MISMATCHED' }, 'MISNAMED'],
  [{ hashStatus: 'MISMATCHED', testId: null }, 'UNKNOWN'],
  [{ hashStatus: 'MISMATCHED', testId: null, path: 'a/call.json' }, 'MISNAMED'],
  [{ hashStatus: 'UNKNOWN' }, 'UNKNOWN'],
])('of a content that an earlier release read: %j is %s', (facts, expected) => {
  const read = { path: `elsewhere/${H3}.json`, testId: TEST, endpoint: CHAT, hashVersions: null };
  expect(playable({ ...read, hashStatus: 'UNKNOWN', ...facts }, V4)).toBe(expected);
});

const NOTHING = { names: [], testFolders: [], baseFolders: [], ofTests: 0, besideTests: 0, common: 0 };

test.each([
  [{}, [], false],
  [{ ofTests: 10, besideTests: 5 }, [], true],
  [{ ofTests: 10, besideTests: 4 }, [], false],
  [{ ofTests: 10, besideTests: 4, common: 1 }, [], true],
  [{ ofTests: 10 }, ['a/recordings'], true],
])('the layout %j, with the folders %j of the settings, is known: %s', (places, folders, expected) => {
  const evidence = { ...NOTHING, ...places };
  expect(chooseRecorder({ version: null, folders }, evidence).isLayoutKnown).toBe(expected);
});

test.each<[masks: number[], count: number, setting: number | null, version: number]>([
  [[0b1111], 10, null, 1],
  [[0b1110, 0b1111], 5, null, 2],
  [[0b1110, 0b0100, 0b0010], 4, null, 3],
  [[0b1000, 0b0100], 5, null, 4],
  [[0b1000], 10, 3, 3],
  // Too few names to say anything.
  [[], 0, null, 4],
  [[0b0100], 9, null, 4],
  [[0b0100], 9, 3, 3],
])(
  'the names %j, %i of each, with the setting %s, need recorder version %s',
  (masks, count, version, expected) => {
    const names = masks.map((versions) => ({ versions, count }));
    expect(chooseRecorder({ version, folders: [] }, { ...NOTHING, names }).version).toBe(expected);
  },
);

test('any bytes at any path have a status', () => {
  const request = fc.record({
    test_id: fc.oneof(fc.string(), fc.constant(null)),
    request: fc.record({
      method: fc.string(),
      url: fc.string(),
      endpoint: fc.constantFrom(CHAT, LIST, ''),
      body: fc.jsonValue(),
    }),
    response: fc.record({ body: fc.jsonValue() }),
  });
  const bytes = fc.oneof(
    fc.uint8Array(),
    request.map((recording) => Buffer.from(JSON.stringify(recording))),
  );
  fc.assert(
    fc.property(bytes, fc.string(), fc.boolean(), (content, folder, named) => {
      const reading = readRecording(content);
      const path = `${folder}/${named ? (reading.requestHashes[0] ?? H4) : folder}.json`;
      const { hash, hashStatus } = identify(path, reading);
      const facts = { ...reading, path, hashStatus, hashVersions: hashVersionsOf(hash, reading) };
      const version = recorderVersion(facts);
      const status = playable(facts, V4);
      expect(['YES', 'OUTDATED', 'MISNAMED', 'MISPLACED', 'UNKNOWN']).toContain(status);
      if (status === 'YES' || status === 'MISPLACED') expect(version).toBe(4);
      if (status === 'MISNAMED') expect(version).toBeNull();
    }),
  );
});
