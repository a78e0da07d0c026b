import type { SecretAllowance } from '../../vocabulary/allowance.js';
import type { DriftLevel } from '../../vocabulary/level.js';

/** Where a repository says what drift means to it; read from branches only. */
export const SETTINGS_PATH = '.github/fixtures.yml';

/** Characters that the file may have. */
export const LONGEST_SETTINGS = 64 * 1024;

/**
 * A place in a recording in parts: `response.choices[].message` is `response`, `choices`, `[]`, `message`. In a pattern `*` is any
 * one field and `**` any way down, also none.
 */
export type PlacePattern = readonly string[];

/** What a repository changes about the rules of drift, and what it allows that looks like a secret. */
export interface Settings {
  /** Differences at or below these places are left out. */
  ignore: readonly PlacePattern[];
  /** Differences at or below these places have this level; the first that fits decides. */
  levels: readonly { place: PlacePattern; level: DriftLevel }[];
  /** Findings that are no secrets, each with a reason. */
  allowedSecrets: readonly SecretAllowance[];
}

export const NO_SETTINGS: Settings = { ignore: [], levels: [], allowedSecrets: [] };

/** The parts of a place or of a pattern. */
export function partsOf(place: string): string[] {
  return place.split(/\.|(?=\[\])/).filter((part) => part !== '');
}

/** Whether a pattern names exactly this place. Takes at most the product of their lengths, whatever the pattern. */
export function isPlace(pattern: PlacePattern, parts: readonly string[]): boolean {
  let [at, part] = [0, 0];
  let [wild, retry] = [-1, 0];
  while (part < parts.length) {
    const wanted = pattern[at];
    if (wanted === '**') [wild, retry, at] = [at, part, at + 1];
    else if (wanted !== undefined && (wanted === parts[part] || (wanted === '*' && parts[part] !== '[]'))) {
      at++;
      part++;
    } else if (wild >= 0) [at, retry, part] = [wild + 1, retry + 1, retry + 1];
    else return false;
  }
  while (pattern[at] === '**') at++;
  return at === pattern.length;
}

/** Whether a pattern names this place or one that it lies in. */
export function liesIn(pattern: PlacePattern, parts: readonly string[]): boolean {
  return isPlace([...pattern, '**'], parts);
}
