import type { Purge } from '../../store/purged/purge.js';
import type { DriftLevel } from '../../vocabulary/level.js';
import type { HashStatus } from '../../vocabulary/recording.js';

/** How a path differs between baseline and head. */
export type DriftKind = 'ADDED' | 'REMOVED' | 'CHANGED' | 'REKEYED' | 'MOVED';

/** The kinds in the order in which a report tells them. */
export const KINDS: readonly DriftKind[] = ['CHANGED', 'REKEYED', 'MOVED', 'ADDED', 'REMOVED'];

/** One side of a recording that differs. */
export interface DriftSide {
  path: string;
  digest: string;
  /** Bytes of the content. */
  size: number;
  testId: string | null;
  model: string | null;
  endpoint: string | null;
  hash: string | null;
  hashStatus: HashStatus;
  /** Set when an admin removed the content: what it said can no longer be compared. */
  purged?: Purge | null;
}

/** What differs between two snapshots, by path; a path occurs in one of the three lists at most. */
export interface Difference {
  removed: DriftSide[];
  added: DriftSide[];
  changed: { before: DriftSide; after: DriftSide }[];
  /** How many paths hold the same bytes on both sides. */
  unchanged: number;
  /**
   * Recordings of the named tests that both sides hold unchanged. A push that names only new paths removes nothing, so
   * what they replaced is still there; without this, such a push is told as new recordings alone.
   */
  others?: (testIds: string[]) => Promise<DriftSide[]>;
}

/** Loads contents by digest; asked in batches, so that memory stays bounded. Digests that are gone are absent. */
export type LoadContents = (digests: string[]) => Promise<Map<string, Uint8Array>>;

/**
 * Why a change has its level: one entry for each rule and place that differs, the highest level first.
 * `words` puts names and values of the recording between backticks, and they hold no backtick of their own.
 */
export interface DriftReason {
  /** Name of the rule in `RULES`, or of a check around it. */
  rule: string;
  /** Where in the answer or the request, such as `choices[0].message.content`. */
  path: string;
  level: DriftLevel;
  words: string;
}

/** A run of words that both texts have, or only the older (`gone`) or the newer (`new`) one. */
export interface TextRun {
  kind: 'same' | 'gone' | 'new';
  /** What both have is spaced as the newer text spaces it; */
  text: string;
  /** the white space at its end in the older text stands here, where that is another. */
  endedWith?: string;
}

/** How a text of the answer changed, bounded for display. */
export interface TextChange {
  path: string;
  /** 0 (nothing in common) to 1 (equal), by words. */
  likeness: number;
  runs: TextRun[];
}

/** How the request differs. Recordings with the same `key` changed in exactly the same way. */
export interface RequestChange {
  key: string;
  /** The same for requests that changed in the same places, whatever the values. */
  shape: string;
  /** One entry for each place, such as "`stream_options` added". */
  words: string[];
}

export interface DriftChange {
  kind: DriftKind;
  /** Null for what has only one side, and for what moved with the same bytes. */
  level: DriftLevel | null;
  /** The path at the head; for `REMOVED` the path that it had. */
  path: string;
  /** The path at the baseline, where it is another one. */
  previousPath: string | null;
  testId: string | null;
  model: string | null;
  /** In words, without markup. */
  summary: string;
  /** The same with names and values between backticks. */
  words: string;
  /** No recorder finds it under its name, though one did before (or it is new). */
  unplayable: boolean;
  reasons: DriftReason[];
  requestChange: RequestChange | null;
  texts: TextChange[];
  before: DriftSide | null;
  after: DriftSide | null;
  /**
   * For `ADDED`: the unchanged recording of the same test in whose stead this one looks to be used now. Reasons, request
   * change and texts then say how the two differ; the level stays null, because nothing was taken away.
   */
  replaces: DriftSide | null;
}

/** Counts by kind and, for what has a level, by level. */
export interface DriftSummary {
  added: number;
  removed: number;
  changed: number;
  rekeyed: number;
  moved: number;
  unchanged: number;
  cosmetic: number;
  metadata: number;
  content: number;
  behaviour: number;
}

/** The whole comparison; plain data, the same for the same input. */
export interface Drift {
  changes: DriftChange[];
  summary: DriftSummary;
  /** The highest level of all changes; null when none has one. */
  level: DriftLevel | null;
  /** How many differences the repository's own settings leave out. */
  ignored: number;
  /** Version of the rules that decided it. */
  rules: string;
}
