import { foldedPath, pathPattern, refusedPath } from '@fixture-registry/protocol';
import { BOUNDS } from './bounds.js';
import type { Manifest, Recording } from './manifest.js';

export interface Chosen {
  recordings: Recording[];
  removed: string[];
  /** Paths that are no recordings by the patterns of the workflow that pushes. */
  leftOut: string[];
}

/**
 * What of a manifest may be pushed. A path that our client would never push means that somebody else wrote the manifest, so nothing
 * of it is taken; a path outside of the patterns may well come from a workflow that has others. Pure.
 * @param taken the paths of earlier manifests of the run
 * @returns the choice, or what is wrong as the end of a sentence that begins with the manifest's name
 */
export function chooseRecordings(
  { recordings, removed }: Manifest,
  patterns: string[],
  taken: Iterable<string>,
): Chosen | { problem: string } {
  const matchers = patterns.map(pathPattern);
  const fits = (path: string) => matchers.some((matcher) => matcher.test(path));
  const own = new Set<string>();
  for (const path of [...recordings.map((recording) => recording.path), ...removed]) {
    const reason = refusedPath(path);
    if (reason !== null) return { problem: `names the path ${JSON.stringify(path)}, which ${reason}` };
    if (own.has(path)) return { problem: `names ${JSON.stringify(path)} twice` };
    own.add(path);
  }
  for (const { path, size } of recordings) {
    if (size > BOUNDS.recordingBytes) return { problem: `names ${JSON.stringify(path)} with ${size} bytes` };
  }
  const chosen = {
    recordings: recordings.filter(({ path }) => fits(path)),
    removed: removed.filter(fits),
    leftOut: [...own].filter((path) => !fits(path)),
  };
  const clash = firstClash([...taken, ...chosen.recordings.map(({ path }) => path)]);
  if (clash !== null) {
    const [one, other] = clash.map((path) => JSON.stringify(path));
    return { problem: `names ${other} beside ${one}: not every file system can hold both` };
  }
  return chosen;
}

/** Two paths that are one file where case does not count, or of which one is a file and the folder of the other. */
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
