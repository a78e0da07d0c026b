import type { Selection } from '../../connection/registry/target.js';

/** A file as it was on disk when it was last pulled or pushed. */
export interface KnownFile {
  digest: string;
  /** Bytes */
  size: number;
  mtimeMs: number;
  /** Whether a pull wrote it; the client removes only such files. */
  written: boolean;
}

/** What the last pull or push left on disk. */
export interface SyncState {
  /** See `registryAddress`. */
  registry: string;
  /** `owner/name` */
  repository: string;
  /** See `targetKey`. */
  target: string;
  /** See `selectionKey`. */
  selection: string | null;
  /**
   * The snapshot that `files` are the recordings of; null if it may also contain recordings that
   * are not on disk.
   */
  snapshot: string | null;
  /**
   * The newest snapshot that the registry returned for this directory. It, or one before it,
   * contained all `files`.
   */
  since: Since;
  /** The baseline below a pull request's recordings. */
  baseline: string | null;
  /** Version of the snapshot on its ref. */
  version: number | null;
  files: Map<string, KnownFile>;
  /**
   * Files that earlier pulls or pushes knew and that are not part of `files`, e.g. because of its
   * selection.
   */
  remaining: Map<string, KnownFile>;
  /** Whether a pull brought `files`; false if only pushes did. */
  pulled: boolean;
  /**
   * What the last pull brought; null before a pull, after a failed one, and in state of an earlier
   * release.
   */
  plan: PulledPlan | null;
}

/** What a pull brought, whichever pushes came after it: the recordings whose use is reported. */
export interface PulledPlan {
  snapshot: string;
  /** Null: everything. */
  selection: Selection | null;
  /** The recordings as the pull left them on disk. */
  files: Map<string, Pick<KnownFile, 'digest' | 'mtimeMs'>>;
  /** The paths of the recordings whose contents were purged, so that they are not on disk. */
  purged: string[];
  /** Whether the file system notes which files are read; see `probeReads`. */
  notesReads: boolean;
}

/**
 * The state that a push is a difference to. A push sends it, so that the registry can check that it
 * still has it.
 */
export interface Since {
  /** A snapshot id; empty in state of an earlier release without one, which no registry knows. */
  snapshot: string;
  /**
   * When the newest of its recordings was pushed, by the registry's clock, as ISO 8601; null if
   * unknown.
   */
  at: string | null;
}

export interface StoredState extends SyncState {
  /**
   * When the state was written, by the file system's clock. A file modified since then may differ
   * from its entry.
   */
  writtenMs: number;
}
