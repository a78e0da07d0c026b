import { isDigest } from '@fixture-registry/protocol';
import { ARTIFACT_LIMITS } from './artifact-limits.js';

/** The file of an artifact that lists its recordings with their contents. */
export const MANIFEST_NAME = 'manifest.json';
const FORMAT = 'fixture-registry-recordings-v1';

/**
 * The name of a content in the artifact: its digest, so that no path of a recording is a name in the
 * zip file.
 */
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
  /** Paths that the tests no longer record; empty without `prune`. */
  removed: string[];
}

/** Serializes a manifest. Pure. */
export function manifestText({ recordings, removed }: Manifest): string {
  return JSON.stringify({ format: FORMAT, recordings, removed });
}

/**
 * Reads an untrusted manifest. Fields other than those of `Manifest`, such as the number of a pull
 * request, are ignored. The paths are not checked here. Pure.
 * @returns the manifest, or `problem`: what is wrong with it, as the end of a sentence
 */
export function readManifest(bytes: Buffer): { manifest: Manifest } | { problem: string } {
  if (bytes.length > ARTIFACT_LIMITS.manifestBytes)
    return { problem: `is longer than ${ARTIFACT_LIMITS.manifestBytes} bytes` };
  const text = bytes.toString('utf8');
  if (isDeeperThan(ARTIFACT_LIMITS.manifestDepth, text)) return { problem: 'is nested too deeply' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { problem: 'is not JSON' };
  }
  if (!isObject(parsed)) return { problem: 'is not an object' };
  if (parsed['format'] !== FORMAT) {
    return {
      problem: `is not of the format ${FORMAT}: both workflows must use the same version of the action`,
    };
  }
  const { recordings, removed } = parsed;
  if (!Array.isArray(recordings) || !Array.isArray(removed))
    return { problem: 'lacks the list ' + '`recordings` or `removed`' };
  if (recordings.length + removed.length > ARTIFACT_LIMITS.recordings) {
    return { problem: `lists more than ${ARTIFACT_LIMITS.recordings} recordings` };
  }
  if (!recordings.every(isRecording)) return { problem: 'lists a recording without a path, digest or size' };
  if (!removed.every((path) => typeof path === 'string'))
    return { problem: 'lists a removed path ' + 'that is not a string' };
  return { manifest: { recordings: recordings.map(withKnownFields), removed } };
}

/** Counts brackets outside of strings, before `JSON.parse` recurses into them. */
function isDeeperThan(limit: number, text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/gs)) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    if (depth > limit) return true;
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

function withKnownFields({ path, digest, size }: Recording): Recording {
  return { path, digest, size };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
