import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MAIN_CALLS, pullRequestCalls, RECORDED_AGAIN } from '../../examples/calls/all-calls.js';
import { MAIN_FILES } from '../../examples/calls/all-files.js';
import { CASSETTES_AGAIN, MAIN_CASSETTES } from '../../examples/calls/cassettes.js';
import { identify } from '../../packages/registry/src/recordings/reading/identify-recording.js';
import { readRecording } from '../../packages/registry/src/recordings/reading/read-recording.js';
import { type Call, recordingPath, recordingText, requestHash } from '../support/recorder.js';

const repository = fileURLToPath(new URL('../../examples/support-desk', import.meta.url));

describe('the example repository', () => {
  it('has exactly the recordings that its generator writes', async () => {
    const entries = await readdir(repository, { recursive: true, withFileTypes: true });
    const committed: [string, string][] = [];
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !/\.(?:json|yaml)$/.test(entry.name)) continue;
      committed.push([path.slice(repository.length + 1), await readFile(path, 'utf8')]);
    }
    const written = MAIN_FILES.map(({ path, text }): [string, string] => [path, text]);
    expect(new Map(committed.sort())).toEqual(new Map(written.sort()));
  });

  it.each([...MAIN_CALLS, ...RECORDED_AGAIN].map((call) => [recordingPath(call), call] as const))(
    '%s is found by the newest recorder',
    (path, call) => {
      const reading = readRecording(Buffer.from(recordingText(call)));
      expect(reading).toMatchObject({ format: 'ogx', testId: call.testId, problem: null });
      expect(identify(path, reading)).toMatchObject({ hash: requestHash(call), hashStatus: 'VERIFIED' });
      expect(reading.requestHashes[0]).toBe(requestHash(call));
    },
  );

  it.each([...MAIN_CASSETTES, ...CASSETTES_AGAIN])('reads $path', ({ path, testId, text }) => {
    const reading = readRecording(Buffer.from(text));
    expect(reading).toMatchObject({
      ...{ format: 'vcrpy', model: 'gpt-4o-mini', endpoint: '/v1/chat/completions', outcome: 'SUCCESS' },
      problem: null,
    });
    expect(reading.exchanges.length).toBeGreaterThan(0);
    expect(identify(path, reading)).toMatchObject({ testId, hashStatus: 'UNKNOWN' });
  });

  it('has every kind of response', () => {
    const readings = MAIN_CALLS.map((call) => readRecording(Buffer.from(recordingText(call))));
    const count = (holds: (reading: (typeof readings)[number]) => boolean) => readings.filter(holds).length;
    expect(readings).toHaveLength(30);
    expect(count((reading) => reading.isStreaming === true)).toBe(6);
    expect(count((reading) => reading.outcome === 'ERROR')).toBe(2);
    expect(new Set(readings.map((reading) => reading.endpoint))).toEqual(
      new Set([
        '/v1/chat/completions',
        '/v1/completions',
        '/v1/embeddings',
        '/v1/models',
        '/v1/messages',
        null,
      ]),
    );
    expect(new Set(readings.map((reading) => reading.model))).toEqual(
      new Set(['gpt-4o', 'llama3.2:3b', 'text-embedding-3-small', 'claude-3-5-haiku-latest', null]),
    );
  });

  it('has tests that the pull request re-records, one call each', () => {
    const tests = RECORDED_AGAIN.map((call: Call) => call.testId);
    expect(new Set(tests).size).toBe(tests.length);
    const calls = pullRequestCalls();
    expect(calls.filter(({ again }) => !again)).toHaveLength(MAIN_CALLS.length - 4);
    expect(new Set(calls.map(({ call }) => recordingPath(call))).size).toBe(calls.length);
  });
});
