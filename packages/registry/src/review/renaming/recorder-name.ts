/** A test that was renamed. Both ids may also name a file or a function: then all of its tests were renamed. */
export interface RenamedTest {
  from: string;
  to: string;
}

/** A local file whose name is checked. */
export interface NamedFile {
  path: string;
  content: Uint8Array;
}

/**
 * What a file should be called. `CURRENT`: as it is. `RENAME`: `to`, because its request is
 * sound: some recorder version computes the hash in its name. `UNSOUND`: no version does, so its
 * content was edited or its name is wrong. `UNKNOWN`: its format has no such names.
 */
export type NameStatus = 'CURRENT' | 'RENAME' | 'UNSOUND' | 'UNKNOWN';

export interface RecorderName {
  path: string;
  status: NameStatus;
  /** The test id in the file; null when it has none. */
  testId: string | null;
  /** The path for which the newest recorder looks, in the same folder; null for `UNKNOWN`. */
  to: string | null;
  /** For `UNSOUND`: a test id with which the hash in the name fits the request. */
  fitsTestId: string | null;
  /** Why, in one sentence without a full stop; empty for `CURRENT`. */
  reason: string;
}
