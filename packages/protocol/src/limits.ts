const MIB = 1024 * 1024;

/** Bounds that both ends keep, so that neither can exhaust the other. */
export const LIMITS = {
  /** Bytes of one recording, unpacked. */
  recordingBytes: 200 * MIB,
  /** Paths that one push may name, added and removed together. */
  recordingsPerPush: 200_000,
  /** Bytes of a recording's path as UTF-8. */
  pathBytes: 1024,
  /** Bytes of one folder or file name as UTF-8: what every common file system can hold. */
  pathSegmentBytes: 255,
  /** Entries of one uploaded archive. */
  uploadEntries: 10_000,
  /** Bytes of one uploaded archive; above one packed recording of the largest size, so that any can be sent. */
  uploadBytes: 256 * MIB,
  /** Bytes, unpacked, of a block of several contents; a larger content is a block alone. */
  blockBytes: 4 * MIB,
  /** Contents of one block. */
  blockMembers: 1_000,
  /** Bytes of the list of a block's members, paths included. */
  blockListBytes: 4 * MIB,
  /** Characters of an address at which a block is to be had. */
  addressBytes: 8 * 1024,
  /** Digests that one download may ask for. */
  downloadDigests: 200_000,
  /** Files that one pull may bring: several pushes make a set larger than one push may be. */
  planFiles: 1_000_000,
  /** Bytes of an entry's name or extra field in an archive that is read. */
  archiveNameBytes: 1024,
} as const;
