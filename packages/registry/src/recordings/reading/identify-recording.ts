import type { Identity, Reading } from '../../vocabulary/recording.js';

/** `<hash>.json`, or `models-<hash>-<digest>.json` where one request has several responses. */
const FILE_NAME = /^(?:([0-9a-f]{64}|[0-9a-f]{12})|models-([0-9a-f]{64}|[0-9a-f]{12})-[0-9a-f]+)\.json$/;
const SHORT_HASH = 12;

/**
 * Under which hash a recorder looks for a file of this name, and whether it would find in it the call that it wants.
 * UNKNOWN when nothing says what the hash should be (no known format, or no hash can be computed for the request).
 */
export function identify(path: string, reading: Pick<Reading, 'format' | 'requestHashes'>): Identity {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const match = FILE_NAME.exec(name);
  const hash = match?.[1] ?? match?.[2] ?? null;
  if (reading.format === 'opaque' || reading.requestHashes.length === 0)
    return { hash, hashStatus: 'UNKNOWN' };
  if (hash === null) return { hash, hashStatus: 'MISMATCHED' };
  return { hash, hashStatus: isExplained(hash, reading.requestHashes) ? 'VERIFIED' : 'MISMATCHED' };
}

/** Only the oldest version of the recorder cut the hash for its file names, and hashes are listed newest first. */
function isExplained(hash: string, requestHashes: string[]): boolean {
  if (hash.length === SHORT_HASH) return requestHashes.at(-1)?.startsWith(hash) === true;
  return requestHashes.includes(hash);
}
