import type { Identity, Reading } from '../../vocabulary/recording.js';

/** `<hash>.json`, or `models-<hash>-<digest>.json` where one request has several responses. */
const FILE_NAME = /^(?:([0-9a-f]{64}|[0-9a-f]{12})|models-([0-9a-f]{64}|[0-9a-f]{12})-[0-9a-f]+)\.json$/;
const SHORT_HASH = 12;

/**
 * Returns the hash in a file name, and whether it matches the hash of the request. The status is
 * `UNKNOWN` when no hash can be computed: the format is unknown, or the recorder does not hash such
 * requests.
 */
export function identify(path: string, reading: Pick<Reading, 'format' | 'requestHashes'>): Identity {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const match = FILE_NAME.exec(name);
  const hash = match?.[1] ?? match?.[2] ?? null;
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
