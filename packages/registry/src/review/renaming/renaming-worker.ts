import { nameRecording } from './name-recording.js';
import type { NamedFile, RecorderName, RenamedTest } from './recorder-name.js';

// Runs in a separate thread: untrusted files of several megabytes can take seconds to parse.

/** Bytes that are hashed again to try other test ids for one file, at most. */
const CANDIDATE_BYTES = 4 * 1024 * 1024;
const LEAST_CANDIDATES = 3;

export interface NamingTask {
  files: readonly (NamedFile & { candidates?: readonly string[] })[];
  renamed: readonly RenamedTest[];
}

/** Names each of the files, in their order. */
export function nameFiles({ files, renamed }: NamingTask): RecorderName[] {
  return files.map((file) => {
    const most = Math.max(LEAST_CANDIDATES, Math.floor(CANDIDATE_BYTES / (file.content.length + 1)));
    return nameRecording(file, renamed, file.candidates?.slice(0, most));
  });
}
