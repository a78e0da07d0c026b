import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Every file below a folder except those of the client itself: path → text. */
export async function readRecordings(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1);
    if (!entry.isFile() || path.startsWith('.fixtures/')) continue;
    found.set(path, await readFile(join(folder, path), 'utf8'));
  }
  return found;
}
