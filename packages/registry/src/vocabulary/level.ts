/** How much a test would notice of a change; ordered from least to most. */
export type DriftLevel = 'COSMETIC' | 'METADATA' | 'CONTENT' | 'BEHAVIOUR';

/** The levels from least to most. */
export const LEVELS: readonly DriftLevel[] = ['COSMETIC', 'METADATA', 'CONTENT', 'BEHAVIOUR'];

/** 0 for no level, then 1 to 4 from `COSMETIC` to `BEHAVIOUR`. */
export function rank(level: DriftLevel | null): number {
  return level === null ? 0 : LEVELS.indexOf(level) + 1;
}

/** The higher of two levels; null counts as none. */
export function higher<A extends DriftLevel | null, B extends DriftLevel | null>(a: A, b: B): A | B {
  return rank(a) >= rank(b) ? a : b;
}
