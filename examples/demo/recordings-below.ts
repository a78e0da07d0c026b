import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { DEFAULT_PATTERNS, pathPattern } from '@fixture-registry/protocol';

const PATTERNS = DEFAULT_PATTERNS.map(pathPattern);

/** Whether a path (with `/`, below the repository's root) is taken for a recording. */
export function isRecording(path: string): boolean {
  return PATTERNS.some((pattern) => pattern.test(path)) && !path.startsWith('.fixtures/');
}

/** The recordings in a folder, as sorted paths below it. */
export async function recordingsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(isRecording)
    .sort();
}
