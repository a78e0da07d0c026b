import { isDigest, LIMITS, refusedPath } from '@fixture-registry/protocol';
import { refusedCommit } from '../../vocabulary/commit.js';

export interface FileToAdd {
  path: string;
  /** 64 hex digits. */
  digest: string;
  /** In bytes, as sent by the client. */
  size: number;
}

/** Why a push is invalid, with the field, before any query; null when it is valid. */
export function checkPush(push: {
  commit: string | null;
  baseline: { candidates: string[] };
  add: FileToAdd[];
  remove: string[];
}): { message: string; field: string } | null {
  const count = push.add.length + push.remove.length;
  if (count > LIMITS.recordingsPerPush) {
    return {
      message: `a push may name at most ${LIMITS.recordingsPerPush} paths, and this one names ${count}: push in parts`,
      field: 'add',
    };
  }
  for (const commit of push.commit === null ? [] : [push.commit]) {
    const refused = refusedCommit(commit);
    if (refused) return { message: refused, field: 'commit' };
  }
  for (const commit of push.baseline.candidates) {
    const refused = refusedCommit(commit);
    if (refused) return { message: refused, field: 'candidates' };
  }
  const seen = new Map<string, string | null>();
  for (const file of push.add) {
    const refused = refusedPath(file.path);
    if (refused) return { message: `${quote(file.path)} cannot be stored: ${refused}`, field: 'add.path' };
    if (!isDigest(file.digest)) {
      return {
        message: `${quote(file.path)}: a digest is the sha256 in 64 lower-case hex digits`,
        field: 'add.digest',
      };
    }
    if (file.size < 0 || file.size > LIMITS.recordingBytes) {
      return {
        message: `${quote(file.path)} has ${file.size} bytes; at most ${LIMITS.recordingBytes} can be stored`,
        field: 'add.size',
      };
    }
    const other = seen.get(file.path);
    if (other !== undefined && other !== file.digest) {
      return { message: `${quote(file.path)} is named twice with different digests`, field: 'add' };
    }
    seen.set(file.path, file.digest);
  }
  for (const path of push.remove) {
    const refused = refusedPath(path);
    if (refused) return { message: `${quote(path)} cannot be removed: ${refused}`, field: 'remove' };
    if (seen.has(path)) return { message: `${quote(path)} is both added and removed`, field: 'remove' };
  }
  return null;
}

const quote = (text: string) => JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
