import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** The paths of all files below a folder, sorted, relative to it; without git's own and Markdown. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !/(?:^|\/)\.git\/|\.md$/.test(path))
    .sort();
}
