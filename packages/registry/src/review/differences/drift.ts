import type { Purge } from '../../store/purged/purge.js';
import type { Failure } from '../../vocabulary/failure.js';
import type { DriftLevel } from '../../vocabulary/level.js';
import type { ExchangeReading, HashStatus, Playable } from '../../vocabulary/recording.js';

/** How a path differs between baseline and head. */
export type DriftKind = 'ADDED' | 'REMOVED' | 'CHANGED' | 'REKEYED' | 'MOVED';

/** The kinds in the order of a report. */
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
  playable: Playable;
  /**
   * For a recording of the head that no recorder finds: the path of another one that it finds for the same
   * request.
   */
  answeredBy?: string | null;
  /** Set when an admin purged the content, which then cannot be compared. */
  purged?: Purge | null;
  /**
   * When its snapshot got it: of two sides of one snapshot, a later push stored the one with the greater
   * number. Undefined when unknown, which counts as oldest.
   */
  generation?: number;
}

/** The differences of two snapshots by path; each path is in at most one of the three lists. */
export interface Difference {
  removed: DriftSide[];
  added: DriftSide[];
  changed: { before: DriftSide; after: DriftSide }[];
  /** Number of paths with the same bytes on both sides. */
  unchanged: number;
  /**
   * Loads the recordings of some tests that are the same on both sides: of each test, model and endpoint
   * the newest ones, at most `limit`. A push of only new paths removes nothing, so the recordings that
   * they replace are among these; without them, the report shows only additions.
   */
  loadUnchanged?: (testIds: string[], limit: number) => Promise<DriftSide[]>;
  /** Loads the names of all models of the baseline, to find the earlier name of a renamed model. */
  loadModels?: () => Promise<Iterable<string>>;
  /**
   * Loads which tests recorded the given paths earlier in the history of the baseline and still have
   * recordings there, by path.
   */
  loadEarlierTests?: (paths: string[]) => Promise<Map<string, string[]>>;
}

/**
 * Loads contents by digest, called in batches to bound memory. Missing contents are absent from the
 * result.
 */
export type LoadContents = (digests: string[]) => Promise<Map<string, Uint8Array>>;

/**
 * Why a change has its level: one entry for each rule and path that differs, the highest level
 * first. `words` has names and values of the recording between backticks; they contain no other
 * backtick.
 */
export interface DriftReason {
  /** Name of a rule in `RULES`, or of another check. */
  rule: string;
  /** Path in the response or request, such as `choices[0].message.content`. */
  path: string;
  level: DriftLevel;
  words: string;
  /** Number of places that differ in this way, when there is more than one. */
  count?: number;
}

/** A change keeps this many reasons, the highest level first. */
export const MAXIMUM_REASONS = 40;

/**
 * A run of words in both texts (`same`), or only in the older (`gone`) or the newer (`new`) one.
 */
export interface TextRun {
  kind: 'same' | 'gone' | 'new';
  /** For `same`, with the white space of the newer text. */
  text: string;
  /** For `same`, the trailing white space in the older text when it differs. */
  endedWith?: string;
}

/** How a text of the response changed, shortened for display. */
export interface TextChange {
  path: string;
  /** 0 (nothing in common) to 1 (equal), by words. */
  likeness: number;
  runs: TextRun[];
}

/** Two names of one model. */
export interface ModelRename {
  from: string;
  to: string;
}

/** How a request differs. Recordings with the same `key` have the same change. */
export interface RequestChange {
  key: string;
  /** Equal for requests that changed at the same paths, with any values. */
  shape: string;
  /** One entry for each path, such as "`stream_options` added". */
  words: string[];
}

/** How an exchange of a cassette differs. `MOVED`: only its place among the exchanges of its key. */
export type ExchangeChangeKind = 'ADDED' | 'REMOVED' | 'CHANGED' | 'MOVED';

/** The difference of one exchange in a file that both sides have, or that a renamed test has. */
export interface ExchangeChange {
  kind: ExchangeChangeKind;
  level: DriftLevel;
  /** Null for `ADDED`. */
  before: ExchangeReading | null;
  /** Null for `REMOVED`. */
  after: ExchangeReading | null;
  /** Description without markup. */
  summary: string;
  /** Description with names and values between backticks. */
  words: string;
  reasons: DriftReason[];
  requestChange: RequestChange | null;
  texts: TextChange[];
  failure: Failure | null;
  failedBefore: boolean;
}

/** A change of more exchanges keeps this many, those with the highest level. */
export const MAXIMUM_EXCHANGES = 200;

export interface DriftChange {
  kind: DriftKind;
  /**
   * Null for changes with only one side and for new recordings with the bytes of the one that they replace,
   * unless the new recording is a failure; and for recordings that moved with the same bytes.
   */
  level: DriftLevel | null;
  /** The path at the head; for `REMOVED`, at the baseline. */
  path: string;
  /** The path at the baseline when it differs. */
  previousPath: string | null;
  testId: string | null;
  model: string | null;
  /** Description without markup. */
  summary: string;
  /** Description with names and values between backticks. */
  words: string;
  /** Whether no recorder finds it by its file name, and it is new or a recorder found it before. */
  unplayable: boolean;
  reasons: DriftReason[];
  requestChange: RequestChange | null;
  texts: TextChange[];
  before: DriftSide | null;
  after: DriftSide | null;
  /**
   * For `ADDED`: the recording of the same test with the nearest request, which this one probably replaces.
   * Level, reasons, request change and texts describe how the two differ.
   */
  replaces: DriftSide | null;
  /**
   * The model before and after, when the test now uses another model, or the same one under another name.
   * Null for `CHANGED`, unless it is a cassette.
   */
  renamedModel: ModelRename | null;
  /** What is wrong with the new recording; null for `REMOVED`, for equal bytes and for a good response. */
  failure: Failure | null;
  /** Whether the older recording failed in the same way: `failure` is no news. */
  failedBefore: boolean;
  /** For a failure: the path of a good recording of the same test and request; then it is a leftover. */
  leftoverBeside: string | null;
  /** Ids of other tests that play the recording, which the change overwrites. */
  sharedWith: string[];
  /** Paths of other recordings of the test whose requests quote a value that this change replaces. */
  brokenFollowUps: string[];
  /**
   * For two cassettes that were compared: the exchanges that differ, the highest level first, then in the
   * order of the file, at most `MAXIMUM_EXCHANGES`. Level, reasons, request change and texts of the change sum them up. For a new
   * cassette: the exchanges with a failure. Empty for a format with one call per file.
   */
  exchanges: ExchangeChange[];
  /** Number of calls in the recording at the head; 1 where nothing says another number. */
  calls?: number;
}

/** Counts of changes by kind and level. */
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
  /** Changes whose new recording is an `ERROR` or a `TOOL_ERROR`. */
  errors: number;
  unplayable: number;
}

/** The complete comparison: plain data, equal for equal input. */
export interface Drift {
  changes: DriftChange[];
  summary: DriftSummary;
  /** The highest level of all changes; null when none has one. */
  level: DriftLevel | null;
  /** Number of differences that the repository's settings ignore. */
  ignored: number;
  /** Version of the rules, see `RULES_VERSION`. */
  rules: string;
}
