import { newestVersion, type VersionMask } from '../../recordings/hash/recorder-versions.js';
import { hashVersionsOf, nameVersions } from '../../recordings/playable/explain-name.js';
import { recorderFileName } from '../../recordings/playable/model-list-name.js';
import { parseRecordingName } from '../../recordings/playable/recording-name.js';
import { type OpenedRecording, openRecording } from '../../recordings/reading/open-recording.js';
import type { NamedFile, RecorderName, RenamedTest } from './recorder-name.js';
import { earlierTestId, laterTestId } from './renamed-test.js';

type Recording = Extract<OpenedRecording, { kind: 'recording' }>;

/**
 * Decides under which name the newest recorder looks for a recording, and whether its request is sound. Never
 * throws.
 *
 * @param renamed tests that were renamed since the recording was made
 * @param candidates test ids to try for a recording that no recorder finds under its name
 */
export function nameRecording(
  { path, content }: NamedFile,
  renamed: readonly RenamedTest[],
  candidates: readonly string[] = [],
): RecorderName {
  const opened = openRecording(content);
  const testId = opened.kind === 'recording' ? (opened.calls[0]?.call.testId ?? null) : null;
  const answer = (status: RecorderName['status'], reason: string, more: Partial<RecorderName> = {}) => ({
    ...{ path, status, testId, reason, to: null, fitsTestId: null },
    ...more,
  });
  if (opened.kind === 'unreadable') return answer('UNKNOWN', `it cannot be read: ${opened.problem}`);
  if (opened.kind === 'other') return answer('UNKNOWN', 'its format is not known');
  const later = testId === null ? null : laterTestId(testId, renamed);
  const newest = newestName(opened, path, later ?? undefined);
  if (newest === null) return answer('UNKNOWN', 'recorders do not look up such requests by a hash');
  const versions = versionsOf(opened, path);
  if (versions !== 0) {
    if (newest === path || (later === null && isLookedUp(opened, path)))
      return answer('CURRENT', '', { to: path });
    const reason =
      later === null
        ? describeOutdated(opened, path, versions)
        : `its test was renamed; \`test_id\` in the file is still ${testId}`;
    return answer('RENAME', reason, { to: newest });
  }
  const earlier = testId === null ? null : earlierTestId(testId, renamed);
  if (earlier !== null && versionsOf(opened, path, earlier) !== 0)
    return answer('RENAME', 'its test was renamed', { to: newest });
  const fitsTestId = candidates.find((id) => versionsOf(opened, path, id) !== 0) ?? null;
  const reason = 'no recorder version computes the hash in its name for its request';
  return answer('UNSOUND', reason, { to: newest, fitsTestId });
}

function describeOutdated({ calls: [first] }: Recording, path: string, versions: VersionMask): string {
  const ofName = newestVersion(
    nameVersions(parseRecordingName(path), first?.call.endpoint ?? null, versions),
  );
  if (ofName === null) return 'recorders look for a model list as `models-<hash>-<digest>.json`';
  return `only recorder version ${ofName} and older look for its name`;
}

/** The recorder versions that compute the hash in the name, for the recorded test or another one. */
function versionsOf({ document, format }: Recording, path: string, testId?: string): number {
  const hashes = format.hashesByVersion(document, testId);
  return hashVersionsOf(parseRecordingName(path).hash, {
    requestHashes: hashes.map(({ hash }) => hash),
    hashVersions: hashes.map(({ versions }) => versions),
  });
}

/** Whether the newest recorder looks for the name. It ignores the digest in the name of a model list. */
function isLookedUp(opened: Recording, path: string): boolean {
  const name = parseRecordingName(path);
  const [newest] = opened.format.hashesByVersion(opened.document);
  if (newest === undefined || newest.hash !== name.hash) return false;
  return nameVersions(name, opened.calls[0]?.call.endpoint ?? null, newest.versions) !== 0;
}

/** The path for which the newest recorder looks; null when it looks up no such requests. */
function newestName(
  { document, format, calls: [first] }: Recording,
  path: string,
  testId?: string,
): string | null {
  const [newest] = format.hashesByVersion(document, testId);
  if (newest === undefined || first === undefined) return null;
  const name = recorderFileName(first.call.endpoint, newest.hash, first.call.response.body);
  return name && path.slice(0, path.lastIndexOf('/') + 1) + name;
}
