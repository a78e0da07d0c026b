import { isDigest } from '@fixture-registry/protocol';
import { BOUNDS } from './bounds.js';

/** The file of an artifact that says which content is which recording. */
export const MANIFEST_NAME = 'manifest.json';
const FORMAT = 'fixture-registry-recordings-v1';

/** Where a content is in an artifact: by its digest, so that no path of a recording is ever a name in the zip. */
export function contentName(digest: string): string {
  return `contents/${digest}`;
}

export interface Recording {
  path: string;
  digest: string;
  /** Bytes */
  size: number;
}

export interface Manifest {
  recordings: Recording[];
  /** Paths that the tests no longer record; only named with `prune`. */
  removed: string[];
}

export function manifestText({ recordings, removed }: Manifest): string {
  return JSON.stringify({ format: FORMAT, recordings, removed });
}

/**
 * Reads a manifest that anybody may have written. Only what is known is taken from it: whatever else it claims, such as a pull
 * request's number, is not looked at. Whether its paths may be written is not decided here. Pure.
 * @returns the manifest, or what is wrong with it as the end of a sentence
 */
export function readManifest(bytes: Buffer): { manifest: Manifest } | { problem: string } {
  if (bytes.length > BOUNDS.manifestBytes) return { problem: `is longer than ${BOUNDS.manifestBytes} bytes` };
  const text = bytes.toString('utf8');
  if (isDeeperThan(BOUNDS.manifestDepth, text)) return { problem: 'is nested too deep' };
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return { problem: 'is not JSON' };
  }
  if (!isObject(said)) return { problem: 'is not an object' };
  if (said['format'] !== FORMAT) {
    return {
      problem: `is not of the format ${FORMAT}: both workflows must use the same version of the action`,
    };
  }
  const { recordings, removed } = said;
  if (!Array.isArray(recordings) || !Array.isArray(removed)) return { problem: 'lacks its lists' };
  if (recordings.length + removed.length > BOUNDS.recordings) {
    return { problem: `names more than ${BOUNDS.recordings} recordings` };
  }
  if (!recordings.every(isRecording)) return { problem: 'names a recording without a path, digest or size' };
  if (!removed.every((path) => typeof path === 'string')) return { problem: 'removes what is no path' };
  return { manifest: { recordings: recordings.map(onlyKnown), removed } };
}

/** Counts brackets outside of strings, before a parser gets to see them. */
function isDeeperThan(bound: number, text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/gs)) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    if (depth > bound) return true;
  }
  return false;
}

function isRecording(entry: unknown): entry is Recording {
  if (!isObject(entry)) return false;
  const { path, digest, size } = entry;
  return (
    typeof path === 'string' &&
    typeof digest === 'string' &&
    isDigest(digest) &&
    Number.isSafeInteger(size) &&
    (size as number) >= 0
  );
}

function onlyKnown({ path, digest, size }: Recording): Recording {
  return { path, digest, size };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
