import { constants, readSync } from 'node:fs';
import { join } from 'node:path';
import {
  COMMON_PATTERNS,
  discover,
  nearestFolders,
  readPathPatterns,
  recordingPlaces,
} from '@fixture-registry/client/checkout';
import { readUnnoticed } from '@fixture-registry/client/core';
import { DEFAULT_PATHS } from '@fixture-registry/protocol';
import { formatOfHead, HEAD_BYTES, type HeadFormat } from '../../formats/format-of-head.js';
import { namePatterns, patternsBelow } from './name-patterns.js';

/** The files of one path pattern. */
export interface FoundPattern {
  /** As it is written in the settings file: it may contain `{a,b}`. */
  pattern: string;
  /** The paths that match, relative to the root. */
  files: string[];
  /** The formats that the first files suggest, the most frequent first; empty if none does. */
  formats: HeadFormat[];
}

/** Where the recordings of a repository are. */
export interface Layout {
  patterns: FoundPattern[];
  /** Folders with files that may be recordings, for a message when no pattern was found. */
  folders: string[];
}

/** Files to read for the formats of a pattern, and in the search for recordings at other places. */
const SAMPLES = { perPattern: 25, elsewhere: 2_000 };

/**
 * Finds the recordings in a folder of a repository: by the default paths, and elsewhere by the
 * first bytes of files in folders that recorders use.
 * @param folder relative to the root; empty for the whole repository
 */
export function detectLayout(root: string, folder: string): Layout {
  const known = new Set<string>();
  const patterns: FoundPattern[] = [];
  for (const pattern of patternsBelow(folder, DEFAULT_PATHS)) {
    const found = describePattern(root, pattern, known);
    if (found !== null) patterns.push(found);
  }
  const candidates = discover(root, patternsBelow(folder, COMMON_PATTERNS)).filter(
    (path) => !known.has(path),
  );
  const sampled = candidates.slice(0, SAMPLES.elsewhere);
  const recordings = sampled.filter((path) => formatAt(root, path) !== null);
  const isRecording = new Set(recordings);
  const others = candidates.filter((path) => !isRecording.has(path));
  for (const pattern of namePatterns(recordings, others)) {
    const found = describePattern(root, pattern, known);
    if (found !== null) patterns.push(found);
  }
  return { patterns, folders: nearestFolders(candidates, []) };
}

/**
 * The files of patterns that the user names.
 * @throws PatternError for a pattern in another syntax
 */
export function layoutOf(root: string, given: readonly string[]): Layout {
  readPathPatterns(given, root);
  const patterns = given.map(
    (pattern) => describePattern(root, pattern, new Set()) ?? { pattern, files: [], formats: [] },
  );
  return { patterns, folders: nearestFolders(discover(root, COMMON_PATTERNS), given) };
}

/** The pattern with its files, without those of earlier patterns; null if there are no more. */
function describePattern(root: string, pattern: string, known: Set<string>): FoundPattern | null {
  const expanded = readPathPatterns([pattern], null);
  const refusal = recordingPlaces(expanded);
  const files = discover(root, expanded).filter((path) => !known.has(path) && refusal(path) === null);
  if (files.length === 0) return null;
  for (const path of files) known.add(path);
  const counts = new Map<HeadFormat, number>();
  for (const path of files.slice(0, SAMPLES.perPattern)) {
    const format = formatAt(root, path);
    if (format !== null) counts.set(format, (counts.get(format) ?? 0) + 1);
  }
  const formats = [...counts].sort(([, one], [, other]) => other - one).map(([format]) => format);
  return { pattern, files, formats };
}

function formatAt(root: string, path: string): HeadFormat | null {
  const head = Buffer.alloc(HEAD_BYTES);
  try {
    return readUnnoticed(join(root, path), constants.O_RDONLY, (file) =>
      formatOfHead(head.subarray(0, readSync(file, head))),
    );
  } catch {
    // An unreadable file: the push reports it.
    return null;
  }
}
