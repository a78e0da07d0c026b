import { fromVersion, type VersionMask, versionBit } from '../hash/recorder-versions.js';
import { isModelListEndpoint } from './model-list-name.js';
import { type RecordingName, SHORT_HASH } from './recording-name.js';

/** The hashes of a recording's request, newest first, and for each the versions that compute it. */
export interface HashedRequest {
  endpoint: string | null;
  requestHashes: readonly string[];
  hashVersions: readonly VersionMask[];
}

/** Returns the recorder versions that compute the hash in a file name, whatever the form of the name. */
export function hashVersionsOf(
  hash: string | null,
  { requestHashes, hashVersions }: Pick<HashedRequest, 'requestHashes' | 'hashVersions'>,
): VersionMask {
  if (hash === null) return 0;
  if (hash.length !== SHORT_HASH) return hashVersions[requestHashes.indexOf(hash)] ?? 0;
  // Only version 1 shortens hashes in file names.
  const index = hashVersions.findIndex((versions) => (versions & versionBit(1)) !== 0);
  return requestHashes[index]?.startsWith(hash) === true ? versionBit(1) : 0;
}

/**
 * Returns the recorder versions that look up a request under a file name.
 *
 * @param versions the versions that compute the hash in the name, as `hashVersionsOf` returns them
 */
export function nameVersions(
  { hash, isModelList }: Pick<RecordingName, 'hash' | 'isModelList'>,
  endpoint: string | null,
  versions: VersionMask,
): VersionMask {
  if (isModelList === isModelListEndpoint(endpoint)) return versions;
  // The first recorders of version 1 also stored model lists as `<hash>.json`.
  return !isModelList && hash?.length === SHORT_HASH ? versions & ~fromVersion(~0, 2) : 0;
}
