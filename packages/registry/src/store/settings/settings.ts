import type { RecordingRule } from '@fixture-registry/protocol/settings';
import type { RecorderSettings } from '../../recordings/playable/recorder.js';
import type { SecretAllowance } from '../../vocabulary/allowance.js';
import type { DriftLevel } from '../../vocabulary/level.js';

/** The path of the settings file. It is read from branches only. */
export const SETTINGS_PATH = '.github/fixtures.yml';

/**
 * The parts of a place in a recording: `response.choices[].message` is `response`, `choices`, `[]`,
 * `message`. In a pattern `*` matches one field and `**` any number of parts, including none.
 */
export type PlacePattern = readonly string[];

/** How many days the registry keeps what is no longer current; null: forever. */
export interface RetentionSettings {
  /** The recordings of a pull request, after it was closed or merged. */
  readonly pullRequests: number | null;
  /** A snapshot of a branch, after a newer one replaced it. */
  readonly snapshots: number | null;
  /** Events of the audit log. */
  readonly audit: number | null;
}

/** A repository's settings. */
export interface Settings {
  /** Differences at or below these places are ignored. */
  ignore: readonly PlacePattern[];
  /** Differences at or below these places have this level; the first match decides. */
  levels: readonly { place: PlacePattern; level: DriftLevel }[];
  /** Allowed secret findings, each with a reason. */
  allowedSecrets: readonly SecretAllowance[];
  /** Where recordings are; empty for the default paths. The first rule whose pattern matches decides. */
  recordings: readonly RecordingRule[];
  /** The recorder that the tests use. */
  recorder: RecorderSettings;
  retention: RetentionSettings;
}

export const NO_SETTINGS: Settings = {
  ignore: [],
  levels: [],
  allowedSecrets: [],
  recordings: [],
  recorder: { version: null, folders: [] },
  retention: { pullRequests: 30, snapshots: 365, audit: 400 },
};

/** The parts of a place or of a pattern. */
export function partsOf(place: string): string[] {
  return place.split(/\.|(?=\[\])/).filter((part) => part !== '');
}

/** Whether a pattern matches exactly this place. Runs in O(pattern × parts) for any pattern. */
export function isPlace(pattern: PlacePattern, parts: readonly string[]): boolean {
  let [at, part] = [0, 0];
  let [wild, retry] = [-1, 0];
  while (part < parts.length) {
    const expected = pattern[at];
    if (expected === '**') [wild, retry, at] = [at, part, at + 1];
    else if (
      expected !== undefined &&
      (expected === parts[part] || (expected === '*' && parts[part] !== '[]'))
    ) {
      at++;
      part++;
    } else if (wild >= 0) [at, retry, part] = [wild + 1, retry + 1, retry + 1];
    else return false;
  }
  while (pattern[at] === '**') at++;
  return at === pattern.length;
}

/** Whether a pattern matches this place or one that contains it. */
export function liesIn(pattern: PlacePattern, parts: readonly string[]): boolean {
  return isPlace([...pattern, '**'], parts);
}
