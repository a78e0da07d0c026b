import { foldedPath, pathPattern, refusedPath } from '@fixture-registry/protocol';
import { ARTIFACT_LIMITS } from './artifact-limits.js';
import type { Manifest, Recording } from './manifest.js';

export interface Chosen {
  recordings: Recording[];
  removed: string[];
  /** Paths that the patterns of the workflow that pushes do not match. */
  unmatched: string[];
}

/**
 * Chooses the recordings of a manifest that may be pushed. A path that the client would never push
 * means that the manifest is forged, so the whole manifest is refused. A path outside of the patterns
 * is left out: the fork's workflow may have other patterns. Pure.
 * @param collected the paths of earlier manifests of the run
 * @returns the choice, or `problem`: the end of a sentence that begins with the manifest's name
 */
export function chooseRecordings(
  { recordings, removed }: Manifest,
  patterns: string[],
  collected: Iterable<string>,
): Chosen | { problem: string } {
  const matchers = patterns.map(pathPattern);
  const matches = (path: string) => matchers.some((matcher) => matcher.test(path));
  const listed = new Set<string>();
  for (const path of [...recordings.map((recording) => recording.path), ...removed]) {
    const reason = refusedPath(path);
    if (reason !== null) return { problem: `lists the path ${JSON.stringify(path)}, which ${reason}` };
    if (listed.has(path)) return { problem: `lists ${JSON.stringify(path)} twice` };
    listed.add(path);
  }
  for (const { path, size } of recordings) {
    if (size > ARTIFACT_LIMITS.recordingBytes)
      return { problem: `lists ${JSON.stringify(path)} with ` + `${size} bytes` };
  }
  const chosen = {
    recordings: recordings.filter(({ path }) => matches(path)),
    removed: removed.filter(matches),
    unmatched: [...listed].filter((path) => !matches(path)),
  };
  const clash = firstClash([...collected, ...chosen.recordings.map(({ path }) => path)]);
  if (clash !== null) {
    const [one, other] = clash.map((path) => JSON.stringify(path));
    return { problem: `lists ${other} and ${one}, but not every file system can hold both` };
  }
  return chosen;
}

/**
 * Two paths that are one file on a case-insensitive file system, or one of which is a parent folder of
 * the other.
 */
function firstClash(paths: string[]): [string, string] | null {
  const files = new Map<string, string>();
  for (const path of paths) {
    const known = files.get(foldedPath(path));
    if (known !== undefined && known !== path) return [known, path];
    files.set(foldedPath(path), path);
  }
  for (const [name, path] of files) {
    for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
      const folder = files.get(name.slice(0, end));
      if (folder !== undefined) return [folder, path];
    }
  }
  return null;
}
