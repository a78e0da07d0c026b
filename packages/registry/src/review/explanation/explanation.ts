import type { RecordingRow } from '../../store/snapshots/recording-store.js';
import type { HashStatus } from '../../vocabulary/recording.js';

/** What is asked about: a hash, a path of the snapshot, or a file's content as it would stand at a path. */
export interface Subject {
  hash: string | null;
  path: string | null;
  content: Uint8Array | null;
}

export interface Explanation {
  /** The key in question; null when neither the caller nor a file name says one. */
  hash: string | null;
  hashStatus: HashStatus;
  /** The hashes that the recorder's versions give the request; newest version first. */
  computedHashes: string[];
  /** Recordings of the snapshot that a recorder would find. */
  found: RecordingRow[];
  /** Recordings of the same test whose requests are most alike, the most alike first; only where nothing was found. */
  nearest: NearRecording[];
  /** False when neither a file was given nor the repository has, or had, anything under that name. */
  known: boolean;
  text: string;
}

export interface NearRecording {
  recording: RecordingRow;
  /** 0 (nothing in common) to 1 (the same). */
  likeness: number;
  /** How the request of the subject differs from it. */
  differences: string[];
}
