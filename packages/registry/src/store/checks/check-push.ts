import { isDigest, LIMITS, refusedPath } from '@fixture-registry/protocol';
import { refusedCommit } from '../../vocabulary/commit.js';
import { slicesOf } from '../../vocabulary/slices.js';

export interface FileToAdd {
  path: string;
  /** 64 hex digits. */
  digest: string;
  /** In bytes, as sent by the client. */
  size: number;
}

export interface InvalidPush {
  message: string;
  /** The argument that is wrong. */
  field: string;
}

/** Why a push is invalid, with the field, before any query; null when it is valid. */
export async function checkPush(push: {
  commit: string | null;
  baseline: { candidates: string[] };
  add: FileToAdd[];
  remove: string[];
}): Promise<InvalidPush | null> {
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
  const seen = new Map<string, string>();
  for await (const files of slicesOf(push.add)) {
    for (const file of files) {
      const refused = refusedFile(file, seen.get(file.path));
      if (refused) return refused;
      seen.set(file.path, file.digest);
    }
  }
  for await (const paths of slicesOf(push.remove)) {
    for (const path of paths) {
      const refused = refusedPath(path);
      if (refused) return { message: `${quote(path)} cannot be removed: ${refused}`, field: 'remove' };
      if (seen.has(path)) return { message: `${quote(path)} is both added and removed`, field: 'remove' };
    }
  }
  return null;
}

/** @param other the digest that the push names at the same path before */
function refusedFile({ path, digest, size }: FileToAdd, other: string | undefined): InvalidPush | null {
  const refused = refusedPath(path);
  if (refused) return { message: `${quote(path)} cannot be stored: ${refused}`, field: 'add.path' };
  if (!isDigest(digest)) {
    return {
      message: `${quote(path)}: a digest is the sha256 in 64 lower-case hex digits`,
      field: 'add.digest',
    };
  }
  if (size < 0 || size > LIMITS.recordingBytes) {
    return {
      message: `${quote(path)} has ${size} bytes; at most ${LIMITS.recordingBytes} can be stored`,
      field: 'add.size',
    };
  }
  if (other === undefined || other === digest) return null;
  return { message: `${quote(path)} is named twice with different digests`, field: 'add' };
}

const quote = (text: string) => JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
