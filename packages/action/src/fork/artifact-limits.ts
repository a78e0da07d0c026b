const MIB = 1024 * 1024;

/**
 * Limits on the artifacts of one workflow run of a fork, all its jobs together. Both workflows enforce
 * them.
 */
export const ARTIFACT_LIMITS = {
  /** The most jobs that GitHub starts for one matrix. */
  artifacts: 256,
  /** Bytes of all downloaded zip files. */
  zipBytes: 256 * MIB,
  recordings: 20_000,
  /** Bytes of one recording. */
  recordingBytes: 32 * MIB,
  /** Bytes of all recordings, unpacked. */
  bytes: 512 * MIB,
  manifestBytes: 8 * MIB,
  manifestDepth: 4,
  /** Timeout of the download of one zip file, milliseconds. */
  downloadMs: 5 * 60_000,
} as const;
