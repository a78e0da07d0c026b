/** A set of recorder versions: version `v` is bit `v - 1`. */
export type VersionMask = number;

/** The newest known version of the llama-stack/OGX recorder; the oldest is 1. */
export const NEWEST_RECORDER = 4;

export function versionBit(version: number): VersionMask {
  return 1 << (version - 1);
}

/** The newest version of a set; null when the set is empty. */
export function newestVersion(mask: VersionMask): number | null {
  return mask === 0 ? null : 32 - Math.clz32(mask);
}

/** The oldest version of a set; null when the set is empty. */
export function oldestVersion(mask: VersionMask): number | null {
  return mask === 0 ? null : newestVersion(mask & -mask);
}

/** The part of a set that is at least as new as a version. */
export function fromVersion(mask: VersionMask, version: number): VersionMask {
  return mask & ~(versionBit(version) - 1);
}
