import { type Call, recordingPath, recordingText } from '../../test/support/recorder.js';
import { MAIN_CALLS, pullRequestCalls } from './all-calls.js';
import { CASSETTES_AGAIN, MAIN_CASSETTES } from './cassettes.js';

/** A recording of the example's tests, in either format. */
export interface RecordedFile {
  path: string;
  text: string;
  /** Null for calls that no test makes. */
  testId: string | null;
}

/** All recordings of the example's tests on `main`. */
export const MAIN_FILES: RecordedFile[] = [...MAIN_CALLS.map(fileOf), ...MAIN_CASSETTES];

/** The recordings of the pull request's tests, and whether each is recorded again. */
export function pullRequestFiles(): (RecordedFile & { again: boolean })[] {
  const again = new Map(CASSETTES_AGAIN.map((cassette) => [cassette.path, cassette]));
  return [
    ...pullRequestCalls().map(({ call, again }) => ({ ...fileOf(call), again })),
    ...MAIN_CASSETTES.map((cassette) => ({
      ...(again.get(cassette.path) ?? cassette),
      again: again.has(cassette.path),
    })),
  ];
}

function fileOf(call: Call): RecordedFile {
  return { path: recordingPath(call), text: recordingText(call), testId: call.testId };
}
