import { oldestVersion, type VersionMask } from '../hash/recorder-versions.js';

/** The recorder that a repository uses. */
export interface Recorder {
  /** Its version; null when nothing says which, then any version counts. */
  version: number | null;
  /** Folders that its runs name as a base (`OGX_TEST_RECORDING_DIR`), from the settings. */
  folders: readonly string[];
  /** Folders with recordings of tests beside them. No run names one of those as a base. */
  testFolders: readonly string[];
}

/** What the settings say of the recorder. */
export interface RecorderSettings {
  version: number | null;
  folders: readonly string[];
}

/** What the recordings of a branch say of the recorder. */
export interface RecorderEvidence {
  /** For each kind of name that was found, the versions that compute it. */
  names: Iterable<VersionMask>;
  testFolders: readonly string[];
}

/** A recorder of which nothing is known. */
export const ANY_RECORDER: Recorder = { version: null, folders: [], testFolders: [] };

/**
 * Returns the recorder of a repository. Its version is that of the settings, else the newest version without
 * which a name cannot be explained: no older recorder would have written it.
 */
export function chooseRecorder(
  settings: RecorderSettings,
  { names, testFolders }: RecorderEvidence,
): Recorder {
  let needed: number | null = null;
  for (const mask of names) needed = Math.max(needed ?? 0, oldestVersion(mask) ?? 0) || null;
  return { version: settings.version ?? needed, folders: settings.folders, testFolders };
}
