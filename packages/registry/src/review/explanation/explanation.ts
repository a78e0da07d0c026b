import type { RecordingRow } from '../../store/snapshots/recording-store.js';
import type { HashStatus, Playable } from '../../vocabulary/recording.js';

/**
 * The subject of an explanation: a hash, a path of the snapshot, or a local file with its path and
 * content.
 */
export interface Subject {
  hash: string | null;
  path: string | null;
  content: Uint8Array | null;
  /** The test that looks for the recording, when it is not the one in the content. */
  testId: string | null;
}

export interface Explanation {
  /** The explained key; null when neither the caller nor a file name gives one. */
  hash: string | null;
  hashStatus: HashStatus;
  /** Whether the recorder of the repository finds the file at its path; null when only a hash was given. */
  playable: Playable | null;
  /** The hash of the request by each known recorder version; newest version first. */
  computedHashes: string[];
  /** Recordings of the snapshot that a recorder finds by the key. */
  found: RecordingRow[];
  /** Recordings whose request has the key although their names do not: no recorder finds them by it. */
  foundByContent: RecordingRow[];
  /** Recordings of the same test by similarity of their requests; empty when the key was found. */
  nearest: NearRecording[];
  /** False when no file was given and the repository never had a recording with the key. */
  known: boolean;
  /** For a file: the path for which the newest recorder looks; null when its format has no such names. */
  looksFor: string | null;
  /** For a file that no recorder finds: a known test id with which its name fits its request. */
  fitsTestId: string | null;
  text: string;
}

export interface NearRecording {
  recording: RecordingRow;
  /** 0 (nothing in common) to 1 (the same). */
  likeness: number;
  /** How the request of the subject differs from this one. */
  differences: string[];
}
