import type { DriftSide } from '../src/review/differences/drift.js';
import { compareRecordings, type RecordingComparison } from '../src/review/drift/compare-recordings.js';

/** Compares two files at one path, of a test and an API of no importance. */
export function compareFiles(before: Uint8Array, after: Uint8Array): RecordingComparison {
  const side = (digest: string): DriftSide => ({
    path: 'a.json',
    digest,
    size: 1,
    testId: 't.py::test',
    model: 'm',
    endpoint: '/v1/any',
    hash: null,
    hashStatus: 'UNKNOWN',
    playable: 'UNKNOWN',
  });
  return compareRecordings({ side: side('a'), bytes: before }, { side: side('b'), bytes: after }, true);
}
