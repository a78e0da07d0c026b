import type { Identity, Reading } from '../../vocabulary/recording.js';
import { parseRecordingName, SHORT_HASH } from '../playable/recording-name.js';

/**
 * Returns the hash in a file name, and whether it matches the hash of the request. The status is
 * `UNKNOWN` when no hash can be computed: the format is unknown, or the recorder does not hash such
 * requests.
 */
export function identify(path: string, reading: Pick<Reading, 'format' | 'requestHashes'>): Identity {
  const { hash } = parseRecordingName(path);
  if (reading.format === 'opaque' || reading.requestHashes.length === 0)
    return { hash, hashStatus: 'UNKNOWN' };
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
