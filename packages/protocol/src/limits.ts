const MIB = 1024 * 1024;

/** Limits that client and registry enforce, so that neither can exhaust the other. */
export const LIMITS = {
  /** Unpacked bytes of one recording. */
  recordingBytes: 200 * MIB,
  /** Paths of one push, added and removed ones together. */
  recordingsPerPush: 200_000,
  /** Bytes of a recording's path as UTF-8. */
  pathBytes: 1024,
  /** Bytes of one folder or file name as UTF-8: the limit of common file systems. */
  pathSegmentBytes: 255,
  /** Entries of one uploaded archive. */
  uploadEntries: 10_000,
  /** Bytes of one uploaded archive. A packed recording of the maximum size fits. */
  uploadBytes: 256 * MIB,
  /** Unpacked bytes of a block of several contents; a larger content is a block on its own. */
  blockBytes: 4 * MIB,
  /** Contents of one block. */
  blockMembers: 1_000,
  /** Bytes of the list of a block's members, paths included. */
  blockListBytes: 4 * MIB,
  /** Bytes of the URL from which a block is downloaded. */
  addressBytes: 8 * 1024,
  /** Digests of one download request. */
  downloadDigests: 200_000,
  /** Files of one pull, which may come from several pushes. */
  planFiles: 1_000_000,
  /** Bytes of the name or the extra field of an archive entry. */
  archiveNameBytes: 1024,
} as const;
