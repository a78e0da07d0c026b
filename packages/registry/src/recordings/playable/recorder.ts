import { NEWEST_RECORDER, oldestVersion, type VersionMask } from '../hash/recorder-versions.js';

/** The recorder that a repository uses. */
export interface Recorder {
  /** Its version; null: any version counts. */
  version: number | null;
  /** Folders that its runs name as a base (`OGX_TEST_RECORDING_DIR`), from the settings. */
  folders: readonly string[];
  /** Folders with recordings of the tests beside them. No run names one of those as a base. */
  testFolders: readonly string[];
  /** Folders with recordings of calls, other than model lists, that name no test: a run may name one as a base. */
  baseFolders: readonly string[];
  /** Whether the recordings lie where the recorder looks for them, as far as they say where their tests are. */
  isLayoutKnown: boolean;
}

/** What the settings say of the recorder. */
export interface RecorderSettings {
  version: number | null;
  folders: readonly string[];
}

/** What the recordings of a branch say of the recorder. */
export interface RecorderEvidence {
  /** The versions that explain a name, and the number of such names. */
  names: readonly { versions: VersionMask; count: number }[];
  testFolders: readonly string[];
  baseFolders: readonly string[];
  /** Recordings with a test file in their test id, and those of them that lie beside it. */
  ofTests: number;
  besideTests: number;
  /** Recordings in `common/recordings` of a test suite. */
  common: number;
}

/** A recorder of which nothing is known. */
export const ANY_RECORDER: Recorder = {
  version: null,
  folders: [],
  testFolders: [],
  baseFolders: [],
  isLayoutKnown: false,
};

/** Fewer names say nothing: a few old ones may be the leftovers of a project with a new recorder. */
const ENOUGH_NAMES = 10;

/** Whether the names of a branch are enough to say which recorder wrote them. */
export function isEnough({ names }: RecorderEvidence): boolean {
  return names.reduce((sum, { count }) => sum + count, 0) >= ENOUGH_NAMES;
}

/** Whether most recordings lie beside their tests, or a test suite has a folder for the others. */
function hasLayout({ ofTests, besideTests, common }: RecorderEvidence): boolean {
  return common > 0 || (besideTests > 0 && besideTests * 2 >= ofTests);
}

/**
 * Returns the recorder of a repository. Its version is that of the settings, else the newest version without
 * which a name cannot be explained, because no older recorder would have written it. Where too few names say
 * so, it is the newest known one.
 */
export function chooseRecorder(settings: RecorderSettings, evidence: RecorderEvidence): Recorder {
  const needed = evidence.names.map(({ versions }) => oldestVersion(versions) ?? 1);
  const found = isEnough(evidence) ? Math.max(...needed) : NEWEST_RECORDER;
  return {
    version: settings.version ?? found,
    folders: settings.folders,
    testFolders: evidence.testFolders,
    baseFolders: evidence.baseFolders,
    isLayoutKnown: settings.folders.length > 0 || hasLayout(evidence),
  };
}
