import type { HashStatus, Playable } from '../../vocabulary/recording.js';
import { fromVersion, newestVersion, type VersionMask } from '../hash/recorder-versions.js';
import { nameVersions } from './explain-name.js';
import type { Recorder } from './recorder.js';
import { parseRecordingName, type RecordingName } from './recording-name.js';
import { isCommonPlace, isPlaceAbove, isPlaceOfTest, testFolder } from './recording-places.js';

/** What decides whether a recorder finds a recording. */
export interface PlayableFacts {
  path: string;
  testId: string | null;
  endpoint: string | null;
  hashStatus: HashStatus;
  /**
   * The versions that compute the hash in the file name (see `hashVersionsOf`); null when the content was read
   * by an earlier release of the registry, which did not note them.
   */
  hashVersions: VersionMask | null;
}

const FULL_HASH_LENGTH = 64;

/** Returns whether the newest recorder that a repository uses finds a recording at its path. */
export function playable(facts: PlayableFacts, recorder: Recorder): Playable {
  if (facts.hashStatus === 'UNKNOWN') return 'UNKNOWN';
  const name = parseRecordingName(facts.path);
  if (facts.hashVersions === null) {
    if (facts.hashStatus === 'VERIFIED') return 'YES';
    return lacksTestId(facts.testId, name.hash) ? 'UNKNOWN' : 'MISNAMED';
  }
  const versions = nameVersions(name, facts.endpoint, facts.hashVersions);
  if (versions === 0) {
    return facts.hashVersions === 0 && lacksTestId(facts.testId, name.hash) ? 'UNKNOWN' : 'MISNAMED';
  }
  // A name that only a newer recorder computes is fine: the change may bring that recorder along.
  if (recorder.version !== null && fromVersion(versions, recorder.version) === 0) return 'OUTDATED';
  return isSearched(name, facts.testId, recorder) ? 'YES' : 'MISPLACED';
}

/** Returns the newest recorder version that looks up a recording under its name; null when none does. */
export function recorderVersion({ path, endpoint, hashVersions }: PlayableFacts): number | null {
  return newestVersion(nameVersions(parseRecordingName(path), endpoint, hashVersions ?? 0));
}

/**
 * Whether the test id is unknown although the full hash in the file name includes it. Such a name may be right:
 * all known cases verified once the test id was added to the recording.
 */
function lacksTestId(testId: string | null, hash: string | null): boolean {
  return testId === null && hash?.length === FULL_HASH_LENGTH;
}

/** Whether a recorder searches a folder for a test; true where nothing says what it searches. */
function isSearched(
  { folder, isModelList }: RecordingName,
  testId: string | null,
  recorder: Recorder,
): boolean {
  if (recorder.folders.includes(folder)) return true;
  if (testId !== null) {
    const ofTest = testFolder(testId);
    if (ofTest === null || isPlaceOfTest(folder, ofTest)) return true;
    return !recorder.isLayoutKnown && isPlaceAbove(folder, ofTest);
  }
  if (isCommonPlace(folder)) return true;
  // Any other folder may be the base that a run names, unless the settings list those or tests lie beside it.
  // A model list alone makes none: each run writes it, wherever it looks.
  if (recorder.folders.length > 0 || recorder.testFolders.includes(folder)) return false;
  return !isModelList || recorder.baseFolders.includes(folder);
}
