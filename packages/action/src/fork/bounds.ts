const MIB = 1024 * 1024;

/** How much one workflow run of a fork may hand over, all its jobs together. Both workflows keep to it. */
export const BOUNDS = {
  /** GitHub starts at most so many jobs of one matrix. */
  artifacts: 256,
  /** Bytes of all zips, as they are downloaded. */
  zipBytes: 256 * MIB,
  recordings: 20_000,
  /** Bytes of one recording. */
  recordingBytes: 32 * MIB,
  /** Bytes of all recordings, unpacked. */
  bytes: 512 * MIB,
  manifestBytes: 8 * MIB,
  manifestDepth: 4,
  /** The download of one zip, milliseconds. */
  downloadMs: 5 * 60_000,
} as const;
