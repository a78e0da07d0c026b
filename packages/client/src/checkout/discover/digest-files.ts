import { LIMITS, refusedPath } from '@fixture-registry/protocol';
import { isTrusted, readRecording, statsOf } from '../files/local-file.js';
import type { OnProgress } from '../progress.js';
import type { KnownFile, StoredState } from '../state/sync-state.js';

/** A file that cannot be pushed or read as a recording, and why. The push continues without it. */
export interface PathProblem {
  path: string;
  problem: string;
}

export interface DigestedFiles {
  files: Map<string, KnownFile>;
  problems: PathProblem[];
}

/**
 * Computes the digests of the files at these paths. Does not read files that are unchanged since
 * the state was written.
 * @returns the files that can be pushed, by path, and why others cannot; paths without a file are
 *   left out
 * @throws LocalError if a file cannot be read
 */
export function digestFiles(
  directory: string,
  paths: string[],
  state: StoredState | null,
  onProgress?: OnProgress,
): DigestedFiles {
  const digested: DigestedFiles = { files: new Map(), problems: [] };
  for (const path of paths) {
    const reason = refusedPath(path);
    const stats = reason === null ? statsOf(directory, path) : null;
    if (reason !== null) {
      digested.problems.push({ path, problem: `not pushed: the path ${reason}` });
    } else if (stats !== null && stats.size > LIMITS.recordingBytes) {
      const mebibytes = LIMITS.recordingBytes / 1024 / 1024;
      digested.problems.push({ path, problem: `not pushed: larger than ${mebibytes} MiB` });
    } else if (stats?.isFile() === true) {
      const known = state?.files.get(path) ?? state?.remaining.get(path);
      const trusted = state !== null && isTrusted(known, stats, state.writtenMs);
      const digest = trusted ? known.digest : readRecording(directory, path).digest;
      const written = known?.written === true && known.digest === digest;
      digested.files.set(path, { digest, size: stats.size, mtimeMs: stats.mtimeMs, written });
    }
    onProgress?.({ step: 'digest', done: digested.files.size, total: paths.length });
  }
  return digested;
}
