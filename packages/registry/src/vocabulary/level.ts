/** How much of a change a test notices, from least to most. */
export type DriftLevel = 'COSMETIC' | 'METADATA' | 'CONTENT' | 'BEHAVIOUR';

/** The levels from least to most. */
export const LEVELS: readonly DriftLevel[] = ['COSMETIC', 'METADATA', 'CONTENT', 'BEHAVIOUR'];

/** 0 for null, then 1 (`COSMETIC`) to 4 (`BEHAVIOUR`). */
export function rank(level: DriftLevel | null): number {
  return level === null ? 0 : LEVELS.indexOf(level) + 1;
}

/** The higher of two levels; null is lower than any level. */
export function higher<A extends DriftLevel | null, B extends DriftLevel | null>(a: A, b: B): A | B {
  return rank(a) >= rank(b) ? a : b;
}
