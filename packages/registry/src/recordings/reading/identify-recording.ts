import type { RecordingRule } from '@fixture-registry/protocol/settings';
import type { Identity, Reading } from '../../vocabulary/recording.js';
import { parseRecordingName, SHORT_HASH } from '../playable/recording-name.js';
import { indexable } from './indexable-text.js';
import { testIdOfPath } from './test-id-of-path.js';

/** What the path of a recording adds to what its content says. */
type ReadContent = Pick<Reading, 'format' | 'testId' | 'requestHashes'>;

/**
 * Returns the test of a recording, the hash in its file name, and whether it matches the hash of the request.
 * The status is `UNKNOWN` when no hash can be computed: the format is unknown, or the recorder does not hash
 * such requests.
 * @param rule the rule of the settings for the path
 */
export function identify(path: string, reading: ReadContent, rule: RecordingRule | null = null): Identity {
  const ofPath = () => testIdOfPath(path, reading.format, rule?.testId ?? null);
  const testId = reading.testId ?? (NAMED_BY_TEST.has(reading.format) ? null : ofPath());
  return { testId: indexable(testId), ...identifyHash(path, reading) };
}

/** Formats whose recorder writes the test id, if any, into the file; of an opaque file nothing is known. */
const NAMED_BY_TEST = new Set(['ogx', 'opaque']);

function identifyHash(path: string, reading: ReadContent): Omit<Identity, 'testId'> {
  const { hash } = parseRecordingName(path);
  if (reading.requestHashes.length === 0) return { hash, hashStatus: 'UNKNOWN' };
  if (hash === null) return { hash, hashStatus: 'MISMATCHED' };
  return { hash, hashStatus: matchesRequest(hash, reading.requestHashes) ? 'VERIFIED' : 'MISMATCHED' };
}

/**
 * Only the oldest recorder version shortened hashes in file names; `requestHashes` lists the newest
 * first.
 */
function matchesRequest(hash: string, requestHashes: string[]): boolean {
  if (hash.length === SHORT_HASH) return requestHashes.at(-1)?.startsWith(hash) === true;
  return requestHashes.includes(hash);
}
